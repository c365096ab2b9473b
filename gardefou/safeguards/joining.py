"""`person.join`: two persons here were found to be one human; the one goes, and what they signed counts once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.staff.join_person import join_person
from gardefou.staff.queries import joined_into, person_row, require_person
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: The most digits a number of ours has.
_DIGITS = 19


def still_oneself(tx: Tx, subject: Subject) -> None:
    """Insist that a person was not joined into another: whoever was, is given nothing any more under this number.

    Raises:
        NothingToChangeError: they were; it says into whom.
    """
    into = joined_into(tx, subject.id)
    if into is not None:
        other = require_person(tx, into)["name"]
        words = _("%(name)s has been joined into %(other)s: ask for it for them", name=subject.label, other=other)
        raise NothingToChangeError(words)


@dataclass(frozen=True, slots=True)
class JoinPerson:
    """Joins a person into another, who stays: `into`, their number."""

    given: ClassVar[tuple[str, ...]] = ("into",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read who stays.

        Raises:
            ChangeError: it is nobody else.
            NothingToChangeError: one of the two has been joined already.
        """
        text = fields(change, needed=("into",))["into"]
        kept = person_row(tx, int(text)) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
        if kept is None or kept["id"] == subject.id:
            words = _("%(number)s is not the number of another person here", number=text[:_DIGITS])
            raise ChangeError(words, field="into")
        for one, name in ((subject.id, subject.label), (int(kept["id"]), str(kept["name"]))):
            if joined_into(tx, one) is not None:
                raise NothingToChangeError(_("%(name)s has been joined into somebody else already", name=name))
        return {"into": str(kept["id"]), "name": str(kept["name"])}

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Join them."""
        into = int(order.change["into"])
        join_person(tx, actor=order.proposer, now=now, person_id=subject.id, into=into, order_id=order.id)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""
