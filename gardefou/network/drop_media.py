"""Images that nobody posted go: its owner deletes one, and after a day the house does, with those of deleted posts.

The images of a post that somebody still decides about stay for those who do, whatever its author deletes.
"""

from collections.abc import Sequence

from sqlalchemy import RowMapping, and_, delete, exists, or_, select, update

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.errors import NoSuchPageError
from gardefou.network.media import in_use, own_image, own_unposted
from gardefou.network.media_folder import MediaFolder
from gardefou.network.ports import Neighbours
from gardefou.network.staff.images import posts_of
from gardefou.network.tables import net_media, net_post
from gardefou.storage import Tx

#: How long an image waits to be posted.
WAITS = DAY
_AT_ONCE = 200


def drop_media(tx: Tx, folder: MediaFolder, *, actor: Actor, media_id: int) -> None:
    """Delete an image of one's own that is not posted and not shown as one's own.

    One that hung on a deleted post goes with that post, for everybody but who decides about it: the sweep sees to it.

    Raises:
        NoSuchPageError: the member has no such image that waits.
        OwnerCannotActError: the member is frozen or hidden.
    """
    row = own_unposted(tx, account_id=acting_member(tx, actor), media_id=media_id)
    if tx.first(select(net_media.c.id).where(net_media.c.id == media_id, own_image())) is not None:
        raise NoSuchPageError
    if row["was_on"] is None:
        _drop(tx, folder, [row])
    else:
        _leave_its_owner(tx, [row])


def sweep_media(tx: Tx, folder: MediaFolder, neighbours: Neighbours, *, actor: Actor, now: int) -> int:  # noqa: ARG001  # every write names its actor
    """Delete what waited for longer than a day, and the images of posts that are no more; a slice at a time.

    Returns:
        How many went. Those stay whose post somebody still decides about.
    """
    post = net_media.c.post_id
    waited = and_(post.is_(None), net_media.c.created_at <= now - WAITS, ~own_image())
    of_none = and_(post.is_not(None), ~exists(select(net_post.c.id).where(net_post.c.id == post)))
    unused = select(net_media).where(or_(waited, of_none)).order_by(net_media.c.id).limit(_AT_ONCE)
    went, after = 0, 0
    # What stays must not stand in the way of what comes after it.
    while went < _AT_ONCE and (rows := tx.all(unused.where(net_media.c.id > after))):
        after = int(rows[-1]["id"])
        going = _not_in_question(tx, neighbours, rows, now)
        _drop(tx, folder, going)
        _leave_its_owner(tx, [row for row in rows if row not in going])
        went += len(going)
    return went


def _leave_its_owner(tx: Tx, rows: Sequence[RowMapping]) -> None:
    """Let images hang again on the deleted posts that they hung on: nobody sees them there but who decides about those.

    Their owner's time for posting them anew is over, and that they are kept tells them nothing.
    """
    ids = [row["id"] for row in rows if row["post_id"] is None]
    tx.execute(update(net_media).where(net_media.c.id.in_(ids)).values(post_id=net_media.c.was_on))


def _not_in_question(tx: Tx, neighbours: Neighbours, rows: Sequence[RowMapping], now: int) -> list[RowMapping]:
    posts = {post_id: int(row["account_id"]) for row in rows for post_id in posts_of(row)}
    asked = neighbours.in_question(tx, now=now, posts=posts) if posts else ()
    return [row for row in rows if not any(post_id in asked for post_id in posts_of(row))]


def _drop(tx: Tx, folder: MediaFolder, rows: Sequence[RowMapping]) -> None:
    """Delete rows, and the bytes of those that no other row needs; should that fail, bytes without a row do no harm."""
    tx.execute(delete(net_media).where(net_media.c.id.in_([row["id"] for row in rows])))
    for digest in sorted({row["digest"] for row in rows}):
        if not in_use(tx, digest):
            folder.drop(digest)
