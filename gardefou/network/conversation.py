"""What stands around a post: what it answers, up to the first word, and what answers it. One question for each way.

Whatever the reader may not see is left out, and what hangs on it stays: an answer to something hidden is still read.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal, select

from gardefou.network.queries import PostView, posts_shown, view
from gardefou.network.tables import net_muted_thread, net_post
from gardefou.network.visibility import wanted_by
from gardefou.storage import Tx
from gardefou.storage.among import among

#: How many posts each way a member reads, and a visitor, who may be anybody's program.
MOST, MOST_FOR_VISITORS = 4_096, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What stands around a post.

    Attributes:
        ancestors: what it answers, the first word first.
        descendants: what answers it, each answer right after what it answers.
    """

    ancestors: tuple[PostView, ...]
    descendants: tuple[PostView, ...]


def conversation(tx: Tx, post: PostView, *, reader: int | None, now: int, most: int | None = None) -> Conversation:
    """Return what stands around a post that this reader may see.

    Args:
        tx: an open transaction.
        post: around which.
        reader: who reads; None is whoever is not signed in.
        now: the instant, microseconds.
        most: how many posts each way, no more than anybody reads.
    """
    highest = MOST_FOR_VISITORS if reader is None else MOST
    cap = min(most or highest, highest)
    above = _read(tx, _above(tx, post, cap), reader, now)
    below = _read(tx, _below(tx, post, cap), reader, now)
    return Conversation(ancestors=tuple(above), descendants=tuple(_in_threads(below, post.id)))


def thread_of(tx: Tx, post_id: int) -> int:
    """Return the first word of the conversation that a post stands in: what names it as long as anything of it is."""
    found = tx.scalar(select(_thread()).where(net_post.c.id == post_id))
    return post_id if found is None else int(found)


def muted_among(ids: Collection[int], member_id: int) -> Select[tuple[int]]:
    """Return which of these posts stand in a conversation that a member mutes."""
    muted = net_muted_thread.c
    joined = select(net_post.c.id).join(net_muted_thread, muted.thread_id == _thread())
    return joined.where(among(net_post.c.id, ids), muted.account_id == member_id)


def muting(post_id: int) -> Select[tuple[int]]:
    """Return who mutes the conversation that a post stands in."""
    muted = net_muted_thread.c
    joined = select(muted.account_id).join(net_post, muted.thread_id == _thread())
    return joined.where(net_post.c.id == post_id)


def _thread() -> ColumnElement[int]:
    return func.coalesce(net_post.c.thread_id, net_post.c.id)


def _above(tx: Tx, post: PostView, cap: int) -> list[int]:
    if post.reply_to_id is None:
        return []
    first = select(net_post.c.id, net_post.c.reply_to_id, literal(1).label("far")).where(
        net_post.c.id == post.reply_to_id
    )
    up = first.cte("up", recursive=True)
    further = select(net_post.c.id, net_post.c.reply_to_id, (up.c.far + 1).label("far"))
    up = up.union_all(further.where(net_post.c.id == up.c.reply_to_id, up.c.far < cap))
    return [int(one) for (one,) in tx.execute(select(up.c.id))]


def _below(tx: Tx, post: PostView, cap: int) -> list[int]:
    first = select(net_post.c.id, literal(1).label("far")).where(net_post.c.reply_to_id == post.id)
    down = first.cte("down", recursive=True)
    further = select(net_post.c.id, (down.c.far + 1).label("far"))
    down = down.union_all(further.where(net_post.c.reply_to_id == down.c.id, down.c.far < cap))
    # No order: both databases then find no more than they are asked for.
    return [int(one) for (one,) in tx.execute(select(down.c.id).limit(cap))]


def _read(tx: Tx, ids: list[int], reader: int | None, now: int) -> list[PostView]:
    if not ids:
        return []
    wanted = posts_shown(reader).where(among(net_post.c.id, ids))
    if reader is not None:
        wanted = wanted.where(wanted_by(net_post.c.account_id, reader, now))
    return [view(row) for row in tx.all(wanted.order_by(net_post.c.id))]


def _in_threads(posts: list[PostView], root: int) -> list[PostView]:
    """Put each answer after what it answers; one whose parent is not among them stands at the end, with its own."""
    there = {post.id for post in posts}
    answers: dict[int, list[PostView]] = {}
    for post in posts:
        parent = post.reply_to_id if post.reply_to_id in there else root
        answers.setdefault(parent or root, []).append(post)
    found: list[PostView] = []
    waiting = answers.get(root, [])[::-1]
    while waiting:
        post = waiting.pop()
        found.append(post)
        waiting += answers.get(post.id, [])[::-1]
    return found
