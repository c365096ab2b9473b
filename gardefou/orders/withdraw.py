"""Withdraw an order: the proposer's own change of mind, at any time while it is open."""

from gardefou.events import Actor
from gardefou.guard.verdict import Cleared, Reason, Refused
from gardefou.orders import attempt, move
from gardefou.orders.errors import NotOpenError
from gardefou.orders.lifecycle import VoidBecause
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome
from gardefou.orders.step import Step
from gardefou.orders.subject import locked
from gardefou.orders.texts import short_enough
from gardefou.storage import Tx


def withdraw(tx: Tx, ports: Ports, *, actor: Actor, now: int, order_id: int, why: str = "") -> Outcome:
    """End an open order that the actor proposed; anyone else is refused, and that is recorded.

    Raises:
        UnknownOrderError, TextTooLongError, NotOpenError: nothing is written.
    """
    short_enough(why)
    order, subject = locked(tx, ports, order_id=order_id, now=now)
    if not order.open:
        raise NotOpenError(f"order {order.id} is {order.state}: there is nothing left to withdraw")
    if order.proposer != actor:
        verdict = Refused(reasons=(Reason(code="not-the-proposer", fields={}),), plan=order.verdict.plan, filled=())
        tried = Step(actor=actor, subject=subject, verdict=verdict, now=now, why=why)
        return attempt.refused(tx, ports, order=order, step=tried)
    reason, was = Reason(code="withdrawn", fields={}), order.verdict
    allowed = Cleared(reasons=(reason,), plan=was.plan, filled=was.filled)
    step = Step(actor=actor, subject=subject, verdict=allowed, now=now, why=why)
    ended = move.void(tx, ports, order=order, because=VoidBecause.WITHDRAWN, step=step)
    return Outcome(order=ended, verdict=allowed)
