"""What is said, edited, taken back or told, as events: ids alone, so that live streams wake in every process."""

from gardefou.events import record
from gardefou.storage import Tx

PUBLISHED, EDITED, DELETED, TOLD = "network.posted", "network.edited", "network.deleted", "network.told"
#: Every kind of event that the network's own streams pass on.
KINDS = frozenset({PUBLISHED, EDITED, DELETED, TOLD})


def published(tx: Tx, *, now: int, post_id: int, account_id: int) -> None:
    """Note that something was said."""
    record(tx, now=now, kind=PUBLISHED, subject=f"post:{post_id}", body={"author": str(account_id)})


def edited(tx: Tx, *, now: int, post_id: int, account_id: int) -> None:
    """Note that it now reads otherwise."""
    record(tx, now=now, kind=EDITED, subject=f"post:{post_id}", body={"author": str(account_id)})


def deleted(tx: Tx, *, now: int, post_id: int, account_id: int) -> None:
    """Note that it is no more."""
    record(tx, now=now, kind=DELETED, subject=f"post:{post_id}", body={"author": str(account_id)})


def member_told(tx: Tx, *, now: int, notification_id: int, account_id: int) -> None:
    """Note that a member was told of something."""
    record(tx, now=now, kind=TOLD, subject=f"notification:{notification_id}", body={"member": str(account_id)})
