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

from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import ColumnElement, FromClause, and_, exists, or_, select
from sqlalchemy.sql.elements import SQLCoreOperations

from gardefou.network.tables import net_block, net_follow, net_mention, net_mute, net_post, post_standing, standing
from gardefou.storage import Tx


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


def account_shown(account_id: Id) -> ColumnElement[bool]:
    """Return the predicate: the account's page, its posts' pages and its followers' homes show it."""
    return ~_account_stands(account_id, GONE)


def account_public(account_id: Id) -> ColumnElement[bool]:
    """Return the predicate: public timelines and search show the account."""
    return ~_account_stands(account_id, OUT_OF_PUBLIC)


def post_shown(post_id: Id) -> ColumnElement[bool]:
    """Return the predicate: nothing hides this post by itself."""
    return ~exists(
        select(post_standing.c.post_id)
        .where(post_standing.c.post_id == post_id, post_standing.c.standing == Standing.HIDDEN)
        .correlate_except(post_standing)
    )


def post_open_to(post: FromClause, reader: int | None) -> ColumnElement[bool]:
    """Return the predicate: its author lets this reader read a post; None is whoever is not signed in.

    Args:
        post: `net_post`, or an alias of it.
        reader: the reader's account.
    """
    for_all = post.c.visibility.in_(sorted(FOR_ALL))
    if reader is None:
        return for_all
    follows = exists(
        select(net_follow.c.follower_id)
        .where(net_follow.c.follower_id == reader, net_follow.c.followee_id == post.c.account_id)
        .correlate_except(net_follow)
    )
    named = exists(
        select(net_mention.c.post_id)
        .where(net_mention.c.post_id == post.c.id, net_mention.c.account_id == reader)
        .correlate_except(net_mention)
    )
    blocks_them = exists(
        select(net_block.c.account_id)
        .where(net_block.c.account_id == post.c.account_id, net_block.c.blocked_id == reader)
        .correlate_except(net_block)
    )
    said = or_(for_all, named, and_(post.c.visibility == Visibility.PRIVATE, follows))
    return or_(post.c.account_id == reader, and_(said, ~blocks_them))


def boost_shown(post: FromClause, reader: int | None) -> ColumnElement[bool]:
    """Return the predicate: a post passes nothing on, or something that this reader may see where it stands."""
    original = net_post.alias("original")
    return or_(
        post.c.boost_of_id.is_(None),
        exists(
            select(original.c.id)
            .where(
                original.c.id == post.c.boost_of_id,
                account_shown(original.c.account_id),
                post_shown(original.c.id),
                post_open_to(original, reader),
            )
            .correlate_except(original)
        ),
    )


def wanted_by(account_id: Id, reader: int, now: int, *, told: bool = False) -> ColumnElement[bool]:
    """Return the predicate: this reader has neither blocked nor muted the account; for what comes to them unasked.

    Args:
        account_id: whose deed or word it is.
        reader: to whom it would come.
        now: the instant, microseconds; a mute may have run out.
        told: whether it is a notification, which a mute leaves alone unless it says otherwise.
    """
    blocked = exists(
        select(net_block.c.account_id)
        .where(net_block.c.account_id == reader, net_block.c.blocked_id == account_id)
        .correlate_except(net_block)
    )
    muted = exists(
        select(net_mute.c.account_id)
        .where(
            net_mute.c.account_id == reader,
            net_mute.c.muted_id == account_id,
            or_(net_mute.c.expires_at.is_(None), net_mute.c.expires_at > now),
            *([net_mute.c.notifications == 1] if told else []),
        )
        .correlate_except(net_mute)
    )
    return ~blocked & ~muted


def _account_stands(account_id: Id, standings: frozenset[Standing]) -> ColumnElement[bool]:
    return exists(
        select(standing.c.account_id)
        .where(standing.c.account_id == account_id, standing.c.standing.in_(sorted(standings)))
        .correlate_except(standing)
    )


def standing_of(tx: Tx, account_id: int) -> Standing:
    """Return an account's standing."""
    value = tx.scalar(select(standing.c.standing).where(standing.c.account_id == account_id))
    return Standing(value) if value else Standing.ACTIVE


def post_standing_of(tx: Tx, post_id: int) -> Standing:
    """Return a post's own standing."""
    value = tx.scalar(select(post_standing.c.standing).where(post_standing.c.post_id == post_id))
    return Standing(value) if value else Standing.ACTIVE


def owner_may_act(tx: Tx, account_id: int) -> bool:
    """Return whether the owner may post, delete, follow and unfollow."""
    return standing_of(tx, account_id) not in SILENCED


def standings(tx: Tx) -> Iterator[tuple[str, int, str, int]]:
    """Yield every standing ever set: subject kind, subject id, standing, order id."""
    for row in tx.all(select(standing).order_by(standing.c.account_id)):
        yield "account", int(row["account_id"]), row["standing"], int(row["order_id"])
    for row in tx.all(select(post_standing).order_by(post_standing.c.post_id)):
        yield "post", int(row["post_id"]), row["standing"], int(row["order_id"])
