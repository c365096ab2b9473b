"""What is read for the pages. Every read of an account or a post goes through `visibility`; no read counts or writes.

Pages are cut by key: "what is older than this id". Ids sort by creation, so the order is that of time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, Select, or_, select

from gardefou.network.errors import NoSuchPageError
from gardefou.network.handles import handle_key
from gardefou.network.ports import AccountRow
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_account, net_block, net_follow, net_kept_handle, net_post, net_session
from gardefou.network.visibility import Standing, account_public, account_shown, post_shown, standing_of
from gardefou.storage import Tx

PER_PAGE = 20
MOST_FOUND = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post and its author, as a page shows them; `spoken_for` when staff wrote it in the author's name."""

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
    created_at: int


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
    row = tx.first(
        select(net_account).where(net_account.c.handle_key == handle_key(handle), account_shown(net_account.c.id))
    )
    if row is None:
        raise NoSuchPageError
    return row


def shown_post(tx: Tx, *, account_id: int, post_id: int) -> PostView:
    """Return one post of an account.

    Raises:
        NoSuchPageError: there is none, or it or its author is hidden.
    """
    found = shown_posts(tx, account_id=account_id, post_ids=[post_id])
    if not found:
        raise NoSuchPageError
    return found[0]


def shown_posts(tx: Tx, *, account_id: int, post_ids: Sequence[int]) -> list[PostView]:
    """Return those of these posts that are this account's and may be seen, oldest first."""
    if not post_ids:
        return []
    wanted = _posts().where(net_post.c.account_id == account_id, net_post.c.id.in_(post_ids))
    return [_view(row) for row in tx.all(wanted.order_by(net_post.c.id))]


def profile_posts(tx: Tx, account_id: int, *, before: int | None = None, limit: int = PER_PAGE) -> PostPage:
    """Return a page of one account's posts."""
    return _page(tx, _posts().where(net_post.c.account_id == account_id), before, limit)


def public_timeline(tx: Tx, *, before: int | None = None, limit: int = PER_PAGE) -> PostPage:
    """Return a page of everybody's posts, but for accounts that are limited or hidden."""
    return _page(tx, _posts().where(account_public(net_post.c.account_id)), before, limit)


def home_timeline(tx: Tx, member_id: int, *, before: int | None = None, limit: int = PER_PAGE) -> PostPage:
    """Return a page of the posts of whom a member follows, and their own."""
    followed = select(net_follow.c.followee_id).where(net_follow.c.follower_id == member_id)
    mine: ColumnElement[bool] = or_(net_post.c.account_id == member_id, net_post.c.account_id.in_(followed))
    return _page(tx, _posts().where(mine), before, limit)


def search_accounts(tx: Tx, words: str) -> Sequence[AccountRow]:
    """Return the accounts whose handle or name contains the words, the most followed first."""
    sought = " ".join(words.split()).removeprefix("@")[:100]
    if not sought:
        return []
    matches = or_(
        net_account.c.handle_key.contains(handle_key(sought), autoescape=True),
        net_account.c.display_name.icontains(sought, autoescape=True),
    )
    return tx.all(
        select(net_account)
        .where(matches, account_public(net_account.c.id))
        .order_by(net_account.c.followers.desc(), net_account.c.id)
        .limit(MOST_FOUND)
    )


def shown_handles(tx: Tx, handles: Collection[str]) -> dict[str, str]:
    """Return, of the handles mentioned in some text, those that lead to a page: key → handle as its owner writes it."""
    if not handles:
        return {}
    rows = tx.all(
        select(net_account.c.handle_key, net_account.c.handle).where(
            net_account.c.handle_key.in_(sorted({handle_key(handle) for handle in handles})),
            account_shown(net_account.c.id),
        )
    )
    return {row["handle_key"]: row["handle"] for row in rows}


def follows(tx: Tx, *, follower_id: int, followee_id: int) -> bool:
    """Return whether one account follows another."""
    pair = (net_follow.c.follower_id == follower_id) & (net_follow.c.followee_id == followee_id)
    return tx.first(select(net_follow.c.created_at).where(pair)) is not None


def blocked(tx: Tx, one: int, other: int) -> bool:
    """Return whether either of two accounts is blocked by the other."""
    pairs = [(net_block.c.account_id == a) & (net_block.c.blocked_id == b) for a, b in ((one, other), (other, one))]
    return tx.first(select(net_block.c.created_at).where(or_(*pairs))) is not None


def member_of(tx: Tx, token: str, *, now: int) -> Member | None:
    """Return whoever a session's token stands for, while it lasts."""
    row = tx.first(
        select(net_account)
        .join(net_session, net_session.c.account_id == net_account.c.id)
        .where(net_session.c.token_hash == hash_of(token), net_session.c.expires_at > now)
    )
    if row is None:
        return None
    return Member(
        id=int(row["id"]),
        handle=row["handle"],
        display_name=row["display_name"],
        locale=row["locale"],
        standing=standing_of(tx, int(row["id"])),
    )


def any_account(tx: Tx, account_id: int) -> AccountRow | None:
    """Return an account whatever its standing: for the house, never for a page."""
    return tx.first(select(net_account).where(net_account.c.id == account_id))


def any_accounts(tx: Tx, handles: Collection[str]) -> dict[str, AccountRow]:
    """Return accounts by the key of their handle, whatever their standing: for the house, never for a page."""
    keys = {handle_key(handle) for handle in handles}
    return {row["handle_key"]: row for row in tx.all(select(net_account).where(net_account.c.handle_key.in_(keys)))}


def handle_kept_for(tx: Tx, handle: str) -> int | None:
    """Return the account that went by this handle until staff renamed it: for the house, never for a page."""
    kept = tx.scalar(select(net_kept_handle.c.account_id).where(net_kept_handle.c.handle_key == handle_key(handle)))
    return None if kept is None else int(kept)


def any_posts(tx: Tx, ids: Sequence[int]) -> Sequence[RowMapping]:
    """Return posts whatever their standing, oldest first: for the house, never for a page."""
    return tx.all(select(net_post).where(net_post.c.id.in_(ids)).order_by(net_post.c.id))


def _posts() -> Select[tuple[object, ...]]:
    """Return every post that may be seen by someone who knows where it is."""
    author = (net_account.c.handle, net_account.c.display_name, net_account.c.official)
    return (
        select(net_post, *author)
        .join(net_account, net_account.c.id == net_post.c.account_id)
        .where(account_shown(net_post.c.account_id), post_shown(net_post.c.id))
    )


def _page(tx: Tx, posts: Select[tuple[object, ...]], before: int | None, limit: int) -> PostPage:
    if before is not None:
        posts = posts.where(net_post.c.id < before)
    rows = tx.all(posts.order_by(net_post.c.id.desc()).limit(limit + 1))
    views = tuple(_view(row) for row in rows[:limit])
    return PostPage(posts=views, before=views[-1].id if len(rows) > limit else None)


def _view(row: RowMapping) -> PostView:
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
        created_at=int(row["created_at"]),
    )
