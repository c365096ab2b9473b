"""A member follows an account."""

from sqlalchemy import delete, insert, select, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked, reread
from gardefou.network.errors import BlockedError, FollowsItselfError
from gardefou.network.notify import Notice, notify
from gardefou.network.ports import Neighbours
from gardefou.network.queries import blocked, shown_account
from gardefou.network.tables import net_account, net_follow, net_taken_follow
from gardefou.storage import Tx


def follow(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, handle: str) -> bool:
    """Follow an account, keep both counters, and tell whoever is followed.

    Returns:
        Whether anything changed: following twice is following once.

    Raises:
        NoSuchPageError: there is no such account to be seen.
        FollowsItselfError: the member is that account.
        BlockedError: one of the two is blocked by the other.
        OwnerCannotActError: the member is frozen or hidden.
    """
    follower_id = acting_member(tx, actor)
    followee_id = int(shown_account(tx, handle)["id"])
    if follower_id == followee_id:
        raise FollowsItselfError
    locked(tx, follower_id, followee_id)
    if blocked(tx, follower_id, followee_id):
        raise BlockedError
    pair = (net_follow.c.follower_id == follower_id) & (net_follow.c.followee_id == followee_id)
    if tx.first(select(net_follow.c.created_at).where(pair)) is not None:
        return False
    forget_taken(tx, follower_id=follower_id, followee_id=followee_id)
    tx.execute(insert(net_follow).values(follower_id=follower_id, followee_id=followee_id, created_at=now))
    count(tx, follower_id=follower_id, followee_id=followee_id, by=1)
    notify(tx, actor=actor, now=now, account_id=followee_id, kind=Notice.FOLLOW)
    neighbours.account_changed(tx, now=now, account=reread(tx, followee_id))
    return True


def forget_taken(tx: Tx, *, follower_id: int, followee_id: int) -> None:
    """Forget that staff took this follow: from here on it is as its member wanted, and nothing brings it back."""
    taken = net_taken_follow
    tx.execute(delete(taken).where(taken.c.follower_id == follower_id, taken.c.followee_id == followee_id))


def count(tx: Tx, *, follower_id: int, followee_id: int, by: int) -> None:
    """Move both counters of a follow."""
    followed, following = net_account.c.followers, net_account.c.following
    tx.execute(update(net_account).where(net_account.c.id == followee_id).values(followers=followed + by))
    tx.execute(update(net_account).where(net_account.c.id == follower_id).values(following=following + by))
