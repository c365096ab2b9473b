"""Taking hold of a case for a while, and giving it back.

A hold says "I am on it" to colleagues and keeps two people from deciding one case. It ends by itself after ten
minutes, so that no case vanishes with its agent (promise 17). Racing for one is settled by the case's row: exactly
one wins.
"""

from dataclasses import dataclass

from sqlalchemy import RowMapping, bindparam, delete, insert, select, update

from gardefou.clock import MINUTE
from gardefou.events import Actor, record
from gardefou.reports.errors import CaseClosedError, UnknownCaseError
from gardefou.reports.offers import require_not_too_near
from gardefou.reports.tables import cases, lease
from gardefou.reports.workers import require_worker
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.storage.once import once
from gardefou.words import gettext as _

LEASE_LASTS = 10 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A hold of a case, by whoever asked for it.

    Attributes:
        case_id: the case.
        person_id: who holds it.
        name: what colleagues call them.
        until: when it ends by itself.
    """

    case_id: int
    person_id: int
    name: str
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Somebody else holds the case: who, and until when at most."""

    by: int
    name: str
    until: int


_HOLDER = (
    select(lease, person.c.name)
    .join(person, person.c.id == lease.c.person_id)
    .where(lease.c.case_id == bindparam("case_id"), lease.c.until > bindparam("now"))
)


@once
def holder(tx: Tx, case_id: int, now: int) -> Lease | None:
    """Return who holds the case at `now`, or None; a hold that has run out is none."""
    row = tx.first(_HOLDER, {"case_id": case_id, "now": now})
    if row is None:
        return None
    return Lease(case_id=case_id, person_id=row["person_id"], name=row["name"], until=row["until"])


def is_fresh(held: Lease | None, person_id: int, now: int) -> bool:
    """Return whether somebody holds a case and need not renew that: it is in its first half."""
    return held is not None and held.person_id == person_id and held.until - now > LEASE_LASTS // 2


def take_lease(tx: Tx, *, actor: Actor, now: int, case_id: int) -> Lease | Taken:
    """Take hold of an open case for ten minutes, or renew one's own hold.

    Raises:
        WorkerError: the actor does not work on cases; TooNearError, not on this one.
        UnknownCaseError: there is no such case.
        CaseClosedError: nobody has to hold it any more.
    """
    one = require_worker(tx, actor, now)
    row = _locked(tx, case_id)
    require_not_too_near(tx, person_id=one.id, account_id=int(row["account_id"]), follows=None)
    if row["state"] != "open":
        raise CaseClosedError(_("This case is closed."))
    held = holder(tx, case_id, now)
    if held is not None and held.person_id != one.id:
        return Taken(by=held.person_id, name=held.name, until=held.until)
    until = now + LEASE_LASTS
    if held is not None:
        tx.execute(update(lease).where(lease.c.case_id == case_id).values(until=until))
    else:
        tx.execute(delete(lease).where(lease.c.case_id == case_id))
        tx.execute(insert(lease).values(case_id=case_id, person_id=one.id, taken_at=now, until=until))
        record(tx, now=now, kind="case.leased", subject=f"case:{case_id}", body={"person": str(one.id)})
    return Lease(case_id=case_id, person_id=one.id, name=one.name, until=until)


def return_lease(tx: Tx, *, actor: Actor, now: int, case_id: int) -> bool:
    """Give a hold back; somebody else's stays.

    Returns:
        Whether the actor held the case.

    Raises:
        UnknownCaseError: there is no such case.
    """
    _locked(tx, case_id)
    gone = tx.execute(delete(lease).where(lease.c.case_id == case_id, lease.c.person_id == (actor.person_id or 0)))
    if gone.rowcount == 0:
        return False
    record(tx, now=now, kind="case.returned", subject=f"case:{case_id}", body={"person": actor.key})
    return True


def return_all(tx: Tx, *, actor: Actor, now: int) -> int:
    """Give back every hold somebody still has: they are leaving.

    Returns:
        How many cases became free.
    """
    held = tx.all(
        select(lease.c.case_id)
        .where(lease.c.person_id == (actor.person_id or 0), lease.c.until > now)
        .order_by(lease.c.case_id)  # Everybody locks cases in one order.
    )
    return sum(return_lease(tx, actor=actor, now=now, case_id=row["case_id"]) for row in held)


def _locked(tx: Tx, case_id: int) -> RowMapping:
    row = tx.first(select(cases).where(cases.c.id == case_id).with_for_update())
    if row is None:
        raise UnknownCaseError(_("There is no such case."), case=str(case_id))
    return row
