"""`account.contact` and `account.credentials`: where the owner is written to, and how the owner signs in.

Neither is taken back by one person: what was there before may be the hand of whoever took the account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gardefou.connectors.embedded.deeds.common import HAND, FinalDeedError, account, refused
from gardefou.enforcement.errors import DeedError
from gardefou.network.errors import FieldError
from gardefou.network.faults import free_email
from gardefou.network.ports import Neighbours
from gardefou.network.staff import change_contact, end_ways_in
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: What can be ended: sessions alone, or the password with them.
SESSIONS, PASSWORD = "sessions", "password"


@dataclass(frozen=True, slots=True)
class ChangeContact:
    """Changes where the owner is written to, and the address they sign in with: `contact`."""

    neighbours: Neighbours
    given: ClassVar[tuple[str, ...]] = ("contact",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read the address.

        Raises:
            ChangeError, DeedError: it is none, somebody else's, or the one they have.
        """
        was = account(tx, subject.id)["email"] or ""
        try:
            kept = free_email(tx, fields(change, needed=self.given)["contact"], mine=subject.id)
        except FieldError as problem:
            raise refused(problem) from problem
        if kept == was:
            raise DeedError(_("The owner is written to there already."), field="contact")
        return {"contact": kept, "was_contact": was}

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:  # noqa: ARG002  # the port's shape
        """Return nobody."""
        return ()

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Change it."""
        change_contact(tx, self.neighbours, actor=HAND, now=now, account_id=subject.id, email=change["contact"])

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Refuse."""
        raise FinalDeedError


@dataclass(frozen=True, slots=True)
class EndWaysIn:
    """Ends ways of signing in: `ways_in`, which is `sessions` or `password`."""

    given: ClassVar[tuple[str, ...]] = ("ways_in",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read what is to end.

        Raises:
            ChangeError, DeedError: it is neither.
        """
        account(tx, subject.id)
        what = fields(change, needed=self.given)["ways_in"]
        if what not in (SESSIONS, PASSWORD):
            known = f"{SESSIONS}, {PASSWORD}"
            words = _("%(name)s: %(text)s is none of %(known)s", name="ways_in", text=what[:40], known=known)
            raise DeedError(words, field="ways_in")
        return {"ways_in": what}

    def others(self, tx: Tx, *, change: Mapping[str, str]) -> Sequence[int]:  # noqa: ARG002  # the port's shape
        """Return nobody."""
        return ()

    def do(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """End them; the owner sets a new password by a link to their address."""
        end_ways_in(tx, actor=HAND, account_id=subject.id, password=change["ways_in"] == PASSWORD)

    def take_back(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], order_id: int, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Refuse."""
        raise FinalDeedError
