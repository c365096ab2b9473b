"""Next cases for several people in one transaction: each as `next_case` gives it, asked for all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, text

from gardefou.events import Actor, record
from gardefou.reports.leases import LEASE_LASTS, Lease, give_back_oldest
from gardefou.reports.next_case import HOLD, Narrowed, first_free, holding, narrowed_to
from gardefou.reports.offers import Follows, offers_of
from gardefou.reports.queue import Group, groups_for, reviews_among
from gardefou.reports.tables import lease
from gardefou.reports.workers import WORKERS
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import colleagues
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared

#: A case on which a report is coming in is given to nobody here, and whoever would have had it asks alone: who takes
#: several cases in one transaction must not wait for a row, or two would wait for each other.
_HOLDS = {
    "postgresql": text(HOLD.format(lock=" FOR UPDATE SKIP LOCKED")),
    "sqlite": text(HOLD.format(lock="")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who asks for their next case, in one language or in all they read."""

    actor: Actor
    locale: str | None = None


def next_cases(tx: Tx, *, asked: Sequence[Asked], now: int, follows: Follows | None = None) -> list[Lease | None]:
    """Take hold of a next case for each of several people.

    Returns:
        The holds, in the order of those who asked; None where somebody has to ask alone: nothing was found for them
        here, it was busy, or they do not work on cases.
    """
    ids = sorted({one.actor.person_id for one in asked if one.actor.person_id is not None})
    people, offers = colleagues(tx, ids, now), offers_of(tx, ids)
    alike: dict[tuple[bool, Narrowed], list[tuple[int, Colleague]]] = {}
    for place, one in enumerate(asked):
        found = people.get(one.actor.person_id or 0)
        if found is None or not found.engaged or not found.roles & WORKERS:
            continue
        narrowed = narrowed_to(tx, offers.get(found.id), one.locale, follows)
        alike.setdefault((reviews_among(found.roles), narrowed), []).append((place, found))
    given: list[Lease | None] = [None] * len(asked)
    for (reviews, narrowed), those in alike.items():
        for place, held in _take(tx, now, narrowed, those, reviews=reviews):
            given[place] = held
    give_back_oldest(tx, taken=[one for one in given if one is not None], now=now)
    return given


def _take(
    tx: Tx, now: int, narrowed: Narrowed, those: list[tuple[int, Colleague]], *, reviews: bool
) -> list[tuple[int, Lease]]:
    """Give the first free cases to people who are offered the same, in their order."""
    free: list[int] = []
    for group in groups_for(those[0][1].roles):
        if len(free) < len(those) and (reviews or group is not Group.PROTECTED):
            most = len(those) - len(free)
            trying = tx.dialect == "postgresql"
            asked = first_free(group, reviews=reviews, trying=trying, now=now, narrowed=narrowed, most=most)
            free += tx.ids(*asked)
    if not free:
        return []
    until = now + LEASE_LASTS
    pairs = list(zip(free, those, strict=False))
    tx.execute(
        _HOLDS[tx.dialect],
        [holding(case_id, one.id, now, reviews=reviews) for case_id, (_, one) in pairs],
    )
    held = {int(row["case_id"]): int(row["person_id"]) for row in tx.all(*_held(free, until))}
    given = []
    for case_id, (place, one) in pairs:
        if held.get(case_id) == one.id:
            record(tx, now=now, kind="case.leased", subject=f"case:{case_id}", body={"person": str(one.id)})
            given.append((place, Lease(case_id=case_id, person_id=one.id, name=one.name, until=until)))
    return given


@prepared
def _held(case_ids: list[int], until: int) -> Select[tuple[int, int]]:
    wanted = among(lease.c.case_id, case_ids) & (lease.c.until == until)
    return select(lease.c.case_id, lease.c.person_id).where(wanted)
