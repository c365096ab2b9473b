"""Write down a refused attempt on an order that exists: it commits although the act did not (promise 9)."""

from gardefou.orders.move import tell
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome
from gardefou.orders.step import Step
from gardefou.storage import Tx


def refused(tx: Tx, ports: Ports, *, order: Order, step: Step) -> Outcome:
    """Record that somebody tried to sign or stop an order and may not. The order stays as it is."""
    tell(tx, ports, deed="attempt.refused", order=order, before=order.state, step=step)
    return Outcome(order=order, verdict=step.verdict)
