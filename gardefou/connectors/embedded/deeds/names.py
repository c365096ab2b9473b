"""`account.rename`: another handle, or another name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gardefou.connectors.embedded.deeds.common import HAND, account, refused
from gardefou.enforcement.errors import DeedError
from gardefou.network.errors import FieldError
from gardefou.network.faults import free_handle, short_name
from gardefou.network.ports import AccountRow, Neighbours
from gardefou.network.staff import rename
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Subject
from gardefou.orders.queries import deeds_in_effect, open_orders
from gardefou.safeguards.change import fields
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True)
class Rename:
    """Renames: `handle`, `display_name`; what is left out stays."""

    neighbours: Neighbours
    given: ClassVar[tuple[str, ...]] = ("handle", "display_name")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read the names.

        Raises:
            ChangeError, DeedError: they cannot be had, or an order on the account is open: it would be void (promise
                3).
        """
        read = fields(change, needed=(), optional=self.given)
        row = account(tx, subject.id)
        try:
            handle = free_handle(tx, read["handle"], mine=subject.id) if read["handle"] else ""
            name = short_name(read["display_name"])
        except FieldError as problem:
            raise refused(problem) from problem
        handle, name = _new(handle, row["handle"]), _new(name, row["display_name"])
        if not handle and not name:
            raise DeedError(_("It is called so already; give another handle or name."), field="handle")
        if any(order.kind is not Kind.ACCOUNT_RENAME for order in open_orders(tx, account_id=subject.id)):
            raise DeedError(_("%(subject)s cannot be renamed while an order on it is open.", subject=subject.label))
        own = _own(tx, subject.id, row)
        was = {"was_handle": own["handle"] if handle else "", "was_display_name": own["display_name"] if name else ""}
        return {"handle": handle, "display_name": name, **was}

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:  # noqa: ARG002  # the port's shape
        """Return nobody."""
        return ()

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Rename it."""
        self._call(tx, subject, now, change["handle"], change["display_name"])

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Give it back the names that its owner had chosen.

        Raises:
            DeedError: it goes by other names by now, or an order on it is open: what is taken back must still be there.
        """
        row = account(tx, subject.id)
        if any(change[name] and change[name] != row[name] for name in self.given):
            raise DeedError(_("%(subject)s goes by other names by now; propose another.", subject=subject.label))
        try:
            self._call(tx, subject, now, change["was_handle"], change["was_display_name"])
        except FieldError as problem:
            raise refused(problem) from problem

    def _call(self, tx: Tx, subject: Subject, now: int, handle: str, display_name: str) -> None:
        rename(
            tx,
            self.neighbours,
            actor=HAND,
            now=now,
            account_id=subject.id,
            handle=handle,
            display_name=display_name,
        )


def _own(tx: Tx, account_id: int, row: AccountRow) -> dict[str, str]:
    """Return the names that the owner chose: those before the last order in effect that set the present ones.

    Taking a rename back takes one person, so it must never lead to a name that staff had given.
    """
    own = {"handle": str(row["handle"]), "display_name": str(row["display_name"])}
    for order in deeds_in_effect(tx, account_id, Kind.ACCOUNT_RENAME):
        for name in own:
            if order.change[name] == row[name]:
                own[name] = order.change[f"was_{name}"]
    return own


def _new(wanted: str, has: str) -> str:
    return "" if wanted == has else wanted
