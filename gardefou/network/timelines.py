"""Timelines as statements, for pages and for the API, which cut them each in its own way.

Every one begins with what this reader may see (`queries.posts_shown`); what comes to a member unasked leaves out whom
they mute or block.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from gardefou.network.queries import PER_PAGE, PostPage, in_public, original_wanted_by, page_in, posts_shown
from gardefou.network.stretch import Stretch
from gardefou.network.tables import net_bookmark, net_favourite, net_media, net_post, net_tag
from gardefou.network.text import tag_key
from gardefou.network.visibility import Visibility, Who, account_public, named_in, there_is, wanted_by
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared

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


@prepared
def public(reader: int | None, now: int, part: Stretch, *, only_media: bool = False) -> Posts:
    """Return some part of what everybody says to everybody."""
    wanted = posts_shown(reader).where(said_in_public(reader, now))
    return part.of(wanted.where(_with_image()) if only_media else wanted, net_post.c.id)


def said_in_public(reader: Who | None, now: int) -> ColumnElement[bool]:
    """Return the predicate: a post stands in the public timeline that this reader reads."""
    return and_(in_public(), _wanted(reader, now))


def tagged(reader: int | None, now: int, tags: Tagged, *, only_media: bool = False) -> Posts:
    """Return what everybody says to everybody under some hashtags, answers among it."""
    under = and_(_has_tag(tags.any), *(_has_tag([one]) for one in tags.all), *(~_has_tag([one]) for one in tags.none))
    wanted = posts_shown(reader).where(said_under_a_tag(reader, now), under)
    return wanted.where(_with_image()) if only_media else wanted


def said_under_a_tag(reader: Who | None, now: int) -> ColumnElement[bool]:
    """Return the predicate: a post stands in the timelines of its hashtags that this reader reads."""
    said = account_public(net_post.c.account_id), net_post.c.visibility == Visibility.PUBLIC
    return and_(*said, net_post.c.boost_of_id.is_(None), _wanted(reader, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What of an account's posts is wanted.

    Attributes:
        only_media: those with images.
        no_answers: none that answers somebody else.
        no_boosts: none that passes something on.
        pinned: those that it keeps at the top.
        tag: those under this hashtag, by its key; None for whatever they are about.
        for_all: those that are said to everybody.
    """

    only_media: bool = False
    no_answers: bool = False
    no_boosts: bool = False
    pinned: bool = False
    tag: str | None = None
    for_all: bool = False


EVERYTHING = Sought()


@prepared
def of_account(account_id: int, reader: int | None, part: Stretch, sought: Sought) -> Posts:
    """Return some part of what one account says and passes on, to whom it may be shown."""
    post = net_post.c
    answers_nobody_else = or_(post.reply_to_id.is_(None), post.reply_to_account_id == account_id)
    wanted = posts_shown(reader).where(
        post.account_id == account_id,
        *([_with_image()] if sought.only_media else []),
        *([answers_nobody_else] if sought.no_answers else []),
        *([post.boost_of_id.is_(None)] if sought.no_boosts else []),
        *([post.pinned_at.is_not(None)] if sought.pinned else []),
        *([_under(net_tag.c.tag == sought.tag)] if sought.tag is not None else []),
        *([post.visibility == Visibility.PUBLIC] if sought.for_all else []),
    )
    return part.of(wanted, post.id)


def page_of_account(
    tx: Tx,
    account_id: int,
    reader: int | None,
    sought: Sought = EVERYTHING,
    *,
    before: int | None = None,
    limit: int = PER_PAGE,
) -> PostPage:
    """Return a page of what one account says and passes on, the newest first."""
    part = Stretch(count=limit + 1, below=before)
    return page_in(tx.all(*of_account(account_id, reader, part, sought)), limit)


def page_of_everybody(tx: Tx, reader: int | None, *, now: int, before: int | None = None) -> PostPage:
    """Return a page of what everybody says to everybody, the newest first."""
    return page_in(tx.all(*public(reader, now, Stretch(count=PER_PAGE + 1, below=before))), PER_PAGE)


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
    named = named_in(net_post, member_id)
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


def _wanted(reader: Who | None, now: int) -> ColumnElement[bool]:
    if reader is None:
        return net_post.c.id.is_not(None)
    return and_(wanted_by(net_post.c.account_id, reader, now), original_wanted_by(reader, now))


def _has_tag(words: Sequence[str]) -> ColumnElement[bool]:
    return _under(among(net_tag.c.tag, {tag_key(word) for word in words}))


def _under(tag: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(net_tag.c.post_id).where(net_tag.c.post_id == net_post.c.id, tag).correlate_except(net_tag))


def _with_image() -> ColumnElement[bool]:
    return there_is(net_media, net_media.c.post_id == net_post.c.id)
