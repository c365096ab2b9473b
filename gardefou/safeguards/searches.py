"""`person.search`: two auditors read in the record what one person did, for a day, and nobody else does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.orders import queries
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.safeguards.change import fields
from gardefou.storage import Tx

#: How long it may be read once the second auditor has signed.
LASTS = DAY


@dataclass(frozen=True, slots=True)
class SearchPerson:
    """Opens one person's deeds in the record to the two who signed: `why`, which both of them sign."""

    given: ClassVar[tuple[str, ...]] = ("why",)

    def check(self, tx: Tx, *, subject: Subject, change: Mapping[str, str], now: int) -> Mapping[str, str]:  # noqa: ARG002  # the port's shape
        """Read why; nobody's deeds are looked through without a reason.

        Raises:
            ChangeError: it is missing, or too long.
        """
        return fields(change, needed=("why",), lines=True)

    def apply(self, tx: Tx, *, order: Order, subject: Subject, now: int) -> None:
        """Change nothing: the order in effect is itself what opens the page."""

    def read_back(self, tx: Tx, *, subject_kind: str, subject_id: int) -> str:  # noqa: ARG002  # the port's shape
        """Return nothing: a person has no standing."""
        return ""


def searches_open_to(tx: Tx, *, reader: Actor, now: int) -> dict[int, Order]:
    """Return the orders by which somebody may read people's deeds at `now`, the newest of each, by person."""
    found: dict[int, Order] = {}
    for order in queries.executed_since(tx, kind=Kind.PERSON_SEARCH, since=now - LASTS, limit=500):
        if order.subject_id not in found and _signed(tx, order, reader):
            found[order.subject_id] = order
    return found


def _signed(tx: Tx, order: Order, reader: Actor) -> bool:
    return reader == order.proposer or reader.key in {str(row["person_id"]) for row in queries.approvals(tx, order.id)}


def search_open_to(tx: Tx, *, person_id: int, reader: Actor, now: int) -> Order | None:
    """Return the order by which somebody may read a person's deeds at `now`; None when there is none."""
    for order in queries.executed_since(tx, kind=Kind.PERSON_SEARCH, subject_id=person_id, since=now - LASTS):
        if _signed(tx, order, reader):
            return order
    return None
