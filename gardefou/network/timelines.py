"""Timelines as statements, for pages and for the API, which cut them each in its own way.

Every one begins with what this reader may see (`queries.posts_shown`); what comes to a member unasked leaves out whom
they mute or block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from gardefou.network.queries import at_home, in_public, original_wanted_by, posts_shown
from gardefou.network.tables import net_bookmark, net_favourite, net_media, net_mention, net_post, net_tag
from gardefou.network.text import tag_key
from gardefou.network.visibility import Visibility, account_public, wanted_by

Posts = Select[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Which hashtags a timeline is of.

    Attributes:
        any: posts have at least one of these.
        all: and each of these.
        none: and none of these.
    """

    any: tuple[str, ...]
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


def home(member_id: int, now: int) -> Posts:
    """Return what whom a member follows say and pass on, and what they say themselves."""
    return posts_shown(member_id).where(at_home(member_id, now))


def public(reader: int | None, now: int, *, only_media: bool = False) -> Posts:
    """Return what everybody says to everybody."""
    wanted = posts_shown(reader).where(in_public(), _wanted(reader, now))
    return wanted.where(_with_image()) if only_media else wanted


def tagged(reader: int | None, now: int, tags: Tagged, *, only_media: bool = False) -> Posts:
    """Return what everybody says to everybody under some hashtags, answers among it."""
    said = and_(
        account_public(net_post.c.account_id),
        net_post.c.visibility == Visibility.PUBLIC,
        net_post.c.boost_of_id.is_(None),
        _has_tag(tags.any),
        *(_has_tag([one]) for one in tags.all),
        *(~_has_tag([one]) for one in tags.none),
    )
    wanted = posts_shown(reader).where(said, _wanted(reader, now))
    return wanted.where(_with_image()) if only_media else wanted


def of_account(account_id: int, reader: int | None, *, only_media: bool = False, tag: str = "") -> Posts:
    """Return what one account says and passes on: to whom it may be shown; of its images, or under a hashtag."""
    wanted = posts_shown(reader).where(net_post.c.account_id == account_id)
    if only_media:
        wanted = wanted.where(_with_image())
    return wanted.where(_has_tag([tag])) if tag else wanted


def bookmarked(member_id: int) -> Posts:
    """Return what a member keeps, with `cut_by`, the id of their keeping it."""
    kept = net_bookmark
    return _theirs(member_id, kept)


def favourites(member_id: int) -> Posts:
    """Return what a member likes, with `cut_by`, the id of their liking it."""
    return _theirs(member_id, net_favourite)


def found(member_id: int, words: Sequence[str]) -> Posts:
    """Return the posts that contain every one of some words, of those that are a member's to search.

    These are what they wrote, what names them, and what is said to everybody by accounts that search shows.
    """
    named = exists(
        select(net_mention.c.post_id)
        .where(net_mention.c.post_id == net_post.c.id, net_mention.c.account_id == member_id)
        .correlate_except(net_mention)
    )
    for_all = and_(net_post.c.visibility == Visibility.PUBLIC, account_public(net_post.c.account_id))
    said = or_(net_post.c.account_id == member_id, named, for_all)
    texts = [
        or_(net_post.c.text.icontains(word, autoescape=True), net_post.c.spoiler.icontains(word, autoescape=True))
        for word in words
    ]
    return posts_shown(member_id).where(net_post.c.boost_of_id.is_(None), said, *texts)


def _theirs(member_id: int, table: Any) -> Posts:
    shown = posts_shown(member_id).join(table, table.c.post_id == net_post.c.id)
    return shown.add_columns(table.c.id.label("cut_by")).where(table.c.account_id == member_id)


def _wanted(reader: int | None, now: int) -> ColumnElement[bool]:
    if reader is None:
        return net_post.c.id.is_not(None)
    return and_(wanted_by(net_post.c.account_id, reader, now), original_wanted_by(reader, now))


def _has_tag(words: Sequence[str]) -> ColumnElement[bool]:
    keys = sorted({tag_key(word) for word in words})
    return exists(
        select(net_tag.c.post_id)
        .where(net_tag.c.post_id == net_post.c.id, net_tag.c.tag.in_(keys))
        .correlate_except(net_tag)
    )


def _with_image() -> ColumnElement[bool]:
    return exists(select(net_media.c.id).where(net_media.c.post_id == net_post.c.id).correlate_except(net_media))
