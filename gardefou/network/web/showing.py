"""Posts and accounts ready for a page: text as HTML, images, faces, and what the reader has done; looked up at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import select

from gardefou.clock import to_iso
from gardefou.network.beside import Beside, Image, beside, faces_of
from gardefou.network.initials import initials
from gardefou.network.past import past_of
from gardefou.network.queries import PostView, handles_of, shown_handles, shown_posts
from gardefou.network.tables import net_account
from gardefou.network.text import linked, mentioned
from gardefou.network.visibility import account_shown
from gardefou.storage import Tx
from gardefou.storage.among import among


class ShownPost(NamedTuple):
    """A post with its text as HTML; a tuple for the reasons that `PostView` is one.

    Attributes:
        post: what is read.
        html: its text.
        iso: when it was written.
        initials: its author's, where there is no face.
        face: its author's image, where it is shown and there is one.
        images: on the post.
        boosted, liked, bookmarked: what the reader has done with it.
        passed_on: the boost that shows it here, if one does.
        also: other boosts of it that would show it on the same page, the latest first (see `once_each`).
        answered: the handle of whom it answers, where that leads to a page.
    """

    post: PostView
    html: Markup
    iso: str
    initials: str
    face: int | None = None
    images: tuple[Image, ...] = ()
    boosted: bool = False
    liked: bool = False
    bookmarked: bool = False
    passed_on: PostView | None = None
    also: tuple[PostView, ...] = ()
    answered: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVersion:
    """What a post once read, or reads now, with its text as HTML."""

    html: Markup
    spoiler: str
    at: int
    iso: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAccount:
    """An account in a list."""

    id: int
    handle: str
    display_name: str
    official: bool
    followers: int
    initials: str
    face: int | None


def shown(
    tx: Tx, posts: Sequence[PostView], *, reader: int | None, faceless: int | None = None, site: str = ""
) -> list[ShownPost]:
    """Return posts ready to show, what was passed on in place of its boost; all that they mention looked up at once.

    Args:
        tx: an open transaction.
        posts: from `queries`, so that this reader may see them.
        reader: who reads; None is whoever is not signed in.
        faceless: the account whose page it is, where its own posts stand without its face.
        site: what addresses of ours begin with, for who reads them elsewhere; nothing on our own pages.
    """
    wanted = sorted({post.boost_of_id for post in posts if post.boost_of_id is not None})
    originals = {post.id: post for post in shown_posts(tx, post_ids=wanted, reader=reader)}
    read = [(post, originals.get(post.boost_of_id) if post.boost_of_id else post) for post in posts]
    there = [(boost, post) for boost, post in read if post is not None]
    handles = shown_handles(tx, mentioned(post.text for _boost, post in there))
    answered = handles_of(tx, {post.reply_to_account_id for _boost, post in there})
    authors = {post.account_id for boost, post in there if boost is not post or post.account_id != faceless}
    around = beside(tx, [post.id for _boost, post in there], authors=authors, reader=reader)
    return [_ready(boost, post, linked(post.text, handles, site=site), answered, around) for boost, post in there]


def once_each(items: Sequence[ShownPost]) -> list[ShownPost]:
    """Return each post of a page once, where it comes first, with everybody who passed it on there."""
    first: dict[int, ShownPost] = {}
    boosts: dict[int, list[PostView]] = {}
    for item in items:
        first.setdefault(item.post.id, item)
        boosts.setdefault(item.post.id, []).extend([] if item.passed_on is None else [item.passed_on])
    return [
        item._replace(passed_on=next(iter(boosts[post_id]), None), also=tuple(boosts[post_id][1:]))
        for post_id, item in first.items()
    ]


def _ready(boost: PostView, post: PostView, html: Markup, answered: Mapping[int, str], around: Beside) -> ShownPost:
    return ShownPost(
        post=post,
        html=html,
        iso=to_iso(post.created_at),
        initials=initials(post.display_name),
        face=around.faces.get(post.account_id),
        images=around.images.get(post.id, ()),
        boosted=post.id in around.boosted,
        liked=post.id in around.liked,
        bookmarked=post.id in around.bookmarked,
        passed_on=None if boost is post else boost,
        answered=answered.get(post.reply_to_account_id or 0),
    )


def shown_past(tx: Tx, post: PostView) -> list[ShownVersion]:
    """Return what a post has read, the oldest first, as it reads now last."""
    past = past_of(tx, post)
    handles = shown_handles(tx, mentioned(version.text for version in past))
    return [
        ShownVersion(html=linked(one.text, handles), spoiler=one.spoiler, at=one.at, iso=to_iso(one.at)) for one in past
    ]


def shown_accounts(tx: Tx, ids: Sequence[int]) -> list[ShownAccount]:
    """Return those of these accounts that are there to be seen, in this order."""
    if not ids:
        return []
    rows = tx.all(select(net_account).where(among(net_account.c.id, ids), account_shown(net_account.c.id)))
    found = {int(row["id"]): row for row in rows}
    faces = faces_of(tx, found)
    return [_account(found[one], faces.get(one)) for one in ids if one in found]


def _account(row: Any, face: int | None) -> ShownAccount:
    return ShownAccount(
        id=int(row["id"]),
        handle=row["handle"],
        display_name=row["display_name"],
        official=bool(row["official"]),
        followers=int(row["followers"]),
        initials=initials(row["display_name"]),
        face=face,
    )
