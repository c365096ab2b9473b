"""Remove an account's line from the roster. The row stays, with the instant, as every row of a safeguard does.

The order took what lowering takes, so the tier the account had reached falls with the line, to the assigned one; what
its numbers still say is kept again by `keep_tier`.
"""

from sqlalchemy import update

from gardefou.accounts.bump_version import bump_version
from gardefou.accounts.queries import account
from gardefou.accounts.tables import account as account_table
from gardefou.accounts.tables import roster_line
from gardefou.accounts.tiers import Tier, is_lower
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
    row = account(tx, account_id, lock=True)
    gone = tx.execute(
        update(roster_line)
        .where(roster_line.c.account_id == account_id, roster_line.c.removed_at.is_(None))
        .values(removed_at=now, order_id=order_id)
    )
    if gone.rowcount == 0:
        return False
    left = row["assigned_tier"] or Tier.ORDINARY.value
    if is_lower(left, row["reached_tier"]):
        lowered = {"reached_tier": left, "reached_order_id": order_id}
        tx.execute(update(account_table).where(account_table.c.id == account_id).values(**lowered))
    bump_version(tx, account_id)
    return True
