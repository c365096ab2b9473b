"""Find an order's subject, and an open order with it, locked in the one order that cannot deadlock: account first."""

from collections.abc import Mapping
from dataclasses import replace

from gardefou.accounts.queries import accounts, subject_values
from gardefou.guard.rulebook import higher
from gardefou.guard.rules import tier_of
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
        return _as_protected_as(tx, ports, found, kind, change, now)
    if shape.creates:
        return Subject(kind=shape.subject_kind, id=subject_id, account_id=None, version=0, label=change.get("name", ""))
    raise UnknownSubjectError(f"there is no {shape.subject_kind} {subject_id}")


def _as_protected_as(
    tx: Tx, ports: Ports, subject: Subject, kind: Kind, change: Mapping[str, str], now: int
) -> Subject:
    """Return the subject with the tier of whoever else the order touches, if that is higher.

    Otherwise what nobody does alone to one account could be done from the other side, by naming it.
    """
    touching = ports.touching.get(kind.value)
    if touching is None:
        return subject
    book = rulebook.in_force(tx, ports.load_rulebook)
    tier = str(subject.values.get("reached_tier", ""))
    for row in accounts(tx, touching.others(tx, change=change)).values():
        tier = higher(tier, tier_of(book, subject_values(tx, row, now)))
    return replace(subject, values={**subject.values, "reached_tier": tier})


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
