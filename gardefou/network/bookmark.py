"""A member keeps a post to find it again, or no longer does. Nobody else learns of it."""

from sqlalchemy import delete, insert, select

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.queries import locked_original
from gardefou.network.tables import net_bookmark
from gardefou.storage import Tx


def bookmark(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:
    """Keep a post, or what it passes on, once; return its id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    kept = locked_original(tx, post_id=post_id, reader=account_id)
    locked(tx, account_id)
    mine = (net_bookmark.c.post_id == kept.id) & (net_bookmark.c.account_id == account_id)
    if tx.first(select(net_bookmark.c.id).where(mine)) is None:
        tx.execute(insert(net_bookmark).values(id=tx.new_id(now), account_id=account_id, post_id=kept.id))
    return kept.id


def unbookmark(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:  # noqa: ARG001  # every write names its instant
    """Keep it no longer; return its id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    kept = locked_original(tx, post_id=post_id, reader=account_id)
    mine = (net_bookmark.c.post_id == kept.id) & (net_bookmark.c.account_id == account_id)
    tx.execute(delete(net_bookmark).where(mine))
    return kept.id
