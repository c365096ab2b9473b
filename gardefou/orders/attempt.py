"""Write down a refused attempt on an order that exists: it commits although the act did not (promise 9)."""

from gardefou.events import Actor
from gardefou.guard.verdict import Refused
from gardefou.orders.facts import Facts
from gardefou.orders.move import tell
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.propose import Outcome
from gardefou.storage import Tx


def refused(
    tx: Tx,
    ports: Ports,
    *,
    order: Order,
    actor: Actor,
    subject: Subject,
    verdict: Refused,
    facts: Facts | None,
    now: int,
    why: str = "",
) -> Outcome:
    """Record that somebody tried to sign or stop an order and may not. The order stays as it is."""
    tell(
        tx, ports, deed="attempt.refused", order=order, before=order.state, actor=actor, subject=subject,
        verdict=verdict, facts=facts, standing=None, now=now, why=why,
    )
    return Outcome(order=order, verdict=verdict)
