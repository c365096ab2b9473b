"""A member no longer follows an account."""

from sqlalchemy import delete

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked, reread
from gardefou.network.follow import count, forget_taken
from gardefou.network.ports import Neighbours
from gardefou.network.queries import shown_account
from gardefou.network.tables import net_follow
from gardefou.storage import Tx


def unfollow(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, handle: str) -> bool:
    """Stop following an account and keep both counters.

    Returns:
        Whether anything changed.

    Raises:
        NoSuchPageError: there is no such account to be seen.
        OwnerCannotActError: the member is frozen or hidden.
    """
    follower_id = acting_member(tx, actor)
    followee_id = int(shown_account(tx, handle)["id"])
    locked(tx, follower_id, followee_id)
    forget_taken(tx, follower_id=follower_id, followee_id=followee_id)
    gone = tx.execute(
        delete(net_follow).where(net_follow.c.follower_id == follower_id, net_follow.c.followee_id == followee_id)
    )
    if gone.rowcount == 0:
        return False
    count(tx, follower_id=follower_id, followee_id=followee_id, by=-1)
    neighbours.account_changed(tx, now=now, account=reread(tx, followee_id))
    return True
