"""`person.offer`: which cases somebody is offered: what they read, what they are trained for, what is too near to them.

It gives nobody a right: it narrows what the queue offers them, and keeps them from deciding about an account of their
own, of their employer's, or one they follow. What is in force is the last such order that has taken effect
(`reports/offers.py` reads it), so nothing else is kept of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.accounts.queries import by_handle
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.reports.categories import Category
from gardefou.reports.leases import return_too_near
from gardefou.reports.offers import Follows, change_in_force, offer_said
from gardefou.safeguards.change import fields
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.safeguards.joining import still_oneself
from gardefou.storage import Tx
from gardefou.words import LANGUAGES
from gardefou.words import gettext as _

#: So many handles and no more: who runs more accounts than this is asked for the ones that matter.
MOST_HANDLES = 20
_LONGEST = 800


@dataclass(frozen=True, slots=True)
class OfferPerson:
    """Says what a person is offered: `languages`, `categories`, `own`, `employers`; what is empty narrows nothing.

    Attributes:
        follows: who knows which accounts members follow; None where nobody does.
    """

    follows: Follows | None = None
    given: ClassVar[tuple[str, ...]] = ("languages", "categories", "own", "employers")

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read it, and find the accounts by their handles; they stay the same ones under another name.

        Raises:
            ChangeError: there is no such language, category or account, or there are too many.
            NothingToChangeError: it is so already, or they have been joined into somebody else.
        """
        read = fields(change, needed=(), optional=self.given, longest=_LONGEST)
        still_oneself(tx, subject)
        own, employers = _handles(tx, "own", read["own"]), _handles(tx, "employers", read["employers"])
        said = {
            "languages": " ".join(_among("languages", read["languages"].split(), LANGUAGES)),
            "categories": ", ".join(_among("categories", _listed(read["categories"]), [one.value for one in Category])),
            "own": " ".join(own),
            "employers": " ".join(employers),
            "own_accounts": " ".join(str(number) for number in own.values()),
            "employer_accounts": " ".join(str(number) for number in employers.values()),
        }
        if said == (change_in_force(tx, subject.id) or dict.fromkeys(said, "")):
            raise NothingToChangeError(_("%(name)s is offered just that", name=subject.label))
        return said

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Let go of cases too near to them from now on; the order in effect is itself what the queue reads."""
        accounts = offer_said(order.change).too_near(tx, self.follows)
        return_too_near(tx, person_id=subject.id, now=now, accounts=accounts)

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _among(field: str, said: list[str], known: tuple[str, ...] | list[str]) -> list[str]:
    """Return what is said in the order in which it is known, each once."""
    for one in said:
        if one not in known:
            words = _("%(name)s: %(one)s is none of %(known)s", name=field, one=one[:40], known=", ".join(known))
            raise ChangeError(words, field=field)
    return [one for one in known if one in said]


def _handles(tx: Tx, field: str, text: str) -> dict[str, int]:
    """Return the accounts by their handles, as those are written."""
    found: dict[str, int] = {}
    for one in text.split():
        row = by_handle(tx, one)
        if row is None:
            raise ChangeError(_("%(name)s: there is no account %(one)s", name=field, one=one[:40]), field=field)
        found[f"@{row['handle']}"] = int(row["id"])
    if len(found) > MOST_HANDLES:
        raise ChangeError(_("%(name)s: at most %(most)s accounts", name=field, most=MOST_HANDLES), field=field)
    return found
