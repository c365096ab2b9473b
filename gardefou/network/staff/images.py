"""The images of posts for whoever decides about them: of hidden posts, too, and of deleted ones."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import RowMapping, Select, or_, select

from gardefou.network.tables import net_media
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared


def images_kept(tx: Tx, post_ids: Collection[int]) -> list[tuple[int, RowMapping]]:
    """Return the images that hang on posts, or hung on them when they were deleted, each with its post, in order."""
    wanted = sorted(set(post_ids))
    rows = tx.all(*_images(wanted)) if wanted else ()
    return [(post_id, row) for row in rows for post_id in posts_of(row) if post_id in wanted]


def image_kept(tx: Tx, image_id: int) -> RowMapping | None:
    """Return an image, or None when there is none."""
    return tx.first(select(net_media).where(net_media.c.id == image_id))


def posts_of(row: RowMapping) -> tuple[int, ...]:
    """Return the posts that an image hangs on and hung on: it may have been posted anew."""
    return tuple(int(row[name]) for name in ("post_id", "was_on") if row[name] is not None)


@prepared
def _images(post_ids: list[int]) -> Select[Any]:
    # Each half has an index of its own.
    those = or_(among(net_media.c.post_id, post_ids), among(net_media.c.was_on, post_ids))
    return select(net_media).where(those).order_by(net_media.c.place, net_media.c.id)
