"""Who looks at a case now: one row for each open page of it, which the page's stream renews.

A page that is closed says so; one that vanishes with its browser or with this process is forgotten by itself. While the
page of whoever holds the case is open, the hold is renewed with it, so that nobody loses a case they are reading; once
it is closed, the hold runs out. That somebody looks gives them nothing, and keeps nobody from anything.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update

from gardefou.clock import MINUTE, STEP_TOLERATED
from gardefou.events import Actor, record
from gardefou.reports.leases import LEASE_LASTS
from gardefou.reports.tables import cases, lease, presence
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.storage.prepared import prepared

LOOK_LASTS = 2 * MINUTE
#: No page is forgotten later from now than this, unless it says again that it is open.
FORGOTTEN_WITHIN = LOOK_LASTS + STEP_TOLERATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookers:
    """Who else looks at a case.

    Attributes:
        names: what colleagues call them, each once.
        until: when the first of them is forgotten unless their page says again that it is there; None without any.
    """

    names: tuple[str, ...]
    until: int | None


def arrive(tx: Tx, *, actor: Actor, now: int, case_id: int) -> int | None:
    """Note that somebody has opened the page of a case.

    Returns:
        The number of the page; None where there is no such case, or nobody who could look at it.
    """
    if actor.person_id is None or tx.scalar(select(cases.c.id).where(cases.c.id == case_id)) is None:
        return None
    tx.execute(delete(presence).where(~_open(now)))
    page = tx.new_id(now)
    _note(tx, actor.person_id, now, case_id, page)
    return page


def stay(tx: Tx, *, actor: Actor, now: int, case_id: int, page: int) -> None:
    """Note that the page is still open, and renew the hold of the case where its reader has one, in its second half."""
    if actor.person_id is None:
        return
    still = update(presence).where(presence.c.id == page).values(until=now + LOOK_LASTS)
    if tx.execute(still).rowcount == 0:  # The machine slept, and somebody has swept.
        _note(tx, actor.person_id, now, case_id, page)
    mine = (lease.c.case_id == case_id) & (lease.c.person_id == actor.person_id)
    running = (lease.c.until > now) & (lease.c.until <= now + LEASE_LASTS // 2)
    if tx.execute(update(lease).where(mine, running).values(until=now + LEASE_LASTS)).rowcount:
        record(tx, now=now, kind="presence.renewed", subject=f"presence:{case_id}")


def leave(tx: Tx, *, actor: Actor, now: int, case_id: int, page: int) -> None:  # noqa: ARG001  # every write names its actor
    """Note that the page is closed."""
    if tx.execute(delete(presence).where(presence.c.id == page)).rowcount:
        record(tx, now=now, kind="presence.left", subject=f"presence:{case_id}")


def lookers(tx: Tx, *, case_id: int, now: int, but: int) -> Lookers:
    """Return who looks at a case, `but` one person, who knows it."""
    rows = tx.all(*_lookers(case_id, now, but))
    return Lookers(
        names=tuple(str(row["name"]) for row in rows), until=min((int(row["until"]) for row in rows), default=None)
    )


def _open(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Return the predicate: a page is open; what it said before the clock stepped back counts no more."""
    return (presence.c.until > now) & (presence.c.until - FORGOTTEN_WITHIN <= now)


@prepared
def _lookers(case_id: int, now: int, but: int) -> Select[tuple[str, int]]:
    return (
        select(person.c.name, func.max(presence.c.until).label("until"))
        .join(person, person.c.id == presence.c.person_id)
        .where(presence.c.case_id == case_id, _open(now), presence.c.person_id != but)
        .group_by(person.c.name)
        .order_by(person.c.name)
    )


def _note(tx: Tx, person_id: int, now: int, case_id: int, page: int) -> None:
    tx.execute(insert(presence).values(id=page, case_id=case_id, person_id=person_id, until=now + LOOK_LASTS))
    record(tx, now=now, kind="presence.came", subject=f"presence:{case_id}")
