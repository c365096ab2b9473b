"""Several cases decided at one press: what was asked, and what became of each case.

Nothing is decided here. Each case is decided by its own verb in a transaction of its own, and what became of it is
written in that same transaction, so that the list never says what did not happen. A case that could not be decided
stops only itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select, update

from gardefou.events import Actor
from gardefou.reports.errors import UnknownBatchError, WorkerError
from gardefou.reports.tables import batch, batch_case, report, report_post
from gardefou.reports.workers import require_worker
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: The most cases that one press decides.
MOST = 100
#: How many of a case's reports are asked for the posts they name: the cost stays the same in a storm.
_REPORTS_READ, _POSTS_NAMED = 200, 50


class Became(StrEnum):
    """What became of one case. Values are stored: never change one."""

    CLOSED = "closed"
    HANDED = "handed"
    ORDERED = "ordered"
    TO_SIGN = "to sign"
    UNDONE = "undone"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of one case.

    Attributes:
        case_id: the case.
        became: in a word.
        code: why nothing was done, or why it could not be undone; empty when there is nothing to say.
        version: the case's version after the deed.
        order_id: the order, or the paper that becomes one once it is signed; None without.
    """

    case_id: int
    became: Became
    code: str = ""
    version: int = 0
    order_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One press: who, what, when, and what became of each case, in the order in which they were chosen."""

    id: int
    person_id: int
    deed: str
    at: int
    entries: tuple[Entry, ...]


def open_batch(tx: Tx, *, actor: Actor, now: int, deed: str) -> int:
    """Begin to decide several cases.

    Returns:
        The batch's number.

    Raises:
        WorkerError: the actor does not work on cases.
    """
    one = require_worker(tx, actor, now)
    batch_id = tx.new_id(now)
    tx.execute(insert(batch).values(id=batch_id, person_id=one.id, deed=deed, at=now))
    return batch_id


def enter(tx: Tx, *, actor: Actor, batch_id: int, place: int, entry: Entry) -> None:
    """Write down what became of one case, in the transaction in which it did.

    Raises:
        WorkerError: somebody else began this batch.
    """
    if tx.scalar(select(batch.c.person_id).where(batch.c.id == batch_id)) != actor.person_id:
        raise WorkerError(_("Somebody else is deciding these cases."))
    tx.execute(
        insert(batch_case).values(
            batch_id=batch_id,
            case_id=entry.case_id,
            place=place,
            became=entry.became.value,
            code=entry.code,
            version=entry.version,
            order_id=entry.order_id,
        )
    )


def note_undone(tx: Tx, *, actor: Actor, now: int, batch_id: int, case_id: int, code: str = "") -> None:
    """Write down that one case is as it was before, or, with a code, why it could not be undone.

    What was undone stays so: whoever undoes it in the same instant finds it changed by just that.

    Raises:
        WorkerError: the actor does not work on cases.
    """
    require_worker(tx, actor, now)
    here = (batch_case.c.batch_id == batch_id) & (batch_case.c.case_id == case_id)
    here &= batch_case.c.became != Became.UNDONE.value
    values = {"code": code} if code else {"code": "", "became": Became.UNDONE.value}
    tx.execute(update(batch_case).where(here).values(**values))


def read_batch(tx: Tx, batch_id: int) -> Batch:
    """Return a batch.

    Raises:
        UnknownBatchError: there is none by that number.
    """
    row = tx.first(select(batch).where(batch.c.id == batch_id))
    if row is None:
        raise UnknownBatchError(_("Nobody decided several cases under that number."))
    rows = tx.all(select(batch_case).where(batch_case.c.batch_id == batch_id).order_by(batch_case.c.place))
    entries = (
        Entry(
            case_id=found["case_id"],
            became=Became(found["became"]),
            code=found["code"],
            version=found["version"],
            order_id=found["order_id"],
        )
        for found in rows
    )
    return Batch(id=row["id"], person_id=row["person_id"], deed=row["deed"], at=row["at"], entries=tuple(entries))


def posts_named(tx: Tx, case_id: int) -> Sequence[int]:
    """Return the posts that a case's first reports name: the evidence where nobody chose among them."""
    first = select(report.c.id).where(report.c.case_id == case_id).order_by(report.c.place).limit(_REPORTS_READ)
    named = select(report_post.c.post_id).where(report_post.c.report_id.in_(first)).distinct()
    return [int(row["post_id"]) for row in tx.all(named.order_by(report_post.c.post_id).limit(_POSTS_NAMED))]
