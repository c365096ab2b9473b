"""`roster.enter` and `roster.remove`: accounts protected whatever their numbers, by the account's id."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.accounts.enter_roster import enter_roster
from gardefou.accounts.queries import roster
from gardefou.accounts.remove_roster import remove_roster
from gardefou.accounts.tiers import is_lower, tier_named
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import NothingToChangeError
from gardefou.storage import Tx
from gardefou.words import gettext as _


def _line(tx: Tx, subject_id: int) -> str:
    found = roster(tx, subject_id)
    return str(found["tier"]) if found else ""


@dataclass(frozen=True, slots=True)
class EnterRoster:
    """Enters a line: `tier`, `source`, and `office` if there is one. The same tier again is its yearly review."""

    given: ClassVar[tuple[str, ...]] = ("tier", "source", "office")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read the line.

        Raises:
            ChangeError, AccountError: it cannot be read.
            NothingToChangeError: the roster says more already.
        """
        read = fields(change, needed=("tier", "source"), optional=("office",))
        wanted, found = tier_named(read["tier"]), roster(tx, subject.id)
        line = str(found["tier"]) if found else ""
        if found and line == wanted.value:
            # A review takes nothing away: an office that is not named again is kept.
            return {**read, "office": read["office"] or str(found["office"])}
        if line and not is_lower(line, wanted):
            words = _("the roster has %(subject)s as %(tier)s already", subject=subject.label, tier=line)
            raise NothingToChangeError(words)
        return read

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Enter it."""
        enter_roster(
            tx,
            actor=order.proposer,
            now=now,
            account_id=subject.id,
            tier=order.change["tier"],
            office=order.change["office"],
            source=order.change["source"],
            order_id=order.id,
        )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return the roster's tier."""
        return _line(tx, subject_id)


@dataclass(frozen=True, slots=True)
class RemoveRoster:
    """Removes an account's line; the account's numbers go on counting."""

    given: ClassVar[tuple[str, ...]] = ()

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Insist that there is one.

        Raises:
            NothingToChangeError: there is none.
        """
        fields(change, needed=())
        line = _line(tx, subject.id)
        if not line:
            raise NothingToChangeError(_("the roster has no line for %(subject)s", subject=subject.label))
        return {"was": line}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Remove it."""
        remove_roster(tx, actor=order.proposer, now=now, account_id=subject.id, order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return the roster's tier."""
        return _line(tx, subject_id)
