"""Whether an account is protected now, by the rulebook in force."""

from sqlalchemy import RowMapping

from gardefou.accounts.queries import subject_values
from gardefou.accounts.tiers import Tier
from gardefou.guard.rules import tier_of
from gardefou.orders import rulebook
from gardefou.orders.ports import Ports
from gardefou.storage import Tx


def protected(tx: Tx, ports: Ports, account: RowMapping, now: int) -> bool:
    """Return whether the account's tier in force is notable or critical."""
    book = rulebook.in_force(tx, ports.load_rulebook)
    return tier_of(book, subject_values(tx, account, now)) != Tier.ORDINARY
