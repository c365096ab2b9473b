"""Staff delete a post for good."""

from gardefou.events import Actor
from gardefou.network.delete_post import drop
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_post
from gardefou.storage import Tx


def remove_post(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, account_id: int, post_id: int) -> None:  # noqa: ARG001  # every write names its actor
    """Delete a post, hidden or not, and keep the counter.

    Raises:
        NoSuchPageError: there is none.
    """
    which = (net_post.c.id == post_id) & (net_post.c.account_id == account_id)
    if not drop(tx, neighbours, now=now, account_id=account_id, which=which):
        raise NoSuchPageError
