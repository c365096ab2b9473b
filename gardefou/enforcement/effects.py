"""What an executed order does on a platform: one row changes, whatever the account's size (promise 8)."""

from dataclasses import dataclass

from gardefou.enforcement.errors import NoStandingError
from gardefou.enforcement.ports import Platform
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True)
class StandingEffect:
    """Sets a subject's standing on its platform."""

    platform: Platform

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Set the standing the order names; the platform's own triggers check the order.

        Raises:
            NoStandingError: the order names none; nothing was done.
        """
        if order.target is None:
            raise NoStandingError
        # Also when a graver order keeps the standing as it is: an executed order left unspent could be used by raw SQL.
        self.platform.apply(
            tx, subject_kind=subject.kind, subject_id=subject.id, standing=order.target, order_id=order.id
        )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:
        """Return the standing the platform shows."""
        return self.platform.standing(tx, subject_kind, subject_id)
