"""Who works here, and what holds for them at an instant. Every answer is for the `now` given; nothing is remembered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, RowMapping, bindparam, func, select

from gardefou.clock import DAY
from gardefou.guard.facts import OPEN_ENDED, Person
from gardefou.staff.colleague import Colleague, gathered, on_duty
from gardefou.staff.errors import UnknownPersonError
from gardefou.staff.in_force import in_force
from gardefou.staff.roles import Role
from gardefou.staff.tables import engagement, heard_role, person_joined, role_grant, shift
from gardefou.staff.tables import person as person_table
from gardefou.storage import Tx
from gardefou.storage.once import once

# Every order asks these of everybody concerned, and making such a statement costs more than running it.
_NOW: BindParameter[int] = bindparam("now")
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_ROW = select(person_table).where(person_table.c.id == bindparam("person_id"))
_BEGAN = select(func.min(shift.c.starts)).where(shift.c.person_id == bindparam("person_id"), on_duty(_NOW))
_GRANTS = select(role_grant).where(role_grant.c.person_id.in_(_IDS), in_force(role_grant, _NOW))
_GRANTED = select(role_grant.c.person_id).where(role_grant.c.role == bindparam("role"), in_force(role_grant, _NOW))
_AT_WORK = (
    select(person_table.c.name, role_grant.c.role, heard_role.c.person_id.label("heard"))
    .join(engagement, (engagement.c.person_id == person_table.c.id) & in_force(engagement, _NOW))
    .outerjoin(role_grant, (role_grant.c.person_id == person_table.c.id) & in_force(role_grant, _NOW))
    .outerjoin(heard_role, heard_role.c.person_id == person_table.c.id)
    .where(person_table.c.id == bindparam("person_id"))
)
_JOINED_TO = select(person_joined.c.joined_to).where(person_joined.c.person_id == bindparam("person_id"))
_JOINED_FROM = select(person_joined.c.person_id).where(person_joined.c.joined_to.in_(_IDS))


def person_row(tx: Tx, person_id: int) -> RowMapping | None:
    """Return the person's row, or None."""
    return tx.first(_ROW, {"person_id": person_id})


def person_by_name(tx: Tx, name: str) -> RowMapping | None:
    """Return the row of the person who goes by that name, or None."""
    return tx.first(select(person_table).where(person_table.c.name == name.strip()))


def require_person(tx: Tx, person_id: int, *, lock: bool = False) -> RowMapping:
    """Return the person's row, locked if asked.

    Raises:
        UnknownPersonError: nobody works here by that number.
    """
    statement = select(person_table).where(person_table.c.id == person_id)
    row = tx.first(statement.with_for_update() if lock else statement)
    if row is None:
        raise UnknownPersonError(f"nobody works here by the number {person_id}")
    return row


@once
def joined_into(tx: Tx, person_id: int) -> int | None:
    """Return whom a person was joined into, in the end, or None."""
    found: int | None = None
    following: int | None = person_id
    while following is not None:
        following = tx.scalar(_JOINED_TO, {"person_id": following})
        found = found if following is None else following
    return found


@once
def logins_of(tx: Tx, person_id: int) -> frozenset[int]:
    """Return every number that one human has gone by: their own, and those joined into it."""
    found, newest = {person_id}, {person_id}
    while newest:
        rows = tx.all(_JOINED_FROM, {"ids": list(newest)})
        newest = {int(row["person_id"]) for row in rows} - found
        found |= newest
    return frozenset(found)


def same_human(tx: Tx, person_id: int) -> list[int]:
    """Return every person that an order has found to be the same human as this one, this one with them."""
    root = person_id
    while (into := joined_into(tx, root)) is not None:
        root = into
    return sorted(logins_of(tx, root))


def current_engagement(tx: Tx, person_id: int, now: int) -> RowMapping | None:
    """Return the engagement in force at `now`, or None."""
    return tx.first(select(engagement).where(engagement.c.person_id == person_id, in_force(engagement, now)))


def last_engagement(tx: Tx, person_id: int, now: int) -> RowMapping | None:
    """Return the engagement that began last before `now`, whether or not it has ended, or None."""
    begun = (engagement.c.person_id == person_id) & (engagement.c.starts <= now)
    return tx.first(select(engagement).where(begun).order_by(engagement.c.starts.desc()).limit(1))


def engagements_ahead(tx: Tx, person_id: int, now: int) -> Sequence[RowMapping]:
    """Return the engagements that are agreed upon and have not begun, the nearest first."""
    ahead = (engagement.c.person_id == person_id) & (engagement.c.starts > now) & (engagement.c.cut_short == 0)
    return tx.all(select(engagement).where(ahead).order_by(engagement.c.starts))


def engagement_to_end(tx: Tx, person_id: int, now: int) -> RowMapping | None:
    """Return the engagement that somebody could end: the one in force, or the last one if it ran out by its date."""
    row = last_engagement(tx, person_id, now)
    return None if row is None or row["cut_short"] else row


def grants_in_force(tx: Tx, ids: Collection[int], now: int) -> Sequence[RowMapping]:
    """Return the role grants of these people in force at `now`."""
    return tx.all(_GRANTS, {"ids": ids, "now": now})


def shift_of(tx: Tx, person_id: int, starts: int) -> RowMapping | None:
    """Return the person's shift that begins at that instant, the longest if there are several, or None."""
    mine = (shift.c.person_id == person_id) & (shift.c.starts == starts) & shift.c.removed_at.is_(None)
    return tx.first(select(shift).where(mine).order_by(shift.c.ends.desc()))


@once
def shift_began(tx: Tx, person_id: int, now: int) -> int | None:
    """Return when the person's shift of this instant began; None off duty."""
    began: int | None = tx.scalar(_BEGAN, {"person_id": person_id, "now": now})
    return began


@once
def colleagues(tx: Tx, ids: Collection[int], now: int) -> dict[int, Colleague]:
    """Return these people as they are at `now`; those unknown are left out."""
    return gathered(tx, now, ids)


def person(tx: Tx, person_id: int, now: int) -> Colleague | None:
    """Return one person as they are at `now`, or None."""
    return colleagues(tx, [person_id], now).get(person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """Who works here at an instant, in what matters to somebody who hands out work."""

    id: int
    name: str
    engaged: bool
    roles: frozenset[str]


@once
def at_work(tx: Tx, person_id: int, now: int) -> AtWork | None:
    """Return one person as they are at `now`, asked in one question where the answer is plain; None if unknown.

    It is plain where an engagement binds them and no provider has spoken of their roles; else everything is asked.
    """
    rows = tx.all(_AT_WORK, {"person_id": person_id, "now": now})
    if rows and all(row["heard"] is None for row in rows):
        granted = frozenset(str(row["role"]) for row in rows if row["role"] is not None)
        return AtWork(id=person_id, name=str(rows[0]["name"]), engaged=True, roles=granted)
    one = person(tx, person_id, now)
    return None if one is None else AtWork(id=one.id, name=one.name, engaged=one.engaged, roles=one.roles)


def people(tx: Tx, now: int) -> list[Colleague]:
    """Return everybody who was ever enrolled, by name."""
    return list(gathered(tx, now).values())


def engaged_as(tx: Tx, roles: Collection[Role], now: int) -> list[Colleague]:
    """Return everybody engaged at `now` who has one of these roles, by name."""
    return [one for one in people(tx, now) if one.engaged and one.roles.intersection(roles)]


def duty_managers_on_shift(tx: Tx, now: int) -> list[Colleague]:
    """Return the duty managers who are engaged and on shift at `now`, by name."""
    granted = tx.all(_GRANTED, {"role": Role.DUTY_MANAGER, "now": now})
    ids = {int(row["person_id"]) for row in granted}
    found = [one for one in colleagues(tx, ids, now).values() if one.engaged and one.on_shift_until is not None]
    return [one for one in found if Role.DUTY_MANAGER in one.roles]


def on_shift(tx: Tx, now: int) -> list[Colleague]:
    """Return everybody who is engaged and on shift at `now`, by name."""
    return [one for one in people(tx, now) if one.engaged and one.on_shift_until is not None]


def persons_facts(tx: Tx, ids: Collection[int], now: int) -> dict[int, Person]:
    """Return what the guard may know of these people at `now`; those unknown are left out."""
    return {person_id: facts_of(one, now) for person_id, one in colleagues(tx, ids, now).items()}


def person_facts(tx: Tx, person_id: int, now: int) -> Person | None:
    """Return what the guard may know of one person at `now`, or None when nobody works here by that number."""
    return persons_facts(tx, [person_id], now).get(person_id)


def facts_of(one: Colleague, now: int) -> Person:
    """Return what the guard may know of a colleague as they are at `now`."""
    if one.engaged_since is None:
        served = left = 0
    else:
        served = (now - one.engaged_since) // DAY
        left = OPEN_ENDED if one.engagement_ends is None else (one.engagement_ends - now) // DAY
    return Person(
        id=str(one.id),
        roles=one.roles,
        team=one.team,
        employer=one.employer,
        engaged=one.engaged,
        on_shift=one.on_shift_until is not None,
        engagement_days=served,
        engagement_days_left=left,
        signature=one.signs,
        keeps_restore=one.keeps_restore,
    )
