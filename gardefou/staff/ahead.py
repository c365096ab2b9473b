"""What is known already of the days ahead: who will be engaged, on shift and in which role, and when that changes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, Table, or_, select

from gardefou.clock import DAY
from gardefou.guard.facts import Person
from gardefou.staff.colleague import colleague_of, not_removed
from gardefou.staff.credentials import DEMO, PASSKEY, RIPE_AFTER, TOO_NEW, VALID, can_sign, in_force, is_demo
from gardefou.staff.heard_roles import said_of
from gardefou.staff.queries import facts_of
from gardefou.staff.tables import credential, engagement, person, role_grant, shift
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """Everything that binds one person within a stretch of time; `said` is what their identity provider leaves them."""

    person: RowMapping
    bonds: tuple[RowMapping, ...]
    grants: tuple[RowMapping, ...]
    shifts: tuple[RowMapping, ...]
    keys: tuple[RowMapping, ...] = ()
    demo: bool = False
    said: frozenset[str] | None = None

    def at(self, now: int) -> Person:
        """Return what the guard will know of them at an instant, if nothing is changed until then."""
        bond = next((row for row in self.bonds if _holds(row, now)), None)
        roles = {str(row["role"]) for row in self.grants if _holds(row, now)}
        if self.said is not None:
            roles &= self.said
        until = max((int(row["ends"]) for row in self.shifts if _holds(row, now)), default=None)
        return facts_of(colleague_of(self.person, bond, roles, until, signs=self._signs(now)), now)

    def _signs(self, now: int) -> str:
        """Return what a signature of theirs would be worth then."""
        if self.demo:
            return DEMO
        said = {can_sign(row, signed_at=now, now=now) for row in self.keys}
        return next((one for one in (VALID, TOO_NEW) if one in said), "")

    def turns(self, after: int, before: int) -> list[int]:
        """Return the instants at which any of it changes: an edge, a day more served, a day less left."""
        edges = {at for row in (*self.bonds, *self.grants, *self.shifts) for at in (row["starts"], row["ends"])}
        edges |= {row["enrolled_at"] + RIPE_AFTER for row in self.keys}
        days = {at for row in self.bonds for at in _days(row, after, before)}
        return sorted(at for at in edges | days if at is not None and after < at < before)


def _holds(row: RowMapping, now: int) -> bool:
    return bool(row["starts"] <= now and (row["ends"] is None or now < row["ends"]))


def _days(bond: RowMapping, after: int, before: int) -> Iterator[int]:
    """Yield when the count of whole days served, or left, becomes another."""
    first = after + (bond["starts"] - after) % DAY
    yield from range(first, before, DAY)
    if bond["ends"] is not None:
        yield from (at + 1 for at in range(after + (bond["ends"] - after) % DAY, before, DAY))


def ahead(tx: Tx, now: int, until: int) -> list[Ahead]:
    """Return everybody whom an engagement binds within [now, until), with what else holds of them then."""
    bonds = _by_person(tx.all(select(engagement).where(_within(engagement, now, until))))
    grants = _by_person(tx.all(select(role_grant).where(_within(role_grant, now, until))))
    shifts = _by_person(tx.all(select(shift).where(_within(shift, now, until), not_removed(now))))
    keys = _by_person(tx.all(select(credential).where(credential.c.kind == PASSKEY, in_force(now))))
    demo = is_demo(tx)
    rows = tx.all(select(person).where(person.c.id.in_(bonds)).order_by(person.c.id))
    said = said_of(tx, list(bonds))
    return [
        Ahead(
            person=row,
            bonds=tuple(bonds[row["id"]]),
            grants=tuple(grants.get(row["id"], ())),
            shifts=tuple(shifts.get(row["id"], ())),
            keys=tuple(keys.get(row["id"], ())),
            demo=demo,
            said=said.get(int(row["id"])),
        )
        for row in rows
    ]


def _within(table: Table, now: int, until: int) -> ColumnElement[bool]:
    return (table.c.starts < until) & or_(table.c.ends.is_(None), table.c.ends > now)


def _by_person(rows: Collection[RowMapping]) -> dict[int, list[RowMapping]]:
    found: dict[int, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(int(row["person_id"]), []).append(row)
    return found
