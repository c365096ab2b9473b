"""What an executed order does on a platform. A standing is one row, whatever the account's size (promise 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gardefou.enforcement.errors import NoStandingError
from gardefou.enforcement.ports import Deed, Platform
from gardefou.orders import queries
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True)
class StandingEffect:
    """Sets a subject's standing on its platform, and takes back what else an order did there."""

    platform: Platform

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
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
        if order.reverses is not None:
            self._take_back(tx, queries.order(tx, order.reverses), subject, now)

    def _take_back(self, tx: Tx, undone: Order, subject: Subject, now: int) -> None:
        """Take back what the order did beside a standing, if it did: the standing stays as it was then."""
        deed = self.platform.deeds.get(undone.kind.value)
        if deed is not None:
            deed.take_back(tx, subject=subject, change=undone.change, order_id=undone.id, now=now)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:
        """Return the standing the platform shows."""
        return self.platform.standing(tx, subject_kind, subject_id)


@dataclass(frozen=True, slots=True)
class DeedEffect:
    """Does what one kind of order does beside setting a standing, and reads what it is told to do."""

    platform: Platform
    deed: Deed

    @property
    def given(self) -> tuple[str, ...]:
        """Return the names of what a proposer gives."""
        return self.deed.given

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Return what is to be done whole and in one spelling, as it is signed."""
        return self.deed.check(tx, subject=subject, change=change, now=now)

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:
        """Return the ids of the other accounts it would touch."""
        return self.deed.others(tx, change=change)

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Do it; the order is spent by the step that calls this."""
        self.deed.do(tx, subject=subject, change=order.change, order_id=order.id, now=now)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:
        """Return the standing the platform shows, which no deed changes."""
        return self.platform.standing(tx, subject_kind, subject_id)


def deeds(platform: Platform) -> Mapping[str, DeedEffect]:
    """Return everything that a platform lets staff do beside setting standings, by kind."""
    return {kind: DeedEffect(platform, deed) for kind, deed in platform.deeds.items()}
