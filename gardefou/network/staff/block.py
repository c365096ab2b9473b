"""Staff keep two accounts from following each other."""

from sqlalchemy import delete, insert

from gardefou.events import Actor
from gardefou.network.acting import locked
from gardefou.network.ports import Neighbours
from gardefou.network.staff.followers import follows_between, give_back, take_away
from gardefou.network.tables import net_block
from gardefou.storage import Tx


def block(
    tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, account_id: int, other_id: int, order_id: int
) -> None:
    """Block another account in an account's name: neither follows the other any more."""
    locked(tx, account_id, other_id)
    tx.execute(insert(net_block).values(account_id=account_id, blocked_id=other_id, order_id=order_id, created_at=now))
    for follower, followee in follows_between(tx, account_id, other_id):
        take_away(tx, neighbours, actor=actor, now=now, account_id=followee, follower_ids=[follower], order_id=order_id)


def unblock(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, order_id: int) -> None:
    """Take back what `block` did in the name of an order, the follows that it ended included."""
    tx.execute(delete(net_block).where(net_block.c.order_id == order_id))
    give_back(tx, neighbours, actor=actor, now=now, order_id=order_id)
