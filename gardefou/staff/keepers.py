"""The last people able to restore: they keep that alone, whatever runs out or is narrowed, until an order ends them.

While three engaged people have a role that restores, nobody else does. Where there are fewer, those fill up to three to
whom an identity provider leaves no such role although orders granted them one, and then those whose engagement ran out
most recently by its own date; never anybody whose engagement somebody ended, or who was joined into somebody else.
"""

from collections.abc import Collection

from sqlalchemy import Select, func, select

from gardefou.staff.heard_roles import said_of
from gardefou.staff.in_force import in_force
from gardefou.staff.roles import Role
from gardefou.staff.tables import engagement, heard_role, person_joined, role_grant
from gardefou.storage import Tx

#: Who may restore (promise 7).
RESTORERS = (Role.AGENT, Role.REVIEWER, Role.DUTY_MANAGER)
#: So many people can always restore, as far as there ever were so many.
LAST = 3


def keepers(tx: Tx, now: int) -> frozenset[int]:
    """Return who can restore at `now`, and do nothing else, although they are not engaged or have no role for it."""
    able = _able(now)
    engaged = select(engagement.c.person_id).where(in_force(engagement, now), engagement.c.person_id.in_(able))
    unheard = engaged.where(engagement.c.person_id.not_in(select(heard_role.c.person_id)))
    if len(tx.all(unheard.distinct().limit(LAST))) == LAST:
        return frozenset()
    there = {int(row["person_id"]) for row in tx.all(engaged.distinct())}
    narrowed = _narrowed(tx, there)
    left = LAST - len(there) + len(narrowed)
    found = narrowed[: max(0, left)]
    left -= len(found)
    return frozenset(found) | _ran_out(tx, able, left, now)


def _narrowed(tx: Tx, ids: Collection[int]) -> list[int]:
    """Return whom of these a provider leaves no role that restores, those first who lose least by keeping just that."""
    said = {one: roles for one, roles in said_of(tx, ids).items() if not roles.intersection(RESTORERS)}
    return sorted(said, key=lambda one: (len(said[one]), one))


def _ran_out(tx: Tx, able: Select[tuple[int]], left: int, now: int) -> frozenset[int]:
    if left <= 0:
        return frozenset()
    # Of each the engagement that ended last; whoever is engaged now is counted already.
    begun = select(engagement).where(engagement.c.starts <= now, engagement.c.person_id.in_(able))
    place = func.row_number().over(partition_by=engagement.c.person_id, order_by=engagement.c.starts.desc())
    last = begun.add_columns(place.label("place")).subquery()
    ran_out = select(last.c.person_id).where(last.c.place == 1, last.c.ends <= now, last.c.cut_short == 0)
    rows = tx.all(ran_out.order_by(last.c.ends.desc(), last.c.person_id).limit(left))
    return frozenset(int(row["person_id"]) for row in rows)


def _able(now: int) -> Select[tuple[int]]:
    granted = select(role_grant.c.person_id).where(role_grant.c.role.in_(RESTORERS), in_force(role_grant, now))
    return granted.where(role_grant.c.person_id.not_in(select(person_joined.c.person_id)))
