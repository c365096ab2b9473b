"""Hashtags as search finds them: of what is said to everybody, those under which this reader may read something."""

from sqlalchemy import func, select

from gardefou.network.tables import net_post, net_tag
from gardefou.network.text import tag_key
from gardefou.network.visibility import Visibility, account_public, post_open_to, post_shown
from gardefou.storage import Tx


def tags_like(tx: Tx, words: str, *, reader: int | None, limit: int, offset: int = 0) -> list[str]:
    """Return the hashtags that begin with a word, in their order; none for what is no hashtag."""
    key = tag_key(words)
    if not key:
        return []
    said = (
        net_post.c.visibility == Visibility.PUBLIC,
        account_public(net_post.c.account_id),
        post_shown(net_post.c.id),
        post_open_to(net_post, reader),
    )
    rows = tx.all(
        select(net_tag.c.tag, func.max(net_tag.c.post_id).label("latest"))
        .join(net_post, net_post.c.id == net_tag.c.post_id)
        .where(net_tag.c.tag.startswith(key, autoescape=True), *said)
        .group_by(net_tag.c.tag)
        .order_by(net_tag.c.tag)
        .offset(offset)
        .limit(limit)
    )
    return [str(row["tag"]) for row in rows]
