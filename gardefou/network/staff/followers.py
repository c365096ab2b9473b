"""Staff take followers from an account. What they take is kept, so that it can be given back as it was."""

from collections.abc import Collection

from sqlalchemy import delete, insert, or_, select

from gardefou.events import Actor
from gardefou.network.acting import locked, reread
from gardefou.network.follow import count
from gardefou.network.ports import Neighbours
from gardefou.network.queries import blocked, follows
from gardefou.network.tables import net_follow, net_taken_follow
from gardefou.storage import Tx


def take_away(
    tx: Tx,
    neighbours: Neighbours,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    account_id: int,
    follower_ids: Collection[int],
    order_id: int,
) -> int:
    """End the follows of these followers, and keep the counters.

    Returns:
        How many followed.
    """
    locked(tx, account_id, *follower_ids)
    these = (net_follow.c.followee_id == account_id) & net_follow.c.follower_id.in_(sorted(follower_ids))
    rows = tx.all(select(net_follow).where(these).order_by(net_follow.c.follower_id))
    if rows:
        tx.execute(delete(net_follow).where(these))
        tx.execute(insert(net_taken_follow), [{**row, "order_id": order_id} for row in rows])
        for row in rows:
            count(tx, follower_id=int(row["follower_id"]), followee_id=account_id, by=-1)
        neighbours.account_changed(tx, now=now, account=reread(tx, account_id))
    return len(rows)


def give_back(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, order_id: int) -> int:  # noqa: ARG001  # every write names its actor
    """Give back the follows that were taken in the name of an order, but for those that a block forbids by now.

    Returns:
        How many came back.
    """
    taken = tx.all(select(net_taken_follow).where(net_taken_follow.c.order_id == order_id))
    locked(tx, *{int(row[side]) for row in taken for side in ("follower_id", "followee_id")})
    back = 0
    for row in taken:
        follower, followee = int(row["follower_id"]), int(row["followee_id"])
        if blocked(tx, follower, followee) or follows(tx, follower_id=follower, followee_id=followee):
            continue
        tx.execute(insert(net_follow).values(follower_id=follower, followee_id=followee, created_at=row["created_at"]))
        count(tx, follower_id=follower, followee_id=followee, by=1)
        back += 1
    tx.execute(delete(net_taken_follow).where(net_taken_follow.c.order_id == order_id))
    for followee in sorted({int(row["followee_id"]) for row in taken}):
        neighbours.account_changed(tx, now=now, account=reread(tx, followee))
    return back


def follows_between(tx: Tx, one: int, other: int) -> list[tuple[int, int]]:
    """Return who of two accounts follows the other: follower and followee."""
    pairs = [(net_follow.c.follower_id == a) & (net_follow.c.followee_id == b) for a, b in ((one, other), (other, one))]
    rows = tx.all(select(net_follow.c.follower_id, net_follow.c.followee_id).where(or_(*pairs)))
    return [(int(row["follower_id"]), int(row["followee_id"])) for row in rows]
