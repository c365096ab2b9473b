"""Where the orders stand that were proposed in a span."""

from sqlalchemy import func, select

from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders
from gardefou.reports.figures.asked import Question
from gardefou.reports.tables import cases
from gardefou.storage import Tx


def orders_by_state(tx: Tx, asked: Question) -> dict[State, int]:
    """Return how many orders stand where; those without a case count only where nothing is narrowed."""
    counted = select(orders.c.state, func.count().label("number")).where(asked.span.within(orders.c.proposed_at))
    only = asked.only(cases)
    if only:
        counted = counted.join(cases, cases.c.id == orders.c.case_id).where(*only)
    found = {State(row["state"]): int(row["number"]) for row in tx.all(counted.group_by(orders.c.state))}
    return {state: found[state] for state in State if state in found}
