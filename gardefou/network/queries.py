"""What is read for the pages. Every read of an account or a post goes through `visibility`; no read counts or writes.

Pages are cut by key: "what is older than this id". Ids sort by creation, so the order is that of time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, and_, or_, select

from gardefou.network.acting import locked_posts
from gardefou.network.errors import NoSuchPageError
from gardefou.network.handles import handle_key
from gardefou.network.ports import AccountRow
from gardefou.network.sessions import hash_of
from gardefou.network.stretch import Stretch
from gardefou.network.tables import net_account, net_block, net_follow, net_kept_handle, net_post, net_session
from gardefou.network.visibility import (
    Standing,
    Visibility,
    Who,
    account_public,
    account_shown,
    boost_shown,
    followed_by,
    post_open_to,
    post_shown,
    standing_of,
    wanted_by,
)
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.once import once
from gardefou.storage.prepared import prepared

PER_PAGE = 20
MOST_FOUND = 40


class PostView(NamedTuple):
    """A post and its author, as a page shows them; `spoken_for` when staff wrote it in the author's name.

    A boost has no text; `boost_of_id` is what it passes on. A tuple, since every post on every page is made into one,
    and pages are told from each other by them.
    """

    id: int
    account_id: int
    handle: str
    display_name: str
    official: bool
    spoken_for: bool
    text: str
    locale: str
    reposts: int
    likes: int
    replies: int
    created_at: int
    visibility: Visibility = Visibility.PUBLIC
    spoiler: str = ""
    sensitive: bool = False
    reply_to_id: int | None = None
    reply_to_account_id: int | None = None
    boost_of_id: int | None = None
    edited_at: int | None = None
    pinned_at: int | None = None
    app_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """A page of posts, newest first; `before` leads to the next, None on the last."""

    posts: tuple[PostView, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Whoever is signed in."""

    id: int
    handle: str
    display_name: str
    locale: str
    standing: Standing


def shown_account(tx: Tx, handle: str) -> AccountRow:
    """Return the account whose page may be seen under this handle.

    Raises:
        NoSuchPageError: there is none, or it is hidden: the answer is the same.
    """
    row = tx.first(*_account_of(handle_key(handle)))
    if row is None:
        raise NoSuchPageError
    return row


@prepared
def _account_of(key: str) -> Select[Any]:
    return select(net_account).where(net_account.c.handle_key == key, account_shown(net_account.c.id))


def shown_post(tx: Tx, *, account_id: int, post_id: int, reader: int | None = None) -> PostView:
    """Return one post of an account.

    Raises:
        NoSuchPageError: there is none, it or its author is hidden, or it is not for this reader.
    """
    found = shown_posts(tx, account_id=account_id, post_ids=[post_id], reader=reader)
    if not found:
        raise NoSuchPageError
    return found[0]


def shown_posts(
    tx: Tx, *, post_ids: Sequence[int], account_id: int | None = None, reader: int | None = None
) -> list[PostView]:
    """Return those of these posts that this reader may see, oldest first; of one account where one is named."""
    if not post_ids:
        return []
    return [view(row) for row in tx.all(*_posts(list(post_ids), account_id, reader))]


@prepared
def _posts(post_ids: list[int], account_id: int | None, reader: int | None) -> Select[Any]:
    wanted = posts_shown(reader).where(among(net_post.c.id, post_ids)).order_by(net_post.c.id)
    return wanted if account_id is None else wanted.where(net_post.c.account_id == account_id)


def one_shown_post(tx: Tx, *, post_id: int, reader: int | None) -> PostView:
    """Return a post by its id alone.

    Raises:
        NoSuchPageError: there is none that this reader may see.
    """
    found = shown_posts(tx, post_ids=[post_id], reader=reader)
    if not found:
        raise NoSuchPageError
    return found[0]


def locked_original(tx: Tx, *, post_id: int, reader: int) -> PostView:
    """Return a post, or what it passes on, its row locked: what is done to a boost is done to what it passes on.

    Raises:
        NoSuchPageError: there is none that this reader may see.
    """
    post = one_shown_post(tx, post_id=post_id, reader=reader)
    original = post.id if post.boost_of_id is None else post.boost_of_id
    locked_posts(tx, original)
    return one_shown_post(tx, post_id=original, reader=reader)


def in_public() -> ColumnElement[bool]:
    """Return the predicate: a post stands in public timelines. What is passed on or answers somebody else does not."""
    return and_(
        account_public(net_post.c.account_id),
        net_post.c.visibility == Visibility.PUBLIC,
        net_post.c.boost_of_id.is_(None),
        or_(net_post.c.reply_to_account_id.is_(None), net_post.c.reply_to_account_id == net_post.c.account_id),
    )


def at_home(member_id: Who, now: int) -> ColumnElement[bool]:
    """Return the predicate: a post is a member's own, or of somebody whom they follow.

    What answers a stranger stays away, as does whoever they mute or block, and what was said by these and passed on.
    """
    author = net_post.c.account_id
    theirs = and_(followed_by(member_id, author), wanted_by(author, member_id, now))
    return and_(or_(author == member_id, theirs), said_at_home(member_id, now))


def said_at_home(member_id: Who, now: int) -> ColumnElement[bool]:
    """Return the predicate: a post by somebody who is read at a member's home is for them as well."""
    author, answered = net_post.c.account_id, net_post.c.reply_to_account_id
    among_friends = or_(
        author == member_id,
        answered.is_(None),
        answered == author,
        answered == member_id,
        followed_by(member_id, answered),
    )
    return and_(among_friends, original_wanted_by(member_id, now))


def original_wanted_by(member_id: Who, now: int) -> ColumnElement[bool]:
    """Return the predicate: a post passes nothing on, or what somebody said whom a member wants to read."""
    original = net_post.alias("passed_on")
    by_them = select(original.c.account_id).where(original.c.id == net_post.c.boost_of_id)
    author = by_them.correlate_except(original).scalar_subquery()
    return or_(net_post.c.boost_of_id.is_(None), wanted_by(author, member_id, now))


def search_accounts(
    tx: Tx, words: str, *, limit: int = MOST_FOUND, offset: int = 0, followed_by: int | None = None
) -> Sequence[AccountRow]:
    """Return the accounts whose handle or name contains the words: whose handle they are, then the most followed first.

    Args:
        tx: an open transaction.
        words: what is sought.
        limit: how many at most.
        offset: how many to pass over.
        followed_by: whose follows alone are sought among; None for everybody.
    """
    sought = " ".join(words.split()).removeprefix("@")[:100]
    if not sought:
        return []
    wanted = select(net_account).where(
        or_(
            net_account.c.handle_key.contains(handle_key(sought), autoescape=True),
            net_account.c.display_name.icontains(sought, autoescape=True),
        ),
        account_public(net_account.c.id),
    )
    if followed_by is not None:
        followed = select(net_follow.c.followee_id).where(net_follow.c.follower_id == followed_by)
        wanted = wanted.where(net_account.c.id.in_(followed))
    others = net_account.c.handle_key != handle_key(sought)
    ordered = wanted.order_by(others, net_account.c.followers.desc(), net_account.c.id)
    return tx.all(ordered.limit(limit).offset(offset))


def shown_handles(tx: Tx, handles: Collection[str]) -> dict[str, str]:
    """Return, of the handles mentioned in some text, those that lead to a page: key → handle as its owner writes it."""
    if not handles:
        return {}
    rows = tx.all(*_handles(sorted({handle_key(handle) for handle in handles})))
    return {row["handle_key"]: row["handle"] for row in rows}


@prepared
def _handles(keys: list[str]) -> Select[Any]:
    columns = net_account.c.handle_key, net_account.c.handle
    return select(*columns).where(among(net_account.c.handle_key, keys), account_shown(net_account.c.id))


def handles_of(tx: Tx, ids: Collection[int | None]) -> dict[int, str]:
    """Return the handles of accounts by id, of those whose pages are there to be seen."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    return {int(row["id"]): row["handle"] for row in tx.all(*_handles_by_id(wanted))}


@prepared
def _handles_by_id(ids: list[int]) -> Select[Any]:
    columns = net_account.c.id, net_account.c.handle
    return select(*columns).where(among(net_account.c.id, ids), account_shown(net_account.c.id))


def all_followed(tx: Tx, ids: Sequence[int]) -> list[int]:
    """Return the accounts that any of these follows."""
    return tx.ids(*_all_followed(list(ids)))


@prepared
def _all_followed(ids: list[int]) -> Select[Any]:
    return select(net_follow.c.followee_id).where(among(net_follow.c.follower_id, ids)).distinct()


def follows(tx: Tx, *, follower_id: int, followee_id: int) -> bool:
    """Return whether one account follows another."""
    pair = (net_follow.c.follower_id == follower_id) & (net_follow.c.followee_id == followee_id)
    return tx.first(select(net_follow.c.created_at).where(pair)) is not None


def blocked(tx: Tx, one: int, other: int) -> bool:
    """Return whether either of two accounts is blocked by the other."""
    pairs = [(net_block.c.account_id == a) & (net_block.c.blocked_id == b) for a, b in ((one, other), (other, one))]
    return tx.first(select(net_block.c.created_at).where(or_(*pairs))) is not None


def kept_apart(tx: Tx, one: int, other: int) -> bool:
    """Return whether staff keep two accounts apart: what a member set is theirs to lift, and is not meant."""
    pairs = [(net_block.c.account_id == a) & (net_block.c.blocked_id == b) for a, b in ((one, other), (other, one))]
    return tx.first(select(net_block.c.created_at).where(or_(*pairs), net_block.c.order_id.is_not(None))) is not None


def member_of(tx: Tx, token: str, *, now: int) -> Member | None:
    """Return whoever a session's token stands for, while it lasts."""
    row = tx.first(*_signed_in(hash_of(token), now))
    if row is None:
        return None
    return Member(
        id=int(row["id"]),
        handle=row["handle"],
        display_name=row["display_name"],
        locale=row["locale"],
        standing=standing_of(tx, int(row["id"])),
    )


@prepared
def _signed_in(token_hash: bytes, now: int) -> Select[Any]:
    joined = select(net_account).join(net_session, net_session.c.account_id == net_account.c.id)
    return joined.where(net_session.c.token_hash == token_hash, net_session.c.expires_at > now)


def any_account(tx: Tx, account_id: int) -> AccountRow | None:
    """Return an account whatever its standing: for the house, never for a page."""
    return tx.first(*_any_account(account_id))


@prepared
def _any_account(account_id: int) -> Select[Any]:
    return select(net_account).where(net_account.c.id == account_id)


def any_handle(tx: Tx, account_id: int) -> str:
    """Return what an account goes by, whatever its standing, for a verb that asks for it; empty when there is none."""
    row = any_account(tx, account_id)
    return "" if row is None else str(row["handle"])


def any_accounts(tx: Tx, handles: Collection[str]) -> dict[str, AccountRow]:
    """Return accounts by the key of their handle, whatever their standing: for the house, never for a page."""
    keys = {handle_key(handle) for handle in handles}
    return {row["handle_key"]: row for row in tx.all(select(net_account).where(among(net_account.c.handle_key, keys)))}


def handle_kept_for(tx: Tx, handle: str) -> int | None:
    """Return the account that went by this handle until staff renamed it: for the house, never for a page."""
    kept = tx.scalar(select(net_kept_handle.c.account_id).where(net_kept_handle.c.handle_key == handle_key(handle)))
    return None if kept is None else int(kept)


@once
def any_posts(tx: Tx, ids: Sequence[int]) -> Sequence[RowMapping]:
    """Return posts whatever their standing, oldest first: for the house, never for a page."""
    return tx.all(select(net_post).where(among(net_post.c.id, ids)).order_by(net_post.c.id)) if ids else ()


def posts_shown(reader: int | None) -> Select[tuple[object, ...]]:
    """Return every post that this reader may see, where it stands; None is whoever is not signed in."""
    author = (net_account.c.handle, net_account.c.display_name, net_account.c.official)
    joined = select(net_post, *author).join(net_account, net_account.c.id == net_post.c.account_id)
    return joined.where(account_shown(net_post.c.account_id), shown_beside_author(reader))


def shown_beside_author(reader: Who | None) -> ColumnElement[bool]:
    """Return the predicate: this reader may see a post if they may see its author."""
    return and_(post_shown(net_post.c.id), post_open_to(net_post, reader), boost_shown(net_post, reader))


def page_of(tx: Tx, posts: Select[tuple[object, ...]], before: int | None, limit: int) -> PostPage:
    """Return a page of a timeline, the newest first."""
    part = Stretch(count=limit + 1, below=before)
    return page_in(tx.all(part.of(posts, net_post.c.id)), limit)


def page_in(rows: Sequence[RowMapping], limit: int) -> PostPage:
    """Return the page that begins a list of rows, of which one more than fits was read."""
    views = tuple(view(row) for row in rows[:limit])
    return PostPage(posts=views, before=views[-1].id if len(rows) > limit else None)


def view(row: RowMapping) -> PostView:
    """Return a row of `posts_shown` as pages show it."""
    return PostView(
        id=int(row["id"]),
        account_id=int(row["account_id"]),
        handle=row["handle"],
        display_name=row["display_name"],
        official=bool(row["official"]),
        spoken_for=row["order_id"] is not None,
        text=row["text"],
        locale=row["locale"],
        reposts=int(row["reposts"]),
        likes=int(row["likes"]),
        replies=int(row["replies"]),
        created_at=int(row["created_at"]),
        visibility=Visibility(row["visibility"]),
        spoiler=row["spoiler"],
        sensitive=bool(row["sensitive"]),
        reply_to_id=row["reply_to_id"],
        reply_to_account_id=row["reply_to_account_id"],
        boost_of_id=row["boost_of_id"],
        edited_at=row["edited_at"],
        pinned_at=row["pinned_at"],
        app_id=row["app_id"],
    )
