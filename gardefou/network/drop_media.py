"""Images that nobody posted go: its owner deletes one, and after a day the house does, with those of deleted posts."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, and_, delete, exists, or_, select

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.errors import NoSuchPageError
from gardefou.network.media import in_use, own_image, own_unposted
from gardefou.network.media_folder import MediaFolder
from gardefou.network.tables import net_media, net_post
from gardefou.storage import Tx

#: How long an image waits to be posted.
WAITS = DAY
_AT_ONCE = 200


def drop_media(tx: Tx, folder: MediaFolder, *, actor: Actor, media_id: int) -> None:
    """Delete an image of one's own that is not posted and not shown as one's own.

    Raises:
        NoSuchPageError: the member has no such image that waits.
        OwnerCannotActError: the member is frozen or hidden.
    """
    row = own_unposted(tx, account_id=acting_member(tx, actor), media_id=media_id)
    if tx.first(select(net_media.c.id).where(net_media.c.id == media_id, own_image())) is not None:
        raise NoSuchPageError
    _drop(tx, folder, [row])


def sweep_media(tx: Tx, folder: MediaFolder, *, actor: Actor, now: int) -> int:  # noqa: ARG001  # every write names its actor
    """Delete what waited for longer than a day, and the images of posts that are no more; a slice at a time.

    Returns:
        How many went.
    """
    post = net_media.c.post_id
    waited = and_(post.is_(None), net_media.c.created_at <= now - WAITS, ~own_image())
    of_none = and_(post.is_not(None), ~exists(select(net_post.c.id).where(net_post.c.id == post)))
    rows = tx.all(select(net_media).where(or_(waited, of_none)).order_by(net_media.c.id).limit(_AT_ONCE))
    _drop(tx, folder, rows)
    return len(rows)


def _drop(tx: Tx, folder: MediaFolder, rows: Sequence[RowMapping]) -> None:
    """Delete rows, and the bytes of those that no other row needs; should that fail, bytes without a row do no harm."""
    tx.execute(delete(net_media).where(net_media.c.id.in_([row["id"] for row in rows])))
    for digest in sorted({row["digest"] for row in rows}):
        if not in_use(tx, digest):
            folder.drop(digest)
