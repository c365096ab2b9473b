"""What an order means to its case, in a line: the case waits for it, came back from it, or no longer rests on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gardefou.desk.became import became
from gardefou.desk.people import called, known
from gardefou.orders import queries
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.reports.case import Case
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The line.

    Attributes:
        words: what is so.
        so: what follows from it.
        order_id: the order it speaks of.
        sign: the icon before it.
    """

    words: str
    so: str
    order_id: int
    sign: str


def answering(tx: Tx, case: Case, earlier: Sequence[Order], now: int) -> Answering | None:
    """Return what is to be said of the newest order that answers an open case; None where there is nothing to say.

    Args:
        tx: the open transaction.
        case: the case.
        earlier: the newest orders on its account, the newest first.
        now: the instant.
    """
    order = _order(tx, case, earlier)
    if order is None:
        return None
    people = known(tx, [order.proposer], now, also=[row["person_id"] for row in queries.votes(tx, order.id)])
    number = str(order.id)
    if case.order_id is not None:
        who = called(order.proposer, people)
        words = _("This case waits for order %(number)s, which %(who)s proposed.", number=number, who=who)
        so = _("It closes when the order takes effect, and comes back to the queue if it does not.")
        return Answering(words=words, so=so, order_id=order.id, sign="clock")
    if order.state is State.VOID:
        words = _("This case is back in the queue: its order %(number)s had no effect.", number=number)
        return Answering(words=words, so=became(tx, order, people), order_id=order.id, sign="back")
    words = _("This case no longer rests on order %(number)s, which is open.", number=number)
    so = _("Something has come since that nobody knew when it was proposed: decide it anew.")
    return Answering(words=words, so=so, order_id=order.id, sign="clock")


def _order(tx: Tx, case: Case, earlier: Sequence[Order]) -> Order | None:
    """Return the order that a case waits for; else the newest that would have answered it, unless it took effect."""
    if not case.open:
        return None
    if case.order_id is not None:
        found = [one for one in earlier if one.id == case.order_id]
        return found[0] if found else queries.order(tx, case.order_id)
    mine = [one for one in earlier if one.case_id == case.id and one.shape.silences and one.state is not State.REFUSED]
    return mine[0] if mine and (mine[0].open or mine[0].state is State.VOID) else None
