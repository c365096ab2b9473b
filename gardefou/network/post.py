"""A member says something."""

from sqlalchemy import insert, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked, reread
from gardefou.network.errors import PostEmptyError, PostTooLongError
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account, net_post
from gardefou.storage import Tx

LONGEST = 500


def post(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, text: str, locale: str) -> int:
    """Publish a post and keep its author's counter.

    Args:
        tx: the open transaction.
        neighbours: who is told.
        actor: the member.
        now: the instant, microseconds.
        text: plain text, 500 characters at most.
        locale: the language it is written in.

    Returns:
        The post's id.

    Raises:
        PostEmptyError, PostTooLongError: the text cannot be used.
        OwnerCannotActError: the author is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    return publish(tx, neighbours, now=now, account_id=account_id, text=readable(text), locale=locale)


def readable(text: str) -> str:
    """Return a post's text as it is kept.

    Raises:
        PostEmptyError, PostTooLongError: the text cannot be used.
    """
    clean = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not clean:
        raise PostEmptyError
    if len(clean) > LONGEST:
        raise PostTooLongError(limit=LONGEST, length=len(clean))
    return clean


def publish(
    tx: Tx, neighbours: Neighbours, *, now: int, account_id: int, text: str, locale: str, order_id: int | None = None
) -> int:
    """Write a post and keep its author's counter; `order_id` says in whose name staff wrote it, if they did."""
    locked(tx, account_id)
    post_id = tx.new_id(now)
    tx.execute(
        insert(net_post).values(
            id=post_id,
            account_id=account_id,
            text=text,
            locale=locale,
            reposts=0,
            likes=0,
            created_at=now,
            order_id=order_id,
        )
    )
    tx.execute(update(net_account).where(net_account.c.id == account_id).values(posts=net_account.c.posts + 1))
    neighbours.account_changed(tx, now=now, account=reread(tx, account_id))
    return post_id
