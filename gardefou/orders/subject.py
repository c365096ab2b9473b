"""Find an order's subject, and an open order with it, locked in the one order that cannot deadlock: account first."""

from collections.abc import Mapping

from gardefou.orders import queries, rulebook
from gardefou.orders.errors import UnknownSubjectError
from gardefou.orders.kinds import SHAPES, SILENCING, Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.storage import Tx


def subject_of(
    tx: Tx, ports: Ports, *, kind: Kind, subject_id: int, change: Mapping[str, str], now: int, lock: bool
) -> Subject:
    """Return what an order acts upon; what it would itself create goes by the name it is to have.

    Raises:
        UnknownSubjectError: there is no such thing, or not any more.
    """
    shape = SHAPES[kind]
    found = ports.subjects[shape.subject_kind].read(tx, subject_id=subject_id, now=now, lock=lock)
    if found is not None:
        return found
    if shape.creates:
        return Subject(kind=shape.subject_kind, id=subject_id, account_id=None, version=0, label=change.get("name", ""))
    raise UnknownSubjectError(f"there is no {shape.subject_kind} {subject_id}")


def locked(tx: Tx, ports: Ports, *, order_id: int, now: int) -> tuple[Order, Subject]:
    """Return the order and its subject, both locked until the transaction ends; caps too, where it silences.

    Raises:
        UnknownOrderError: there is no such order.
        UnknownSubjectError: its subject is gone.
    """
    seen = queries.order(tx, order_id)
    subject = subject_of(tx, ports, kind=seen.kind, subject_id=seen.subject_id, change=seen.change, now=now, lock=True)
    order = queries.order(tx, order_id, lock=True)
    if order.kind in SILENCING:
        rulebook.hold_still(tx)
    return order, subject
