"""Who sees what, and which owner may act: the one place that decides it (promise 8).

Standing is read, never written here, and nothing else is rewritten for its sake: hiding an account changes one row, and
every page asks these predicates. No row means active.

    standing   page, post pages   public timeline, search   followers' home   owner acts
    active     yes                yes                        yes               yes
    limited    yes                no                         yes               yes
    frozen     yes                yes                        yes               no
    hidden     no                 no                         no                no

A hidden post is nowhere, whatever its author's standing, and whatever was passed on of it goes with it.

Who may read a post that is shown, its author said by its visibility: `public` and `unlisted` everybody, `private` the
followers, `direct` nobody; its author and whoever it names always. An account that its author blocks reads none of it.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, and_, func, literal_column, or_, select
from sqlalchemy.sql.elements import SQLCoreOperations

from gardefou.network.tables import net_block, net_follow, net_mention, net_mute, net_post, post_standing, standing
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.metadata import Int64
from gardefou.storage.prepared import prepared


class Standing(StrEnum):
    """What may be seen of an account. Values are stored: never change one."""

    ACTIVE = "active"
    LIMITED = "limited"
    FROZEN = "frozen"
    HIDDEN = "hidden"


class Visibility(StrEnum):
    """For whom an author writes a post, in the Mastodon client API's words. Values are stored: never change one."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    DIRECT = "direct"


#: What its author has written for everybody.
FOR_ALL = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})
#: Standings under which the account's page answers "not found".
GONE = frozenset({Standing.HIDDEN})
#: Standings under which public timelines and search pass the account over.
OUT_OF_PUBLIC = GONE | {Standing.LIMITED}
#: Standings under which the owner cannot act.
SILENCED = GONE | {Standing.FROZEN}

Id = SQLCoreOperations[int]
#: An account, or the column that holds many.
Who = int | Id
_ONE, _NONE = literal_column("1", Int64), literal_column("0", Int64)


def there_is(table: FromClause, *so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the predicate: there is such a row, looked up by itself for each row that is asked about.

    Not `EXISTS`: PostgreSQL may answer that by first reading all posts or follow rows into memory. Not `IS NULL`
    either: it would take what is so for a rarity, and sort an account's every post to find a page of those.

    Args:
        table: where.
        so: what such a row is like.
    """
    rows = select(_ONE).select_from(table).where(*so).limit(_ONE).correlate_except(table)
    return func.coalesce(rows.scalar_subquery(), _NONE) == _ONE


def account_shown(account_id: Id) -> ColumnElement[bool]:
    """Return the predicate: the account's page, its posts' pages and its followers' homes show it."""
    return ~_account_stands(account_id, GONE)


def account_public(account_id: Id) -> ColumnElement[bool]:
    """Return the predicate: public timelines and search show the account."""
    return ~_account_stands(account_id, OUT_OF_PUBLIC)


def post_shown(post_id: Id) -> ColumnElement[bool]:
    """Return the predicate: nothing hides this post by itself."""
    return ~there_is(post_standing, post_standing.c.post_id == post_id, post_standing.c.standing == Standing.HIDDEN)


def post_open_to(post: FromClause, reader: Who | None) -> ColumnElement[bool]:
    """Return the predicate: its author lets this reader read a post; None is whoever is not signed in.

    Args:
        post: `net_post`, or an alias of it.
        reader: the reader's account.
    """
    for_all = _one_of(post.c.visibility, FOR_ALL)
    if reader is None:
        return for_all
    follows = followed_by(reader, post.c.account_id)
    named = named_in(post, reader)
    blocks_them = there_is(net_block, net_block.c.account_id == post.c.account_id, net_block.c.blocked_id == reader)
    said = or_(for_all, named, and_(post.c.visibility == Visibility.PRIVATE, follows))
    return or_(post.c.account_id == reader, and_(said, ~blocks_them))


def named_in(post: FromClause, account_id: Who) -> ColumnElement[bool]:
    """Return the predicate: a post names the account."""
    return there_is(net_mention, net_mention.c.post_id == post.c.id, net_mention.c.account_id == account_id)


def followed_by(follower: Who, account_id: Id) -> ColumnElement[bool]:
    """Return the predicate: somebody follows the account."""
    return there_is(net_follow, net_follow.c.follower_id == follower, net_follow.c.followee_id == account_id)


def boost_shown(post: FromClause, reader: Who | None) -> ColumnElement[bool]:
    """Return the predicate: a post passes nothing on, or something that this reader may see where it stands."""
    original = net_post.alias("original")
    return or_(
        post.c.boost_of_id.is_(None),
        there_is(
            original,
            original.c.id == post.c.boost_of_id,
            account_shown(original.c.account_id),
            post_shown(original.c.id),
            post_open_to(original, reader),
        ),
    )


def wanted_by(account_id: Id, reader: Who, now: int, *, told: bool = False) -> ColumnElement[bool]:
    """Return the predicate: this reader has neither blocked nor muted the account; for what comes to them unasked.

    Args:
        account_id: whose deed or word it is.
        reader: to whom it would come.
        now: the instant, microseconds; a mute may have run out.
        told: whether it is a notification, which a mute leaves alone unless it says otherwise.
    """
    blocked = there_is(net_block, net_block.c.account_id == reader, net_block.c.blocked_id == account_id)
    muted = there_is(
        net_mute,
        net_mute.c.account_id == reader,
        net_mute.c.muted_id == account_id,
        or_(net_mute.c.expires_at.is_(None), net_mute.c.expires_at > now),
        *([net_mute.c.notifications == 1] if told else []),
    )
    return ~blocked & ~muted


def _account_stands(account_id: Id, standings: frozenset[Standing]) -> ColumnElement[bool]:
    return there_is(standing, standing.c.account_id == account_id, _one_of(standing.c.standing, standings))


def _one_of(column: ColumnElement[str], words: frozenset[Any]) -> ColumnElement[bool]:
    """Return the predicate: a column says one of our own words, which stand in the statement as they are."""
    return column.in_([literal_column(f"'{word}'", Text) for word in sorted(words)])


def standing_of(tx: Tx, account_id: int) -> Standing:
    """Return an account's standing."""
    value = tx.scalar(*_standing(account_id))
    return Standing(value) if value else Standing.ACTIVE


@prepared
def _standing(account_id: int) -> Select[tuple[str]]:
    return select(standing.c.standing).where(standing.c.account_id == account_id)


def post_standing_of(tx: Tx, post_id: int) -> Standing:
    """Return a post's own standing."""
    value = tx.scalar(select(post_standing.c.standing).where(post_standing.c.post_id == post_id))
    return Standing(value) if value else Standing.ACTIVE


def hidden_posts(tx: Tx, post_ids: Sequence[int]) -> frozenset[int]:
    """Return those of the posts that an order hides, each by its own standing."""
    if not post_ids:
        return frozenset()
    return frozenset(tx.ids(*_hidden_posts(sorted(set(post_ids)), Standing.HIDDEN.value)))


@prepared
def _hidden_posts(post_ids: list[int], hidden: str) -> Select[Any]:
    those = among(post_standing.c.post_id, post_ids) & (post_standing.c.standing == hidden)
    return select(post_standing.c.post_id).where(those)


def owner_may_act(tx: Tx, account_id: int) -> bool:
    """Return whether the owner may post, delete, follow and unfollow."""
    return standing_of(tx, account_id) not in SILENCED


def standings(tx: Tx) -> Iterator[tuple[str, int, str, int]]:
    """Yield every standing ever set: subject kind, subject id, standing, order id."""
    for row in tx.all(select(standing).order_by(standing.c.account_id)):
        yield "account", int(row["account_id"]), row["standing"], int(row["order_id"])
    for row in tx.all(select(post_standing).order_by(post_standing.c.post_id)):
        yield "post", int(row["post_id"]), row["standing"], int(row["order_id"])
