"""Assign an account a tier: the one it has at the least, whatever its numbers."""

from typing import Any

from sqlalchemy import update

from gardefou.accounts.bump_version import bump_version
from gardefou.accounts.errors import LoweringError
from gardefou.accounts.queries import account as account_row
from gardefou.accounts.tables import account
from gardefou.accounts.tiers import is_lower, tier_named
from gardefou.events import Actor
from gardefou.storage import Tx


def assign_tier(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,  # noqa: ARG001  # and its instant
    account_id: int,
    tier: str,
    order_id: int | None = None,
) -> bool:
    """Set the assigned tier. Lowering it takes an order, which lowers the tier the account had reached as well.

    Returns:
        Whether anything changed.

    Raises:
        UnknownAccountError: there is no account by that number.
        AccountError: there is no such tier.
        LoweringError: the account is assigned a higher tier already, and no order is named.
    """
    wanted = tier_named(tier)
    row = account_row(tx, account_id, lock=True)
    if order_id is None and is_lower(wanted, row["assigned_tier"]):
        raise LoweringError(
            f"@{row['handle']} is assigned {row['assigned_tier']}; lowering it to {wanted} takes an order"
        )
    changes: dict[str, Any] = {}
    if row["assigned_tier"] != wanted:
        changes |= {"assigned_tier": wanted.value, "tier_order_id": order_id}
    if order_id is not None and is_lower(wanted, row["reached_tier"]):
        # Also when the same tier was assigned before: the row names the last order that touched it.
        changes |= {"tier_order_id": order_id}
        changes |= {"reached_tier": wanted.value, "reached_order_id": order_id}
    if not changes:
        return False
    tx.execute(update(account).where(account.c.id == account_id).values(**changes))
    bump_version(tx, account_id)
    return True
