"""`token.issue` and `token.end`: which machines may come in, for what, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields, instant, spelt
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.staff import scopes
from gardefou.staff.end_token import end_token
from gardefou.staff.issue_token import check_token, issue_token
from gardefou.staff.tokens import token_named
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True)
class IssueToken:
    """Issues a machine a token: `name`, `scopes`, `ends`. Whoever proposed it collects the secret afterwards."""

    given: ClassVar[tuple[str, ...]] = ("name", "scopes", "ends")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read what the machine is called, and what it is let in for.

        Raises:
            ChangeError, TokenSaidError: it cannot be issued so.
        """
        read = fields(change, needed=self.given)
        said, ends = scopes.scopes_in(read["scopes"]), instant(read, "ends")
        check_token(tx, name=read["name"], ends=ends or now, now=now)
        return {"name": read["name"], "scopes": scopes.spelt(said), "ends": spelt(ends)}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:  # noqa: ARG002  # the port's shape
        """Issue it.

        Raises:
            ChangeError: it says no end.
            TokenSaidError: it cannot be issued so any more.
        """
        said, ends = order.change, instant(order.change, "ends")
        if ends is None:
            raise ChangeError
        issue_token(
            tx,
            actor=order.proposer,
            now=now,
            name=said["name"],
            scopes=scopes.scopes_in(said["scopes"]),
            ends=ends,
            order_id=order.id,
        )

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a token has no standing."""
        return ""


@dataclass(frozen=True, slots=True)
class EndToken:
    """Ends the token called `name`, at once."""

    given: ClassVar[tuple[str, ...]] = ("name",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read which token it is; what is signed says what it was good for too.

        Raises:
            NothingToChangeError: there is none that has not ended.
        """
        name = fields(change, needed=("name",), optional=("scopes", "ends"))["name"]
        row = token_named(tx, name, now)
        if row is None:
            raise NothingToChangeError(_("no token called %(name)s is in force", name=name[:40]))
        return {"name": name, "scopes": str(row["scopes"]), "ends": spelt(row["ends"])}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:  # noqa: ARG002  # the port's shape
        """End it."""
        end_token(tx, actor=order.proposer, now=now, name=order.change["name"], order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a token has no standing."""
        return ""
