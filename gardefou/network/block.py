"""A member blocks an account: neither follows the other any more, and the other reads nothing that the member says."""

from sqlalchemy import delete, insert, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked, reread
from gardefou.network.errors import NoSuchPageError, OneselfError
from gardefou.network.follow import count, forget_taken
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_block, net_follow
from gardefou.storage import Tx


def block(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, account_id: int) -> bool:
    """Block an account, end the follows between the two and keep the counters.

    Where staff keep the two apart already, their block stands as it is, and the member's beside it.

    Returns:
        Whether anything changed: blocking twice is blocking once.

    Raises:
        NoSuchPageError: there is no such account.
        OneselfError: the member is that account.
        OwnerCannotActError: the member is frozen or hidden.
    """
    member_id = acting_member(tx, actor)
    if member_id == account_id:
        raise OneselfError
    if account_id not in locked(tx, member_id, account_id):
        raise NoSuchPageError
    pair = (net_block.c.account_id == member_id) & (net_block.c.blocked_id == account_id)
    known = tx.execute(update(net_block).where(pair, net_block.c.own == 0).values(own=1)).rowcount > 0
    if not known and tx.first(net_block.select().where(pair)) is not None:
        return False
    if not known:
        tx.execute(insert(net_block).values(account_id=member_id, blocked_id=account_id, created_at=now, own=1))
    for follower, followee in ((member_id, account_id), (account_id, member_id)):
        _part(tx, neighbours, now=now, follower_id=follower, followee_id=followee)
    return True


def _part(tx: Tx, neighbours: Neighbours, *, now: int, follower_id: int, followee_id: int) -> None:
    """End one follow if there is one; one that staff took does not come back either."""
    forget_taken(tx, follower_id=follower_id, followee_id=followee_id)
    pair = (net_follow.c.follower_id == follower_id) & (net_follow.c.followee_id == followee_id)
    if tx.execute(delete(net_follow).where(pair)).rowcount:
        count(tx, follower_id=follower_id, followee_id=followee_id, by=-1)
        neighbours.account_changed(tx, now=now, account=reread(tx, followee_id))
