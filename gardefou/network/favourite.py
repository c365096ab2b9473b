"""A member likes a post, or no longer does."""

from sqlalchemy import delete, insert, select, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.notify import Notice, notify
from gardefou.network.queries import locked_original
from gardefou.network.tables import net_favourite, net_post
from gardefou.storage import Tx


def favourite(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:
    """Like a post, or what it passes on, once; keep its counter and tell its author.

    Returns:
        The id of the post that is liked.

    Raises:
        NoSuchPageError: there is none that this member may read.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    liked = locked_original(tx, post_id=post_id, reader=account_id)
    locked(tx, account_id)
    mine = (net_favourite.c.post_id == liked.id) & (net_favourite.c.account_id == account_id)
    if tx.first(select(net_favourite.c.id).where(mine)) is None:
        tx.execute(insert(net_favourite).values(id=tx.new_id(now), account_id=account_id, post_id=liked.id))
        tx.execute(update(net_post).where(net_post.c.id == liked.id).values(likes=net_post.c.likes + 1))
        notify(tx, actor=actor, now=now, account_id=liked.account_id, kind=Notice.FAVOURITE, post_id=liked.id)
    return liked.id


def unfavourite(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:  # noqa: ARG001  # every write names its instant
    """Like it no longer; return its id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    liked = locked_original(tx, post_id=post_id, reader=account_id)
    mine = (net_favourite.c.post_id == liked.id) & (net_favourite.c.account_id == account_id)
    if tx.execute(delete(net_favourite).where(mine)).rowcount:
        tx.execute(update(net_post).where(net_post.c.id == liked.id).values(likes=net_post.c.likes - 1))
    return liked.id
