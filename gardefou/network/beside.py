"""What stands beside posts on a page: their images, their authors' faces, and what the reader has done with them.

One question for each thing, none for each post. The posts come from `queries`, so that this reader may see them.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from gardefou.network.done import DONE, done_with
from gardefou.network.tables import net_account, net_media
from gardefou.network.visibility import account_shown
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared


class Image(NamedTuple):
    """An image on a post, with what it shows in words, and the size of its preview."""

    id: int
    description: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside some posts.

    Attributes:
        images: by post, in their order.
        faces: the images of accounts that have one, by account.
        boosted, liked, bookmarked: the posts with which the reader has done so.
    """

    images: dict[int, tuple[Image, ...]] = field(default_factory=dict)
    faces: dict[int, int] = field(default_factory=dict)
    boosted: frozenset[int] = frozenset()
    liked: frozenset[int] = frozenset()
    bookmarked: frozenset[int] = frozenset()


NOTHING = Beside()


def beside(tx: Tx, post_ids: Collection[int], *, authors: Collection[int], reader: int | None) -> Beside:
    """Return what stands beside posts that this reader may see.

    Args:
        tx: an open transaction.
        post_ids: which.
        authors: whose faces are shown.
        reader: who reads; None is whoever is not signed in.
    """
    ids = sorted(set(post_ids))
    if not ids:
        return NOTHING
    done = [] if reader is None else tx.all(*done_with(ids, reader))
    of = {kind: frozenset(int(row["post_id"]) for row in done if row["kind"] == kind) for kind in DONE}
    return Beside(
        images=images_of(tx, ids),
        faces=faces_of(tx, authors),
        boosted=of["reblogged"],
        liked=of["favourited"],
        bookmarked=of["bookmarked"],
    )


def images_of(tx: Tx, post_ids: Collection[int]) -> dict[int, tuple[Image, ...]]:
    """Return the images of posts that the reader may see."""
    found: dict[int, tuple[Image, ...]] = {}
    for row in tx.all(*_images(sorted(post_ids))):
        one = Image(
            id=int(row["id"]),
            description=row["description"],
            media_type=row["media_type"],
            width=int(row["preview_width"]),
            height=int(row["preview_height"]),
        )
        found[int(row["post_id"])] = (*found.get(int(row["post_id"]), ()), one)
    return found


def faces_of(tx: Tx, account_ids: Collection[int]) -> dict[int, int]:
    """Return the images of those of these accounts that have one and are there to be seen."""
    ids = sorted(set(account_ids))
    if not ids:
        return {}
    return {int(row["id"]): int(row["avatar_id"]) for row in tx.all(*_faces(ids))}


@prepared
def _images(post_ids: list[int]) -> Select[Any]:
    return select(net_media).where(among(net_media.c.post_id, post_ids)).order_by(net_media.c.place)


@prepared
def _faces(ids: list[int]) -> Select[Any]:
    those = among(net_account.c.id, ids) & net_account.c.avatar_id.is_not(None) & account_shown(net_account.c.id)
    return select(net_account.c.id, net_account.c.avatar_id).where(those)
