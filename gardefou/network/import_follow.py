"""Bring a follow in from elsewhere. The counters came with the accounts and stay as they are."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from gardefou.events import Actor
from gardefou.network.tables import net_follow
from gardefou.storage import Tx


def import_follow(tx: Tx, *, actor: Actor, now: int, follower_ids: Sequence[int], followee_id: int) -> int:  # noqa: ARG001  # every write names its actor
    """Add those of the followers that do not follow yet.

    Returns:
        How many were added.
    """
    known = set(
        tx.execute(select(net_follow.c.follower_id).where(net_follow.c.followee_id == followee_id)).scalars().all()
    )
    new = sorted(set(follower_ids) - known - {followee_id})
    if new:
        tx.execute(
            insert(net_follow), [{"follower_id": one, "followee_id": followee_id, "created_at": now} for one in new]
        )
    return len(new)
