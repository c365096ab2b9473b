"""The last people able to restore: they keep that alone when their engagement runs out, until an order ends them.

While three engaged people hold a role that restores, nobody else does. Where there are fewer, those whose engagement
ran out most recently by its own date fill up to three; never anybody whose engagement somebody ended.
"""

from sqlalchemy import Select, func, select

from gardefou.staff.in_force import in_force
from gardefou.staff.roles import Role
from gardefou.staff.tables import engagement, role_grant
from gardefou.storage import Tx

#: Who may restore (promise 7).
RESTORERS = (Role.AGENT, Role.REVIEWER, Role.DUTY_MANAGER)
#: So many people can always restore, as far as there ever were so many.
LAST = 3


def keepers(tx: Tx, now: int) -> frozenset[int]:
    """Return whose engagement has run out and who can restore all the same at `now`."""
    able = _able(now)
    engaged = select(engagement.c.person_id).where(in_force(engagement, now), engagement.c.person_id.in_(able))
    left = LAST - len(tx.all(engaged.distinct().limit(LAST)))
    if left <= 0:
        return frozenset()
    # Of each the engagement that ended last; whoever is engaged now is in the count above already.
    begun = select(engagement).where(engagement.c.starts <= now, engagement.c.person_id.in_(able))
    place = func.row_number().over(partition_by=engagement.c.person_id, order_by=engagement.c.starts.desc())
    last = begun.add_columns(place.label("place")).subquery()
    ran_out = select(last.c.person_id).where(last.c.place == 1, last.c.ends <= now, last.c.cut_short == 0)
    rows = tx.all(ran_out.order_by(last.c.ends.desc(), last.c.person_id).limit(left))
    return frozenset(int(row["person_id"]) for row in rows)


def _able(now: int) -> Select[tuple[int]]:
    return select(role_grant.c.person_id).where(role_grant.c.role.in_(RESTORERS), in_force(role_grant, now))
