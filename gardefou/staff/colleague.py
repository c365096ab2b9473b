"""People as colleagues see them at an instant, put together from one statement about everything that binds them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, RowMapping, Select, bindparam, or_, select

from gardefou.staff import credentials
from gardefou.staff.erased import is_erased, name_of
from gardefou.staff.in_force import in_force
from gardefou.staff.keepers import keepers
from gardefou.staff.tables import credential, engagement, heard_role, person, role_grant, shift
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.house import MADE_BY, fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A person as colleagues see them.

    Attributes:
        id: the person's id.
        name: what colleagues read; that they were erased, if they were.
        email: where notices go.
        locale: the language they read.
        roles: the roles in force: those granted, as far as an identity provider that spoke of them leaves them.
        team: of the engagement in force; empty when there is none.
        employer: as `team`.
        engaged: whether an engagement is in force.
        engaged_since: when it began.
        engagement_ends: when it ends; None when nobody knows, or when there is none.
        on_shift_until: when the shift of this instant ends; None when off duty.
        signs: what a signature of theirs would be at this instant; empty where they have no passkey.
        signs_at: when the first of their passkeys signs what is protected, or has begun to; None where they have none.
        keeps_restore: whether they are one of the last who can restore although their engagement has run out, or their
            provider leaves them no role for it: they count as engaged no more, and can do nothing else.
        erased: whether an order has erased who they were.
    """

    id: int
    name: str
    email: str
    locale: str
    roles: frozenset[str]
    team: str
    employer: str
    engaged: bool
    engaged_since: int | None
    engagement_ends: int | None
    on_shift_until: int | None
    signs: str = ""
    signs_at: int | None = None
    keeps_restore: bool = False
    erased: bool = False


def not_removed(now: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return what holds of the shifts that nobody had removed by `now`."""
    return or_(shift.c.removed_at.is_(None), shift.c.removed_at > now)


def on_duty(now: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return what holds of the shifts that `now` lies in."""
    return in_force(shift, now) & not_removed(now)


_BOND, _KEY = ("id", "team", "employer", "starts", "ends"), ("kind", "enrolled_at", "ended_at")


def _everything() -> Select[Any]:
    """Return the statement: a row of each person for every combination of what binds them, and of what they hold."""
    now: BindParameter[int] = bindparam("now")
    mine = person.c.id
    keys = (credential.c.person_id == mine) & (credential.c.kind == credentials.PASSKEY) & credentials.in_force(now)
    return (
        select(
            person,
            *(engagement.c[name].label(f"bond_{name}") for name in _BOND),
            shift.c.ends.label("shift_ends"),
            shift.c.removed_at.label("shift_removed_at"),
            role_grant.c.role,
            heard_role.c.roles.label("heard"),
            *(credential.c[name].label(f"key_{name}") for name in _KEY),
            fact(MADE_BY).label("made_by"),
        )
        .outerjoin(engagement, (engagement.c.person_id == mine) & in_force(engagement, now))
        .outerjoin(shift, (shift.c.person_id == mine) & on_duty(now))
        .outerjoin(role_grant, (role_grant.c.person_id == mine) & in_force(role_grant, now))
        .outerjoin(heard_role, heard_role.c.person_id == mine)
        .outerjoin(credential, keys)
        .order_by(person.c.name)
    )


# Every order asks these of everybody concerned, and making such a statement costs more than running it.
_ALL = _everything()
_THESE = _ALL.where(among(person.c.id, bindparam("ids")))


def gathered(tx: Tx, now: int, ids: Collection[int] | None = None) -> dict[int, Colleague]:
    """Return these people, or everybody ever enrolled, as they are at `now`, by name; those unknown are left out."""
    if ids is not None and not ids:
        return {}
    rows = tx.all(_ALL, {"now": now}) if ids is None else tx.all(_THESE, {"now": now, "ids": sorted(ids)})
    found = [list(mine) for _person, mine in groupby(rows, key=lambda row: int(row["id"]))]
    # Whoever is engaged, and not narrowed, needs to keep nothing, so it is seldom asked.
    ask = any(mine[0]["bond_id"] is None or mine[0]["heard"] is not None for mine in found)
    keeping = keepers(tx, now) if ask else frozenset()
    return {int(mine[0]["id"]): _of_rows(mine, now, keeping=int(mine[0]["id"]) in keeping) for mine in found}


def _of_rows(rows: Sequence[RowMapping], now: int, *, keeping: bool) -> Colleague:
    first = rows[0]
    bond = max(rows, key=lambda row: row["bond_id"] or 0)
    roles = {str(row["role"]) for row in rows if row["role"] is not None}
    if first["heard"] is not None and not keeping:
        roles &= set(json.loads(first["heard"]))
    keys = [row for row in rows if row["key_enrolled_at"] is not None]
    return colleague_of(
        first,
        None if keeping or bond["bond_id"] is None else {name: bond[f"bond_{name}"] for name in _BOND},
        roles,
        max((_ends(row) for row in rows if row["shift_ends"] is not None), default=None),
        signs=_signs(keys, now, demo=first["made_by"] == credentials.DEMO),
        signs_at=min((int(row["key_enrolled_at"]) + credentials.RIPE_AFTER for row in keys), default=None),
        keeps_restore=keeping,
    )


def _ends(row: RowMapping) -> int:
    removed = row["shift_removed_at"]
    return int(row["shift_ends"] if removed is None else min(row["shift_ends"], removed))


def _signs(keys: Sequence[RowMapping], now: int, *, demo: bool) -> str:
    """Return what a signature would be at `now`: the best of the passkeys'; in a demonstration everybody signs."""
    if demo:
        return credentials.DEMO
    said = {credentials.can_sign({name: row[f"key_{name}"] for name in _KEY}, signed_at=now, now=now) for row in keys}
    return credentials.VALID if credentials.VALID in said else next(iter(sorted(said)), "")


def colleague_of(
    row: RowMapping,
    bond: Mapping[Any, Any] | None,
    roles: Collection[str],
    until: int | None,
    *,
    signs: str = "",
    signs_at: int | None = None,
    keeps_restore: bool = False,
) -> Colleague:
    """Return somebody whom this engagement binds, in these roles, on shift until then, who can sign so."""
    return Colleague(
        id=row["id"],
        name=name_of(row),
        email="" if is_erased(row) else row["email"],
        locale=row["locale"],
        roles=frozenset(roles),
        team=bond["team"] if bond else "",
        employer=bond["employer"] if bond else "",
        engaged=bond is not None,
        engaged_since=bond["starts"] if bond else None,
        engagement_ends=bond["ends"] if bond else None,
        on_shift_until=until,
        signs=signs,
        signs_at=signs_at,
        keeps_restore=keeps_restore,
        erased=is_erased(row),
    )
