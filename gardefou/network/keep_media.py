"""A member sends an image, to post it or to show it as their own."""

from sqlalchemy import func, insert, select

from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.describe_media import described, focused
from gardefou.network.errors import MediaWaitingError
from gardefou.network.pictures import Picture
from gardefou.network.tables import net_media
from gardefou.storage import Tx

#: So many may wait to be posted; who sends more fills the disk.
MOST_WAITING = 50


def keep_media(
    tx: Tx, *, actor: Actor, now: int, picture: Picture, digest: str, description: str = "", focus: str = ""
) -> int:
    """Write down an image whose bytes are kept.

    Args:
        tx: the open transaction.
        actor: the member.
        now: the instant, microseconds.
        picture: the image, made anew.
        digest: under which its bytes lie.
        description: what it shows, in words.
        focus: which point matters most, `x,y`; empty for the middle.

    Returns:
        The image's id.

    Raises:
        DescriptionTooLongError, FocusError: the words or the point cannot be used.
        MediaWaitingError: too many of the member's wait already.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    waiting = (net_media.c.account_id == account_id) & net_media.c.post_id.is_(None)
    if int(tx.scalar(select(func.count()).where(waiting))) >= MOST_WAITING:
        raise MediaWaitingError
    focus_x, focus_y = focused(focus)
    media_id = tx.new_id(now)
    tx.execute(
        insert(net_media).values(
            id=media_id,
            account_id=account_id,
            place=0,
            media_type=picture.media_type,
            width=picture.original.width,
            height=picture.original.height,
            preview_width=picture.preview.width,
            preview_height=picture.preview.height,
            description=described(description),
            focus_x=focus_x,
            focus_y=focus_y,
            digest=digest,
            created_at=now,
        )
    )
    return media_id
