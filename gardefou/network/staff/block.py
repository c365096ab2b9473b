"""Staff keep two accounts from following each other."""

from sqlalchemy import delete, insert, update

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
    pair = (net_block.c.account_id == account_id) & (net_block.c.blocked_id == other_id)
    owned = tx.execute(update(net_block).where(pair, net_block.c.own == 1).values(order_id=order_id))
    if owned.rowcount == 0:
        values = {"account_id": account_id, "blocked_id": other_id, "order_id": order_id, "created_at": now}
        tx.execute(insert(net_block).values(**values))
    for follower, followee in follows_between(tx, account_id, other_id):
        take_away(tx, neighbours, actor=actor, now=now, account_id=followee, follower_ids=[follower], order_id=order_id)


def unblock(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, order_id: int) -> None:
    """Take back what `block` did in the name of an order, the follows that it ended included.

    Where the account's owner blocks the other as well, that stays.
    """
    ours = net_block.c.order_id == order_id
    tx.execute(delete(net_block).where(ours, net_block.c.own == 0))
    tx.execute(update(net_block).where(ours).values(order_id=None))
    give_back(tx, neighbours, actor=actor, now=now, order_id=order_id)
