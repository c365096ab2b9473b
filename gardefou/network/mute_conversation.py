"""A member wants to hear no more of a conversation, or does again. It is read as before; nobody else learns of it."""

from sqlalchemy import delete, insert, select

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.conversation import thread_of
from gardefou.network.queries import locked_original
from gardefou.network.tables import net_muted_thread
from gardefou.storage import Tx


def mute_conversation(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:
    """Mute the conversation that a post stands in, or what it passes on, once; return that post's id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    post = locked_original(tx, post_id=post_id, reader=account_id)
    locked(tx, account_id)
    thread = thread_of(tx, post.id)
    mine = (net_muted_thread.c.account_id == account_id) & (net_muted_thread.c.thread_id == thread)
    if tx.first(select(net_muted_thread.c.created_at).where(mine)) is None:
        tx.execute(insert(net_muted_thread).values(account_id=account_id, thread_id=thread, created_at=now))
    return post.id


def unmute_conversation(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:  # noqa: ARG001  # every write names its instant
    """Hear of it again; return the post's id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    post = locked_original(tx, post_id=post_id, reader=account_id)
    mine = (net_muted_thread.c.account_id == account_id) & (net_muted_thread.c.thread_id == thread_of(tx, post.id))
    tx.execute(delete(net_muted_thread).where(mine))
    return post.id
