"""The next free case, and a hold of it, in one step: two hundred who ask at once get two hundred cases.

Whoever asks gets the first case of the queue, in its own order, that nobody holds and nobody is taking this instant.
On SQLite one write at a time sees to that. On PostgreSQL everybody tries a lock by the case's number and passes over
what is locked, as `SKIP LOCKED` does with rows; the row itself will not do, since in a storm the reports that come in
have it locked nearly all the time, and the stormiest case would be passed over again and again (ADR 0031).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select, text, union_all

from gardefou.events import Actor, record
from gardefou.reports.leases import ENDS_WITHIN, LEASE_LASTS, Lease, give_back_oldest, running
from gardefou.reports.offers import Follows, Offer, offer_of
from gardefou.reports.queue import DUE_SOON, SORT, Group, belongs, groups_for, parts_of, reviews_among
from gardefou.reports.tables import cases, lease
from gardefou.reports.workers import require_worker
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared

#: How many free cases are tried: more than could be taken in one instant by as many as a database lets in.
TRIED = 1_000

#: A hold that is over, as `running` says it, is another's now; one that is not stays. What was found free is asked
#: again: an order that answers the case may have been proposed since, or it may have become one for reviewers. Both
#: databases read this.
HOLD = (
    "INSERT INTO lease (case_id, person_id, taken_at, until) "
    "SELECT id, :person_id, :now, :until FROM cases WHERE id = :case_id AND state = 'open' AND order_id IS NULL "
    "AND (:reviews = 1 OR (protected = 0 AND handed_to IS NULL)){lock} "
    "ON CONFLICT (case_id) DO UPDATE SET person_id = excluded.person_id, taken_at = excluded.taken_at, "
    "until = excluded.until WHERE lease.until <= :now OR lease.until > :ahead"
)
_HAD = " RETURNING case_id"
_HOLDS = {"postgresql": text(HOLD.format(lock=" FOR UPDATE") + _HAD), "sqlite": text(HOLD.format(lock="") + _HAD)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which cases somebody is offered; what is empty narrows nothing."""

    languages: tuple[str, ...]
    severities: tuple[int, ...]
    too_near: tuple[int, ...]


def next_case(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    locale: str | None = None,
    follows: Follows | None = None,
) -> Lease | None:
    """Take hold of the next case that is free and for this person, for ten minutes.

    Args:
        tx: the open transaction.
        actor: who asks.
        now: the instant, microseconds.
        locale: only a case in this language.
        follows: who knows which accounts members follow; None where nobody does.

    Returns:
        The hold; None when nothing is free for them.

    Raises:
        WorkerError: the actor does not work on cases.
    """
    one = require_worker(tx, actor, now)
    narrowed = narrowed_to(tx, offer_of(tx, one.id), locale, follows)
    reviews = reviews_among(one.roles)
    for group in groups_for(one.roles):
        if group is Group.PROTECTED and not reviews:
            continue  # Reading it is theirs, deciding is not.
        trying = tx.dialect == "postgresql"
        free = partial(first_free, group, reviews=reviews, trying=trying, now=now, narrowed=narrowed, most=1)
        while (case_id := tx.scalar(*free())) is not None:
            if _hold(tx, one.id, now, case_id, reviews=reviews):
                taken = Lease(case_id=int(case_id), person_id=one.id, name=one.name, until=now + LEASE_LASTS)
                give_back_oldest(tx, taken=[taken], now=now)
                return taken
            # Somebody had it before our lock, and after our look: the next look sees them.
    return None


def _hold(tx: Tx, person_id: int, now: int, case_id: int, *, reviews: bool) -> bool:
    held = holding(case_id, person_id, now, reviews=reviews)
    if tx.scalar(_HOLDS[tx.dialect], held) is None:
        return False
    record(tx, now=now, kind="case.leased", subject=f"case:{case_id}", body={"person": str(person_id)})
    return True


def holding(case_id: int, person_id: int, now: int, *, reviews: bool) -> dict[str, int]:
    """Return what `HOLD` is asked with, so that somebody holds a case."""
    instants = {"now": now, "until": now + LEASE_LASTS, "ahead": now + ENDS_WITHIN}
    return {"case_id": case_id, "person_id": person_id, "reviews": int(reviews), **instants}


def narrowed_to(tx: Tx, offer: Offer | None, locale: str | None, follows: Follows | None) -> Narrowed:
    """Return what narrows the queue for somebody who is offered this, and asks for one language or for none."""
    offer = offer or Offer()
    return Narrowed(
        languages=(locale,) if locale is not None else tuple(offer.languages),
        severities=tuple(offer.severities),
        too_near=tuple(offer.too_near(tx, follows)),
    )


def first_free(
    group: Group, *, reviews: bool, trying: bool, now: int, narrowed: Narrowed, most: int
) -> tuple[Select[Any], Mapping[str, Any]]:
    """Return how to ask for the first free cases of a group; each with a lock on it where several write at once."""
    lists = (list(narrowed.languages) or None, list(narrowed.severities) or None, list(narrowed.too_near) or None)
    return _first_free(group, reviews, trying, now, now + DUE_SOON, *lists, most)


@prepared
def _first_free(
    group: Group,
    reviews: bool,  # noqa: FBT001  # a shape
    trying: bool,  # noqa: FBT001  # a shape
    now: int,
    soon: int,
    languages: list[str] | None,
    severities: list[int] | None,
    too_near: list[int] | None,
    most: int,
) -> Select[Any]:
    held = select(lease.c.case_id).where(lease.c.case_id == cases.c.id, running(now)).exists()
    wanted: list[ColumnElement[bool]] = [~held]
    if languages is not None:
        wanted.append(among(cases.c.locale, languages))
    if severities is not None:
        wanted.append(among(cases.c.severity, severities))
    if too_near is not None:
        wanted.append(~among(cases.c.account_id, too_near))
    asked: list[Select[Any]] = [
        select().add_columns(*SORT[group]).where(*belongs(group, part, soon, reviews=reviews), *wanted)
        for part in parts_of(group, reviews=reviews)
    ]
    # The limit within keeps the database from trying locks on cases that stand further behind.
    free = _in_order(group, asked, TRIED if trying else most)
    if not trying:
        return select(free.c.id).limit(most)
    return select(free.c.id).where(func.pg_try_advisory_xact_lock(free.c.id)).limit(most)


def _in_order(group: Group, parts: Sequence[Select[Any]], most: int) -> Subquery:
    """Return the first cases of a group in its order, whatever part of the queue they are in."""
    firsts = [part.order_by(*SORT[group]).limit(most).subquery() for part in parts]
    if len(firsts) == 1:
        return firsts[0]
    both = union_all(*map(select, firsts)).subquery()
    return select(both).order_by(*(both.c[str(column.key)] for column in SORT[group])).limit(most).subquery()
