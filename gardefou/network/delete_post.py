"""A member takes back what they said."""

from sqlalchemy import ColumnElement, delete, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked, reread
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account, net_post
from gardefou.network.visibility import post_shown
from gardefou.storage import Tx


def delete_post(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, post_id: int) -> None:
    """Delete one's own post and keep the counter.

    A hidden post is not its owner's to delete: what an order stands on stays until the order is reversed.

    Raises:
        NoSuchPageError: there is no such post of this member's.
        OwnerCannotActError: the author is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    mine = (net_post.c.id == post_id) & (net_post.c.account_id == account_id) & post_shown(net_post.c.id)
    if not drop(tx, neighbours, now=now, account_id=account_id, which=mine):
        raise NoSuchPageError


def drop(tx: Tx, neighbours: Neighbours, *, now: int, account_id: int, which: ColumnElement[bool]) -> bool:
    """Delete one post of an account and keep the counter; return whether there was one."""
    locked(tx, account_id)
    if tx.execute(delete(net_post).where(which)).rowcount != 1:
        return False
    tx.execute(update(net_account).where(net_account.c.id == account_id).values(posts=net_account.c.posts - 1))
    neighbours.account_changed(tx, now=now, account=reread(tx, account_id))
    return True
