"""Take the next reporters who are to be told, and note that they are, in the transaction in which it happens.

One slice is read along the index of a case's reports, whatever the case's size. Of several workers each takes another
telling; one that dies has told nobody since its last commit. Who filed several reports in a case is told with the
first of them, in which they are met once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, select, update

from gardefou.accounts.queries import account as account_row
from gardefou.events import Actor, record
from gardefou.orders.order import actor_named
from gardefou.reports.tables import cases, report
from gardefou.reports.telling.tables import telling
from gardefou.storage import Tx

#: How many reports are gone through in one transaction.
SLICE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One slice of those who are told.

    Attributes:
        id: the telling's number.
        what: what they are told.
        handle: of whom; empty where it is about their own reports.
        reporters: whom: each once, and the number of their first report; 0 where it is about none.
        over: whether that was the last slice.
    """

    id: int
    what: str
    handle: str
    reporters: Sequence[tuple[Actor, int]]
    over: bool

    @property
    def members(self) -> Sequence[tuple[int, int]]:
        """Those of them who have an account here: its number, and that of their report."""
        return [(who.member_id, number) for who, number in self.reporters if who.member_id is not None]


def tell_next(tx: Tx, *, actor: Actor, now: int, limit: int = SLICE) -> Told | None:  # noqa: ARG001  # every write names its actor
    """Take the next slice of the telling that has waited longest.

    Args:
        tx: the open transaction, in which the members of the slice must be told.
        actor: the machine of the house that does it.
        now: the instant.
        limit: how many reports are gone through.

    Returns:
        The slice; None when nothing is due, or another worker is at it.
    """
    row = tx.first(_next(now).with_for_update(skip_locked=True))
    if row is None:
        return None
    told, told_to = _of_measure(row) if row["case_id"] is None else _of_case(tx, row, limit)
    _keep(tx, row, told, now=now, told_to=told_to)
    return told


def due(tx: Tx, *, now: int) -> bool:
    """Return whether there is anything to tell."""
    return tx.first(_next(now)) is not None


def _next(now: int) -> Select[Any]:
    waits = telling.c.state == "due", telling.c.begins_at <= now
    return select(telling).where(*waits).order_by(telling.c.begins_at, telling.c.id).limit(1)


def _of_measure(row: RowMapping) -> tuple[Told, int]:
    who = actor_named(row["reporter"])
    return Told(id=row["id"], what=row["what"], handle="", reporters=[(who, 0)], over=True), 0


def _of_case(tx: Tx, row: RowMapping, limit: int) -> tuple[Told, int]:
    case_id, told_to = int(row["case_id"]), int(row["told_to"])
    # Whoever reported before the slice was met there.
    earlier = report.alias("earlier")
    before = earlier.c.case_id == case_id, earlier.c.id < report.c.id
    met = select(earlier.c.id).where(earlier.c.reporter == report.c.reporter, *before).exists()
    wanted = select(report.c.id, report.c.reporter, met.label("met")).where(report.c.case_id == case_id)
    rows = tx.all(wanted.where(report.c.id > told_to).order_by(report.c.id).limit(limit))
    new = [(actor_named(one["reporter"]), int(one["id"])) for one in rows if not one["met"]]
    over, handle = len(rows) < limit, _handle(tx, case_id)
    told = Told(id=row["id"], what=row["what"], handle=handle, reporters=new, over=over)
    return told, int(rows[-1]["id"]) if rows else told_to


def _handle(tx: Tx, case_id: int) -> str:
    account_id = int(tx.scalar(select(cases.c.account_id).where(cases.c.id == case_id)))
    return str(account_row(tx, account_id)["handle"])


def _keep(tx: Tx, row: RowMapping, told: Told, *, now: int, told_to: int) -> None:
    members = int(row["members"]) + len(told.members)
    values: dict[str, Any] = {"told_to": told_to, "members": members}
    if told.over:
        values |= {"state": "done", "done_at": now}
        record(tx, now=now, kind="reporters.told", subject=f"telling:{told.id}", body={"members": members})
    tx.execute(update(telling).where(telling.c.id == told.id).values(**values))
