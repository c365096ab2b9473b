"""A page of a member's home: a merge of what each of those whom they follow said last, whoever they are.

First the last post of each one alone is looked up. Only those who said the last few things can stand on a page of a
few, and of these only what is newer than the last post of the last of them. So a page costs one look at the index for
each followed account, and nothing for how much they ever said. It is read, never written: whoever is hidden is gone
from every home at once.

What a merge finds is asked about once more, like any post, with `queries.at_home`: that predicate decides what a member
sees, this module only where to look.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Subquery, case, func, select, true, type_coerce, union_all

from gardefou.network.queries import PER_PAGE, PostPage, at_home, posts_shown, said_at_home, shown_beside_author, view
from gardefou.network.stretch import Stretch
from gardefou.network.tables import net_follow, net_post
from gardefou.network.visibility import account_shown, wanted_by
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.metadata import Int64
from gardefou.storage.prepared import prepared


def home_timeline(tx: Tx, member_id: int, *, now: int, before: int | None = None, limit: int = PER_PAGE) -> PostPage:
    """Return a page of the posts of whom a member follows, and their own, the newest first."""
    rows = home_posts(tx, member_id, now, Stretch(count=limit + 1, below=before))
    views = tuple(view(row) for row in rows[:limit])
    return PostPage(posts=views, before=views[-1].id if len(rows) > limit else None)


def home_posts(tx: Tx, member_id: int, now: int, stretch: Stretch) -> Sequence[RowMapping]:
    """Return the posts in some part of a member's home, in its order.

    Args:
        tx: an open transaction.
        member_id: whose home.
        now: the instant, microseconds; a mute may have run out.
        stretch: which part.
    """
    ids = tx.ids(*_merged(member_id, now, stretch, lateral=tx.dialect == "postgresql"))
    return tx.all(*_read(ids, member_id, now, oldest_first=stretch.oldest_first)) if ids else []


@prepared
def _read(ids: list[int], member_id: int, now: int, *, oldest_first: bool) -> Select[Any]:
    key = net_post.c.id
    found = posts_shown(member_id).where(among(key, ids), at_home(member_id, now))
    return found.order_by(key.asc() if oldest_first else key.desc())


@prepared
def _merged(member_id: int, now: int, stretch: Stretch, *, lateral: bool) -> Select[tuple[int]]:
    """Return the ids of what stands in some part of a home."""
    authors = _authors(member_id, now, stretch)
    said = _said_by(authors.c.author, member_id, now, stretch)
    furthest = func.max(authors.c.first) if stretch.oldest_first else func.min(authors.c.first)
    # Where there are fewer authors than posts on a page, it may reach as far as they ever said anything.
    last = select(case((func.count() < stretch.count, None), else_=furthest)).scalar_subquery()
    beyond = net_post.c.id > last if stretch.oldest_first else net_post.c.id < last
    near = said.where(func.coalesce(~beyond, true())).limit(stretch.count)
    if lateral:
        each = near.lateral("each")
        found = select(each.c.id).select_from(authors.join(each, true()))
        return found.order_by(stretch.order(each.c.id)).limit(stretch.count)
    # SQLite knows no LATERAL; what is looked up for each row may stand in an IN there, and is used as a list of keys.
    post = net_post.alias("found")
    found = select(post.c.id).select_from(authors.join(post, post.c.id.in_(near)))
    return found.order_by(stretch.order(post.c.id)).limit(stretch.count)


def _authors(member_id: int, now: int, stretch: Stretch) -> Any:
    """Return who stands on a page: `author`, and `first`, the post of theirs that is read first."""
    follow = net_follow.c
    everybody = union_all(
        select(follow.followee_id.label("id")).where(follow.follower_id == member_id),
        select(type_coerce(member_id, Int64).label("id")),
    ).subquery("everybody")
    first = _said_by(everybody.c.id, member_id, now, stretch).limit(1).scalar_subquery()
    # The offset keeps both databases from asking about everybody what need be asked about the first few alone.
    said: Subquery = (
        select(everybody.c.id.label("author"), first.label("first"))
        .order_by(stretch.order(first).nulls_last())
        .offset(0)
        .subquery("said")
    )
    return (
        select(said.c.author, said.c.first)
        .where(said.c.first.is_not(None), account_shown(said.c.author), wanted_by(said.c.author, member_id, now))
        .order_by(stretch.order(said.c.first).nulls_last())
        .limit(stretch.count)
        .cte("authors")
    )


def _said_by(author: ColumnElement[int], member_id: int, now: int, stretch: Stretch) -> Select[tuple[int]]:
    """Return the ids of what one author says that stands in some part of a home, in its order."""
    post = net_post.c
    read = (shown_beside_author(member_id), said_at_home(member_id, now))
    return (
        select(post.id)
        .where(post.account_id == author, *stretch.within(post.id), *read)
        .order_by(stretch.order(post.id))
        .correlate_except(net_post)
    )
