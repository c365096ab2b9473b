"""Those whose report was upheld are told when what was done because of it is taken back. Listens to every order.

Whether the owner contested it or somebody restored by themselves is the same to them. What merely ends at its set time
is nobody's change of mind, and nobody is told again.
"""

from gardefou.events.actor import ActorKind
from gardefou.orders import queries
from gardefou.orders.lifecycle import State
from gardefou.orders.ports import OrderEvent
from gardefou.reports.case import Outcome
from gardefou.reports.locked import locked
from gardefou.reports.telling.begin import TAKEN_BACK, tell_of_case
from gardefou.storage import Tx


def tell_of_taking_back(tx: Tx, event: OrderEvent) -> None:
    """Let those who reported be told, where an order by which their case was upheld is taken back by somebody."""
    by_clock = event.order.proposer.kind is ActorKind.MACHINE
    if event.after is not State.EXECUTED or event.order.reverses is None or by_clock:
        return
    undone = queries.order(tx, event.order.reverses)
    if undone.case_id is None or not undone.shape.silences:
        return
    case = locked(tx, undone.case_id)
    if case.outcome is Outcome.UPHELD:
        tell_of_case(tx, actor=event.actor, now=event.now, case_id=case.id, what=TAKEN_BACK)
