"""Enter an account in the roster: protect it whatever its numbers."""

from sqlalchemy import insert, update

from gardefou.accounts.bump_version import bump_version
from gardefou.accounts.errors import AccountError
from gardefou.accounts.queries import account, roster
from gardefou.accounts.tables import roster_line
from gardefou.accounts.tiers import Tier, is_lower, tier_named
from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.storage import Tx

REVIEW_AFTER = 365 * DAY


def enter_roster(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    account_id: int,
    tier: str,
    office: str,
    source: str,
    review_by: int | None = None,
    order_id: int | None = None,
) -> bool:
    """Bind a line of the roster to the account's id, whatever it will be called later.

    A line already there rises if this one is higher and is otherwise kept: entering the same file twice changes
    nothing. An order that enters it again as it is has reviewed it: it says until when that is good. The account stays
    what it was to whoever signed an order about it: its version is the same.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant, microseconds.
        account_id: the account.
        tier: notable or critical.
        office: the office its owner holds; may be empty.
        source: where this is known from.
        review_by: when somebody should look again; a year from now when None. The line does not lapse by itself.
        order_id: the order that enters it; none before the house is founded.

    Returns:
        Whether anything changed.

    Raises:
        UnknownAccountError: there is no account by that number.
        AccountError: the tier is not one a roster can give, or the source is missing.
    """
    wanted = tier_named(tier)
    if wanted is Tier.ORDINARY:
        raise AccountError("a roster protects: its tier is notable or critical")
    if not source.strip():
        raise AccountError("a line of the roster names its source")
    account(tx, account_id, lock=True)
    line = roster(tx, account_id, removed=True)
    kept = line is not None and line["removed_at"] is None and not is_lower(line["tier"], wanted)
    reviewed = kept and order_id is not None and line is not None and line["tier"] == wanted.value
    if kept and not reviewed:
        return False
    values = {
        "tier": wanted.value,
        "office": office.strip(),
        "source": source.strip(),
        "added_at": now,
        "review_by": now + REVIEW_AFTER if review_by is None else review_by,
        "removed_at": None,
        "order_id": order_id,
    }
    if line is None:
        tx.execute(insert(roster_line).values(account_id=account_id, **values))
    else:
        tx.execute(update(roster_line).where(roster_line.c.account_id == account_id).values(**values))
    if not reviewed:
        bump_version(tx, account_id)
    return True
