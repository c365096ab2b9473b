"""Find an open order with its subject, locked in the one order that cannot deadlock: account first, order second."""

from gardefou.orders import queries
from gardefou.orders.errors import UnknownSubjectError
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.storage import Tx


def locked(tx: Tx, ports: Ports, *, order_id: int, now: int) -> tuple[Order, Subject]:
    """Return the order and its subject, both locked until the transaction ends.

    Raises:
        UnknownOrderError: there is no such order.
        UnknownSubjectError: its subject is gone.
    """
    seen = queries.order(tx, order_id)
    subject = ports.subjects[seen.subject_kind].read(tx, subject_id=seen.subject_id, now=now, lock=True)
    if subject is None:
        raise UnknownSubjectError(f"there is no {seen.subject_kind} {seen.subject_id} any more")
    return queries.order(tx, order_id, lock=True), subject
