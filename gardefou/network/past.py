"""What a post has read: every version that was kept when it changed, and how it reads now."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from gardefou.network.queries import PostView
from gardefou.network.tables import net_post_version
from gardefou.storage import Tx
from gardefou.storage.prepared import prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A post as it read from one instant to the next."""

    text: str
    spoiler: str
    sensitive: bool
    at: int


def past_of(tx: Tx, post: PostView) -> list[Version]:
    """Return what a post has read, the oldest first, as it reads now last.

    Args:
        tx: an open transaction.
        post: from `queries`, so that its reader may see it; whoever reads a post may read what it was.
    """
    kept = [
        Version(text=row["text"], spoiler=row["spoiler"], sensitive=bool(row["sensitive"]), at=int(row["written_at"]))
        for row in tx.all(*_kept(post.id))
    ]
    now_read = Version(
        text=post.text, spoiler=post.spoiler, sensitive=post.sensitive, at=post.edited_at or post.created_at
    )
    return [*kept, now_read]


@prepared
def _kept(post_id: int) -> Select[Any]:
    return select(net_post_version).where(net_post_version.c.post_id == post_id).order_by(net_post_version.c.written_at)
