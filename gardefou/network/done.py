"""What readers did with posts: liked them, passed them on, kept them, muted what was said around them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import CompoundSelect, Text, literal_column, select, union_all

from gardefou.network.conversation import muted_among, muting
from gardefou.network.tables import net_bookmark, net_favourite, net_muted_thread, net_post
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared

#: What a reader may have done with a post, as a status says it: where that stands, and whose it is.
DEEDS = {
    "favourited": (net_favourite.c.post_id, net_favourite.c.account_id),
    "reblogged": (net_post.c.boost_of_id, net_post.c.account_id),
    "bookmarked": (net_bookmark.c.post_id, net_bookmark.c.account_id),
}
#: And whether they mute its conversation.
_MUTED = "muted"
DONE = (*DEEDS, _MUTED)


@prepared
def done_with(ids: list[int], reader: int) -> CompoundSelect[Any]:
    """Return which of some posts a reader likes, keeps, has passed on and mutes: one question for all of it."""
    kind_of_mute = literal_column(f"'{_MUTED}'", Text).label("kind")
    muted = muted_among(ids, reader).with_only_columns(
        kind_of_mute, net_post.c.id.label("post_id"), maintain_column_froms=True
    )
    return union_all(
        *(
            select(literal_column(f"'{kind}'", Text).label("kind"), post_id.label("post_id")).where(
                among(post_id, ids), theirs == reader
            )
            for kind, (post_id, theirs) in DEEDS.items()
        ),
        muted,
    )


def done_by(tx: Tx, post_id: int, readers: Collection[int]) -> dict[int, frozenset[str]]:
    """Return what some readers did with a post: the deeds of each who did anything."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for kind, (about, theirs) in DEEDS.items():
        for reader in tx.ids(select(theirs).where(about == post_id, among(theirs, readers))):
            found[reader].add(kind)
    for reader in tx.ids(muting(post_id).where(among(net_muted_thread.c.account_id, readers))):
        found[reader].add(_MUTED)
    return {reader: frozenset(deeds) for reader, deeds in found.items()}
