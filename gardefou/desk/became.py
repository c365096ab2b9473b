"""What became of an order, in one line."""

from gardefou.desk import labels
from gardefou.desk.people import Known, named
from gardefou.guard.verdict import Waiting
from gardefou.orders import queries
from gardefou.orders.kinds import SAFEGUARDS
from gardefou.orders.lifecycle import State, VoidBecause
from gardefou.orders.order import Order
from gardefou.storage import Tx
from gardefou.words import gettext as _
from gardefou.words import ngettext
from gardefou.words.numbers import clock_time, day_and_time, duration, is_far, weekday_and_time


def missing(order: Order) -> int:
    """Return how many people an order still waits for."""
    return sum(person is None for person in order.verdict.filled)


def became(tx: Tx, order: Order, people: Known) -> str:
    """Return what became of an order, as far as it is known now."""
    match order.state:
        case State.WAITING:
            return _waiting(order)
        case State.HELD:
            return _held(order.effect_at or 0, order.held_from or 0)
        case State.EXECUTED:
            since = day_and_time(order.executed_at or 0)
            if order.kind in SAFEGUARDS:
                return _("Took effect %(time)s", time=since)
            lasts = order.shape.silences and not order.shape.final
            return _("In effect since %(time)s", time=since) if lasts else _("Done %(time)s", time=since)
        case State.REVERSED:
            lasted = (order.ended_at or order.executed_at or 0) - (order.executed_at or 0)
            return _("Executed, then taken back after %(length)s", length=duration(lasted))
        case State.REFUSED:
            return _("Refused. Nothing was done.")
        case State.VOID:
            return _void(tx, order, people)
        case State.PROPOSED:
            return labels.state(order.state)


def _held(at: int, since: int) -> str:
    if is_far(at, since):
        return _("Held. Takes effect %(day)s.", day=weekday_and_time(at))
    return _("Held. Takes effect at %(time)s.", time=clock_time(at, seconds=True))


def _waiting(order: Order) -> str:
    people = missing(order)
    if isinstance(order.verdict, Waiting) and people == 0:
        return _("Waiting until everyone concerned has been told")
    return ngettext("Waiting for %(count)s person", "Waiting for %(count)s people", people)


def _void(tx: Tx, order: Order, people: Known) -> str:
    if order.ended_because == VoidBecause.VETOED.value:
        for row in queries.votes(tx, order.id):
            if row["verb"] == "veto":
                return _("Vetoed by %(name)s. Nothing was done.", name=named(row["person_id"], people))
    return labels.void(order)
