"""Taking hold of a case for a while, and giving it back.

A hold says "I am on it" to colleagues and keeps two people from deciding one case. It ends by itself after ten
minutes, so that no case vanishes with its agent (promise 17). Racing for one is settled by the case's row: exactly
one wins. It is for those who may decide the case: nobody else takes one, or stands in the way of those who may by one
from before; and no duty manager waits for anybody's.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.sql.dml import ReturningDelete

from gardefou.clock import MINUTE, STEP_TOLERATED
from gardefou.events import Actor, record
from gardefou.reports.case import Case, case_of
from gardefou.reports.errors import CaseClosedError, UnknownCaseError
from gardefou.reports.offers import Follows, nearest
from gardefou.reports.tables import cases, lease
from gardefou.reports.workers import REVIEWERS, require_decider, require_worker
from gardefou.staff.queries import at_work
from gardefou.staff.roles import Role
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.metadata import Int64
from gardefou.storage.once import once
from gardefou.storage.prepared import prepared
from gardefou.words import gettext as _

LEASE_LASTS = 10 * MINUTE
#: No hold ends later from now than this: by so much the clocks of two servers may differ.
ENDS_WITHIN = LEASE_LASTS + STEP_TOLERATED
#: So many cases somebody holds at once at most: with each that they take beyond it, the oldest goes back.
MOST_HELD = 10


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


def running(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Return the predicate: a hold is in force at `now`.

    One that ends later than any can was taken before the clock stepped back, and is over, or it would last for as long
    as the step.
    """
    return (lease.c.until > now) & (lease.c.until - ENDS_WITHIN <= now)


_HOLDER = (
    select(lease, person.c.name)
    .join(person, person.c.id == lease.c.person_id)
    .where(lease.c.case_id == bindparam("case_id"), running(bindparam("now", type_=Int64)))
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


def deciding(tx: Tx, case: Case, now: int, follows: Follows | None = None) -> Lease | None:
    """Return the hold of somebody who may decide the case; who may not any more holds nothing that others heed."""
    held = holder(tx, case.id, now)
    return held if held is not None and _counts(tx, held, case, now, follows) else None


def in_the_way(
    tx: Tx, *, held: Lease | None, case: Case, person_id: int | None, now: int, follows: Follows | None = None
) -> bool:
    """Return whether a hold keeps somebody from deciding a case: it is a colleague's, who may decide it themselves.

    The house itself waits for nobody's hold, and no duty manager does.
    """
    if held is None or person_id is None or held.person_id == person_id or not _counts(tx, held, case, now, follows):
        return False
    me = at_work(tx, person_id, now)
    return me is None or Role.DUTY_MANAGER not in me.roles


def _counts(tx: Tx, held: Lease, case: Case, now: int, follows: Follows | None) -> bool:
    """Return whether whoever holds a case may decide it: it may have become too near, or one for reviewers, since."""
    if nearest(tx, account_id=case.account_id, people=[held.person_id], follows=follows):
        return False
    if not case.for_reviewers:
        return True
    one = at_work(tx, held.person_id, now)
    return one is not None and one.engaged and bool(one.roles & REVIEWERS)


def take_lease(
    tx: Tx, *, actor: Actor, now: int, case_id: int, follows: Follows | None = None, over: bool = False
) -> Lease | Taken:
    """Take hold of an open case for ten minutes, or renew one's own hold; beyond `MOST_HELD` the oldest goes back.

    Args:
        tx: the open transaction.
        actor: who wants to hold it.
        now: the instant.
        case_id: the case.
        follows: who knows which accounts members follow; None where nobody does.
        over: whether the actor acts on the case, and so has it over from a colleague whose hold is not in their way.

    Raises:
        WorkerError: the actor may not decide it; TooNearError, because of whom it is about.
        UnknownCaseError: there is no such case.
        CaseClosedError: nobody has to hold it any more.
    """
    one = require_worker(tx, actor, now)
    case = case_of(_locked(tx, case_id))
    require_decider(tx, actor, now, case, follows)
    if not case.open:
        raise CaseClosedError(_("This case is closed."))
    held = holder(tx, case_id, now)
    mine = held is not None and held.person_id == one.id
    # Whoever only reads takes nothing from a colleague who decides; a duty manager who acts does.
    acts = over and not in_the_way(tx, held=held, case=case, person_id=one.id, now=now, follows=follows)
    if held is not None and not mine and not acts and _counts(tx, held, case, now, follows):
        return Taken(by=held.person_id, name=held.name, until=held.until)
    until = now + LEASE_LASTS
    taken = Lease(case_id=case_id, person_id=one.id, name=one.name, until=until)
    if mine:
        tx.execute(update(lease).where(lease.c.case_id == case_id).values(until=until))
    else:
        tx.execute(delete(lease).where(lease.c.case_id == case_id))
        tx.execute(insert(lease).values(case_id=case_id, person_id=one.id, taken_at=now, until=until))
        record(tx, now=now, kind="case.leased", subject=f"case:{case_id}", body={"person": str(one.id)})
        _one_after_the_other(tx, one.id)
        give_back_oldest(tx, taken=[taken], now=now)
    return taken


def _one_after_the_other(tx: Tx, person_id: int) -> None:
    """Wait for whatever else this person takes now: of two that see each other too late, each would keep one too many.

    SQLite has one writer at a time. Who is given cases in lots waits for nobody: the next that they take counts anew.
    """
    if tx.dialect == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(person_id)))


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
        # Those of before a step of the clock too: it reaches their end once more.
        .where(lease.c.person_id == (actor.person_id or 0), lease.c.until > now)
        .order_by(lease.c.case_id)  # Everybody locks cases in one order.
    )
    return sum(return_lease(tx, actor=actor, now=now, case_id=row["case_id"]) for row in held)


def return_too_near(tx: Tx, *, person_id: int, now: int, accounts: Collection[int]) -> None:
    """Give back what somebody holds of the cases on these accounts, about which they decide nothing any more."""
    for row in tx.all(*_too_near(person_id, sorted(accounts))):
        body = {"person": str(row["person_id"])}
        record(tx, now=now, kind="case.returned", subject=f"case:{row['case_id']}", body=body)


@prepared
def _too_near(person_id: int, accounts: list[int]) -> ReturningDelete[tuple[int, int]]:
    on_them = select(cases.c.id).where(among(cases.c.account_id, accounts))
    theirs = delete(lease).where(lease.c.person_id == person_id, lease.c.case_id.in_(on_them))
    return theirs.returning(lease.c.case_id, lease.c.person_id)


def _locked(tx: Tx, case_id: int) -> RowMapping:
    row = tx.first(select(cases).where(cases.c.id == case_id).with_for_update())
    if row is None:
        raise UnknownCaseError(_("There is no such case."), case=str(case_id))
    return row


def give_back_oldest(tx: Tx, *, taken: Collection[Lease], now: int) -> None:
    """Give back what whoever just took these holds has beyond the `MOST_HELD` that they took last.

    Whoever takes case after case and decides none keeps none from their colleagues.
    """
    people, new = sorted({one.person_id for one in taken}), sorted(one.case_id for one in taken)
    for row in tx.all(*_beyond(people, new, now, MOST_HELD)):
        record(
            tx, now=now, kind="case.returned", subject=f"case:{row['case_id']}", body={"person": str(row["person_id"])}
        )


@prepared
def _beyond(people: list[int], new: list[int], now: int, most: int) -> ReturningDelete[tuple[int, int]]:
    # What was taken just now stands first by its number: another's instant may be the same, or a slow clock's.
    first = (~among(lease.c.case_id, new), lease.c.taken_at.desc(), lease.c.case_id)
    newest = func.row_number().over(partition_by=lease.c.person_id, order_by=first)
    theirs = select(lease.c.case_id, newest.label("place")).where(among(lease.c.person_id, people), running(now))
    ranked = theirs.subquery()
    gone = select(ranked.c.case_id).where(ranked.c.place > most)
    return delete(lease).where(lease.c.case_id.in_(gone)).returning(lease.c.case_id, lease.c.person_id)
