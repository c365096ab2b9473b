"""`shift.add` and `shift.remove`: who is on duty when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.clock import HOUR
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import ahead, fields, instant, interval, spelt
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.joining import still_oneself
from gardefou.staff.add_shift import add_shift
from gardefou.staff.queries import shift_of
from gardefou.staff.remove_shift import remove_shift
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: Nobody is on duty longer than this at a stretch.
LONGEST_SHIFT = 48 * HOUR


@dataclass(frozen=True, slots=True)
class AddShift:
    """Puts a person on duty: `starts`, `ends`."""

    given: ClassVar[tuple[str, ...]] = ("starts", "ends")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read the hours.

        Raises:
            ChangeError: they cannot be read, are over, too many, or too far ahead.
            NothingToChangeError: the person is on duty then already.
        """
        starts, ends = interval(fields(change, needed=("starts", "ends")))
        still_oneself(tx, subject)
        if ends is None or ends <= now:
            raise ChangeError(_("That shift would be over already"), field="ends")
        if ends - starts > LONGEST_SHIFT:
            raise ChangeError(_("A shift lasts at most 48 hours; add one for each day"), field="ends")
        ahead(starts, now)
        if shift_of(tx, subject.id, starts) is not None:
            raise NothingToChangeError(_("%(name)s has a shift that begins then", name=subject.label))
        return {"starts": spelt(starts), "ends": spelt(ends)}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Add the shift."""
        starts, ends = interval(order.change)
        if ends is None:
            raise ChangeError
        add_shift(tx, actor=order.proposer, now=now, person_id=subject.id, starts=starts, ends=ends, order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""


@dataclass(frozen=True, slots=True)
class RemoveShift:
    """Takes a person off duty: the shift that begins at `starts`."""

    given: ClassVar[tuple[str, ...]] = ("starts",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:
        """Read which shift it is.

        Raises:
            ChangeError: it cannot be read.
            NothingToChangeError: there is none that has not ended.
        """
        starts = instant(fields(change, needed=("starts",)), "starts")
        found = None if starts is None else shift_of(tx, subject.id, starts)
        if found is None or int(found["ends"]) <= now:
            raise NothingToChangeError(_("%(name)s has no such shift ahead", name=subject.label))
        return {"starts": spelt(starts)}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Remove the shift: one that runs ends now."""
        starts = instant(order.change, "starts")
        if starts is None:
            raise ChangeError
        remove_shift(tx, actor=order.proposer, now=now, person_id=subject.id, starts=starts, order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""
