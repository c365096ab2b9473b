"""The receipts of an order, for whoever proposed it; nobody else is offered any."""

from gardefou.redress.receipts import of_proposer
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.watch import who as watch


def receipts(tx: Tx, *, me: SignedIn, order_id: int) -> list[tuple[int, int, str]]:
    """Return each step of the reader's own order: its place in the record, when, and what it says."""
    steps = of_proposer(tx, order_id=order_id, person_id=me.person_id)
    return [(line.index, line.at, watch.deed(line)) for line in watch.lines(tx, steps)]
