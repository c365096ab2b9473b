"""Staff say something in an account's name. The post says that they did."""

from sqlalchemy import select

from gardefou.events import Actor
from gardefou.network.delete_post import drop
from gardefou.network.ports import Neighbours
from gardefou.network.post import publish, readable
from gardefou.network.tables import net_post
from gardefou.storage import Tx


def speak_as(
    tx: Tx,
    neighbours: Neighbours,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    account_id: int,
    text: str,
    locale: str,
    order_id: int,
) -> int:
    """Publish a post in an account's name, and return its id.

    Raises:
        PostEmptyError, PostTooLongError: the text cannot be used.
    """
    return publish(
        tx, neighbours, now=now, account_id=account_id, text=readable(text), locale=locale, order_id=order_id
    )


def unsay(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, order_id: int) -> None:  # noqa: ARG001  # every write names its actor
    """Delete what was said in the name of an order, if it is still there."""
    said = tx.first(select(net_post.c.account_id).where(net_post.c.order_id == order_id))
    if said is not None:
        account_id = int(said["account_id"])
        drop(tx, neighbours, now=now, account_id=account_id, which=net_post.c.order_id == order_id)
