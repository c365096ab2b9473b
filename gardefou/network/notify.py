"""A member is told what others did: named them, answered, followed, liked or passed on what they said."""

from enum import StrEnum

from sqlalchemy import delete, insert, literal, select

from gardefou.events import Actor
from gardefou.network import told
from gardefou.network.conversation import muted_among
from gardefou.network.tables import net_notification
from gardefou.network.visibility import wanted_by
from gardefou.storage import Tx


class Notice(StrEnum):
    """What a member is told of, in the words of the Mastodon client API. Values are stored: never change one."""

    MENTION = "mention"
    BOOST = "reblog"
    FAVOURITE = "favourite"
    FOLLOW = "follow"
    UPDATE = "update"


def notify(tx: Tx, *, actor: Actor, now: int, account_id: int, kind: Notice, post_id: int | None = None) -> int | None:
    """Tell a member of a deed, once: what was told before, by the same member of the same post, is not told again.

    Nobody is told of their own deeds, nor of anything by an account that they block, or mute with its notifications,
    nor of what is said or done in a conversation that they mute.

    Args:
        tx: the open transaction.
        actor: the member whose deed it is.
        now: the instant, microseconds.
        account_id: who is told.
        kind: what was done.
        post_id: to which post; None where it is not about one.

    Returns:
        The notification's id, or None when nothing was told.
    """
    from_id = actor.member_id
    if from_id is None or from_id == account_id:
        return None
    row = net_notification.c
    same = (row.account_id == account_id) & (row.kind == kind) & (row.from_id == from_id) & (row.post_id == post_id)
    if tx.first(select(row.id).where(same)) is not None or not _wanted(tx, account_id, from_id, now):
        return None
    if post_id is not None and tx.first(muted_among([post_id], account_id)) is not None:
        return None
    notification_id = tx.new_id(now)
    tx.execute(
        insert(net_notification).values(
            id=notification_id, account_id=account_id, kind=kind, from_id=from_id, post_id=post_id, created_at=now
        )
    )
    told.member_told(tx, now=now, notification_id=notification_id, account_id=account_id)
    return notification_id


def forget(tx: Tx, *, post_id: int, kind: Notice | None = None) -> None:
    """Take back what was told of a post that is no more; or, of one kind, what is told anew."""
    about = net_notification.c.post_id == post_id
    tx.execute(delete(net_notification).where(about, *([] if kind is None else [net_notification.c.kind == kind])))


def _wanted(tx: Tx, reader: int, from_id: int, now: int) -> bool:
    return bool(tx.scalar(select(wanted_by(literal(from_id), reader, now, told=True))))
