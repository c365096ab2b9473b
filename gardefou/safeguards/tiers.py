"""`tier.assign`: the tier an account has at the least, whatever its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.accounts.assign_tier import assign_tier
from gardefou.accounts.queries import account
from gardefou.accounts.tiers import is_lower, tier_named
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import NothingToChangeError
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True)
class AssignTier:
    """Assigns a tier: `tier`."""

    given: ClassVar[tuple[str, ...]] = ("tier",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read the tier.

        Raises:
            ChangeError, AccountError: there is none of that name.
            NothingToChangeError: it is assigned already.
        """
        tier = tier_named(fields(change, needed=("tier",))["tier"])
        same = subject.values["assigned_tier"] == tier.value
        if same and not is_lower(tier, str(subject.values["reached_tier"])):
            words = _("%(subject)s is assigned %(tier)s already", subject=subject.label, tier=tier.value)
            raise NothingToChangeError(words)
        return {"tier": tier.value}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Assign it."""
        assign_tier(
            tx, actor=order.proposer, now=now, account_id=subject.id, tier=order.change["tier"], order_id=order.id
        )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return the assigned tier."""
        return str(account(tx, subject_id)["assigned_tier"] or "")
