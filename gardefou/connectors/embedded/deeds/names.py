"""`account.rename`: another handle, or another name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.connectors.embedded.deeds.common import HAND, account, refused
from gardefou.enforcement.errors import DeedError
from gardefou.network.errors import FieldError
from gardefou.network.faults import free_handle, short_name
from gardefou.network.ports import Neighbours
from gardefou.network.staff import rename
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Subject
from gardefou.orders.queries import open_orders
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
        was = {"was_handle": row["handle"] if handle else "", "was_display_name": row["display_name"] if name else ""}
        return {"handle": handle, "display_name": name, **was}

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Rename it."""
        self._call(tx, subject, now, change["handle"], change["display_name"])

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Give it back the names it had.

        Raises:
            DeedError: somebody else goes by the handle now.
        """
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


def _new(wanted: str, has: str) -> str:
    return "" if wanted == has else wanted
