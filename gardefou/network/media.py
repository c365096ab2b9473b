"""Images: whose they are, on which post they hang, and who may see them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, or_, select, update

from gardefou.network.errors import MediaError, NoSuchPageError
from gardefou.network.queries import shown_posts
from gardefou.network.tables import net_account, net_media
from gardefou.network.visibility import account_shown, there_is
from gardefou.storage import Tx

MOST_ON_A_POST = 4


def attach(tx: Tx, *, account_id: int, media_ids: Sequence[int], post_id: int) -> None:
    """Hang images on a post, in this order.

    Raises:
        MediaError: there are too many; or one is somebody else's, is on a post already, or is not there.
    """
    wanted = list(dict.fromkeys(media_ids))
    if len(wanted) > MOST_ON_A_POST:
        raise MediaError
    for place, media_id in enumerate(wanted):
        free = (net_media.c.id == media_id) & (net_media.c.account_id == account_id) & net_media.c.post_id.is_(None)
        hung = update(net_media).where(free, ~own_image()).values(post_id=post_id, place=place)
        if tx.execute(hung).rowcount != 1:
            raise MediaError


def own_unposted(tx: Tx, *, account_id: int, media_id: int) -> RowMapping:
    """Return an image that its owner has not posted yet.

    Raises:
        NoSuchPageError: there is none.
    """
    row = tx.first(select(net_media).where(net_media.c.id == media_id, net_media.c.account_id == account_id))
    if row is None or row["post_id"] is not None:
        raise NoSuchPageError
    return row


def shown_media(tx: Tx, media_id: int, *, reader: int | None) -> RowMapping:
    """Return an image that this reader may see: on a post they may see, of an account that is shown, or their own.

    Raises:
        NoSuchPageError: there is none.
    """
    known = select(net_media, own_image(shown=True).label("own")).where(net_media.c.id == media_id)
    row = tx.first(known)
    if row is None:
        raise NoSuchPageError
    on_post = row["post_id"] is not None
    if not (shown_posts(tx, post_ids=[row["post_id"]], reader=reader) if on_post else _waiting(row, reader)):
        raise NoSuchPageError
    return row


def _waiting(row: RowMapping, reader: int | None) -> bool:
    return bool(row["own"]) or row["account_id"] == reader


def in_use(tx: Tx, digest: str) -> bool:
    """Return whether any image still lies under this digest: the same picture may have been sent twice."""
    return tx.first(select(net_media.c.id).where(net_media.c.digest == digest).limit(1)) is not None


def own_image(*, shown: bool = False) -> ColumnElement[bool]:
    """Return the predicate: its account has this as its own image, small or wide; with `shown`, one that is shown."""
    theirs = or_(net_account.c.avatar_id == net_media.c.id, net_account.c.header_id == net_media.c.id)
    so = [account_shown(net_account.c.id)] if shown else []
    return there_is(net_account, net_account.c.id == net_media.c.account_id, theirs, *so)
