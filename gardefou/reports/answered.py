"""A case follows the order that answers it: it closes when that takes effect. Listens to every order.

Where the order takes effect at once, whoever proposed it closes the case with it. Where it takes effect later, its case
waits for it (waiting.py) and the house closes it then, unless something has come meanwhile that nobody had seen who
proposed it: a graver complaint, protection, or a colleague who handed the case to reviewers.
"""

from gardefou.events.actor import CLOCK
from gardefou.orders.lifecycle import OPEN, State
from gardefou.orders.ports import OrderEvent
from gardefou.reports import cases
from gardefou.reports.case import Case, Outcome
from gardefou.reports.locked import locked
from gardefou.reports.waiting import come_back, wait_for
from gardefou.storage import Tx


def answer_case(tx: Tx, event: OrderEvent) -> None:
    """Let the case of an order close with its effect, wait for it, or come back without it.

    Raises:
        WorkerError: the order takes effect at once, and whoever proposed it may not decide its case.
        HeldByAnotherError: likewise, and a colleague holds the case.
    """
    order = event.order
    if order.case_id is None or not order.shape.silences or event.before == event.after:
        return
    case = locked(tx, order.case_id)
    if not case.open:
        return
    if event.after is State.EXECUTED:
        _close(tx, event, case)
    elif event.after in OPEN and event.before is State.PROPOSED:
        wait_for(tx, actor=event.actor, now=event.now, case=case, order_id=order.id)
    elif event.after is State.VOID:
        come_back(tx, actor=event.actor, now=event.now, case=case, order_id=order.id)


def _close(tx: Tx, event: OrderEvent, case: Case) -> None:
    at_once = event.before is State.PROPOSED
    if case.order_id is None and not at_once:
        return
    cases.close(
        tx,
        actor=event.order.proposer if at_once else CLOCK,
        now=event.now,
        case_id=case.id,
        outcome=Outcome.UPHELD.value,
        version=case.version,
        order_id=event.order.id,
    )
