"""Who follows, blocks and mutes whom: lists cut by key, whatever their length, and how one member stands to others.

Lists leave out who is hidden. Nothing is counted: a page costs the same whoever it is about, 41.7 million followers or
ten.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, literal, or_, select

from gardefou.network.tables import net_block, net_follow, net_mute
from gardefou.network.visibility import account_shown
from gardefou.storage import Tx
from gardefou.storage.among import among


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of accounts: what to read, and the id that it is cut by."""

    wanted: Select[Any]
    key: ColumnElement[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """How a member stands to another account."""

    following: bool
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool


def followers_of(account_id: int) -> Listed:
    """Return who follows an account."""
    return _shown(net_follow.c.follower_id, net_follow.c.followee_id == account_id, account_id)


def followed_by(account_id: int) -> Listed:
    """Return whom an account follows."""
    return _shown(net_follow.c.followee_id, net_follow.c.follower_id == account_id, account_id)


def blocked_by(member_id: int) -> Listed:
    """Return whom a member blocks, be it in their name."""
    return _shown(net_block.c.blocked_id, net_block.c.account_id == member_id, member_id)


def muted_by(member_id: int, now: int) -> Listed:
    """Return whom a member mutes at present."""
    return _shown(net_mute.c.muted_id, (net_mute.c.account_id == member_id) & _muted(now), member_id)


def ties(tx: Tx, member_id: int, ids: Collection[int], *, now: int) -> dict[int, Tie]:
    """Return how a member stands to each of these accounts, by id."""
    follows, blocks, mutes = net_follow.c, net_block.c, net_mute.c
    following = _others(tx, net_follow, follows.follower_id == member_id, follows.followee_id, ids)
    followed = _others(tx, net_follow, follows.followee_id == member_id, follows.follower_id, ids)
    blocking = _others(tx, net_block, blocks.account_id == member_id, blocks.blocked_id, ids)
    blocked = _others(tx, net_block, blocks.blocked_id == member_id, blocks.account_id, ids)
    theirs = (mutes.account_id == member_id) & among(mutes.muted_id, ids) & _muted(now)
    muting = {int(row["muted_id"]): bool(row["notifications"]) for row in tx.all(select(net_mute).where(theirs))}
    return {
        one: Tie(
            following=one in following,
            followed_by=one in followed,
            blocking=one in blocking,
            blocked_by=one in blocked,
            muting=one in muting,
            muting_notifications=muting.get(one, False),
        )
        for one in ids
    }


def _shown(key: ColumnElement[int], whose: ColumnElement[bool], account_id: int) -> Listed:
    """Return a list of accounts that are shown, of an account that is."""
    return Listed(wanted=select(key).where(whose, account_shown(key), account_shown(literal(account_id))), key=key)


def _muted(now: int) -> ColumnElement[bool]:
    return or_(net_mute.c.expires_at.is_(None), net_mute.c.expires_at > now)


def _others(
    tx: Tx, table: Table, whose: ColumnElement[bool], other: ColumnElement[int], ids: Collection[int]
) -> set[int]:
    return {int(one) for (one,) in tx.execute(select(other).select_from(table).where(whose, among(other, ids)))}
