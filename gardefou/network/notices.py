"""What a member was told, as far as it still is theirs to read.

Left out when read, not rewritten: what hidden accounts did, what concerns a post that the member may not see, and what
they mute or block by now.
"""

from typing import Any

from sqlalchemy import Select, func, literal, or_, select

from gardefou.network.queries import shown_beside_author
from gardefou.network.tables import net_house_notice, net_marker, net_notification, net_post
from gardefou.network.visibility import account_shown, there_is, wanted_by
from gardefou.storage import Tx
from gardefou.storage.prepared import prepared

TIMELINE = "notifications"
#: No client shows more than this as a number.
MOST_COUNTED = 1_000


def told_to(member_id: int, now: int) -> Select[Any]:
    """Return what a member was told and may read."""
    told = net_notification
    shown = account_shown(net_post.c.account_id), shown_beside_author(member_id)
    about = there_is(net_post, net_post.c.id == told.c.post_id, *shown)
    return select(told).where(
        told.c.account_id == member_id,
        account_shown(told.c.from_id),
        or_(told.c.post_id.is_(None), about),
        wanted_by(told.c.from_id, member_id, now, told=True),
    )


def told_by_house(member_id: int) -> Select[Any]:
    """Return what the house itself told a member."""
    return select(net_house_notice).where(net_house_notice.c.account_id == member_id)


def unread(tx: Tx, member_id: int, *, now: int, most: int = MOST_COUNTED, house: bool = False) -> int:
    """Return of how many things a member was told since they last read, up to what anybody counts.

    Args:
        tx: an open transaction.
        member_id: the member.
        now: the instant.
        most: what is counted up to.
        house: whether what the house itself told them counts; it does where they can read it.
    """
    return int(tx.scalar(*_unread(member_id, now, most, house=house)))


@prepared
def _unread(member_id: int, now: int, most: int, *, house: bool) -> Select[Any]:
    mark = net_marker.c
    read = select(mark.last_read_id).where(mark.account_id == member_id, mark.timeline == TIMELINE).scalar_subquery()
    newer = told_to(member_id, now).where(net_notification.c.id > func.coalesce(read, 0)).limit(most).subquery()
    others = select(func.count(literal(1))).select_from(newer)
    if not house:
        return others
    ours = told_by_house(member_id).where(net_house_notice.c.id > func.coalesce(read, 0)).limit(most).subquery()
    return select(others.scalar_subquery() + select(func.count(literal(1))).select_from(ours).scalar_subquery())
