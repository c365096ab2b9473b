"""A case that is answered by an order which has yet to take effect: it waits, out of everybody's queue.

Somebody has decided it, and nothing is to be done until the order has an end. It is open all the same: its page says
which order it waits for, reports come to it, and who opens it may decide otherwise. If the order ends without effect
the case comes back as what it was.
"""

from sqlalchemy import delete, select, update

from gardefou.events import Actor, record
from gardefou.orders.kinds import SILENCING
from gardefou.orders.lifecycle import OPEN
from gardefou.orders.tables import orders
from gardefou.reports.case import Case
from gardefou.reports.tables import cases, lease
from gardefou.storage import Tx

_OPEN = [state.value for state in OPEN]
_ANSWERS = [kind.value for kind in SILENCING]


def wait_for(tx: Tx, *, actor: Actor, now: int, case: Case, order_id: int) -> None:
    """Let a case wait for the order that was proposed under it; nobody has to hold it meanwhile.

    Args:
        tx: the open transaction, in which the case is locked.
        actor: who proposed the order.
        now: the instant.
        case: the case, as it was locked.
        order_id: the order.
    """
    _set(tx, case, now, order_id)
    tx.execute(delete(lease).where(lease.c.case_id == case.id))
    record(tx, now=now, kind="case.waits", subject=case.subject, body={"order": str(order_id), "by": str(actor)})


def come_back(tx: Tx, *, actor: Actor, now: int, case: Case, order_id: int) -> None:
    """Bring a case back into the queue whose order ended without effect, unless another order answers it.

    Args:
        tx: the open transaction, in which the case is locked.
        actor: who ended the order, or the house.
        now: the instant.
        case: the case, as it was locked.
        order_id: the order that ended; a case that waits for another one goes on waiting.
    """
    if case.order_id != order_id:
        return
    mine = orders.c.case_id == case.id, orders.c.state.in_(_OPEN), orders.c.kind.in_(_ANSWERS)
    other = tx.scalar(select(orders.c.id).where(*mine).order_by(orders.c.id.desc()).limit(1))
    _set(tx, case, now, None if other is None else int(other))
    if other is None:
        record(
            tx, now=now, kind="case.came_back", subject=case.subject, body={"order": str(order_id), "by": str(actor)}
        )


def _set(tx: Tx, case: Case, now: int, order_id: int | None) -> None:
    changed = {"order_id": order_id, "version": case.version + 1, "updated_at": now}
    tx.execute(update(cases).where(cases.c.id == case.id).values(**changed))
