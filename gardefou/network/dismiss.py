"""A member puts away what they were told: one thing, or all of it."""

from sqlalchemy import delete

from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.errors import NoSuchPageError
from gardefou.network.tables import net_notification
from gardefou.storage import Tx


def dismiss(tx: Tx, *, actor: Actor, now: int, notification_id: int) -> None:  # noqa: ARG001  # every write names its instant
    """Put away one thing that a member was told.

    Raises:
        NoSuchPageError: they were not told of it.
        OwnerCannotActError: the member is frozen or hidden.
    """
    told = net_notification.c
    mine = (told.id == notification_id) & (told.account_id == acting_member(tx, actor))
    if tx.execute(delete(net_notification).where(mine)).rowcount == 0:
        raise NoSuchPageError


def dismiss_all(tx: Tx, *, actor: Actor, now: int) -> None:  # noqa: ARG001  # every write names its instant
    """Put away everything that a member was told.

    Raises:
        OwnerCannotActError: the member is frozen or hidden.
    """
    tx.execute(delete(net_notification).where(net_notification.c.account_id == acting_member(tx, actor)))
