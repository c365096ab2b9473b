"""Remove an account's line from the roster. The row stays, with the instant, as every row of a safeguard does."""

from sqlalchemy import update

from gardefou.accounts.bump_version import bump_version
from gardefou.accounts.queries import account
from gardefou.accounts.tables import roster_line
from gardefou.events import Actor
from gardefou.storage import Tx


def remove_roster(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    account_id: int,
    order_id: int,
) -> bool:
    """End what the roster says of an account.

    Returns:
        Whether there was a line.

    Raises:
        UnknownAccountError: there is no account by that number.
    """
    account(tx, account_id, lock=True)
    gone = tx.execute(
        update(roster_line)
        .where(roster_line.c.account_id == account_id, roster_line.c.removed_at.is_(None))
        .values(removed_at=now, order_id=order_id)
    )
    if gone.rowcount == 0:
        return False
    bump_version(tx, account_id)
    return True
