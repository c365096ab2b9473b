"""Take an order one step through its life: compare-and-set, effect, entry, event, listeners, in one transaction.

The only place that writes an order's state.
"""

from typing import Any

from sqlalchemy import update

from gardefou.clock import Micros
from gardefou.events import Actor, record
from gardefou.guard.verdict import Verdict
from gardefou.orders import entries, queries
from gardefou.orders.errors import RaceLostError
from gardefou.orders.facts import Facts, target_of
from gardefou.orders.lifecycle import State, VoidBecause, deed
from gardefou.orders.order import Order
from gardefou.orders.ports import OrderEvent, Ports, Subject
from gardefou.orders.tables import orders
from gardefou.storage import Tx


def move(
    tx: Tx,
    ports: Ports,
    *,
    order: Order,
    to: State,
    actor: Actor,
    subject: Subject,
    verdict: Verdict,
    facts: Facts | None,
    now: int,
    why: str = "",
    **changes: Any,
) -> Order:
    """Move an order, and return it as it then is.

    Raises:
        LifecycleError: there is no such step.
        RaceLostError: somebody else moved it first; nothing has changed.
    """
    word = deed(order.state, to)
    after = _set(tx, order, state=to.value, **changes)
    return tell(
        tx, ports, deed=word, order=after, before=order.state, actor=actor, subject=subject, verdict=verdict,
        facts=facts, standing=None, now=now, why=why,
    )


def _set(tx: Tx, order: Order, **changes: Any) -> Order:
    changed = tx.execute(
        update(orders)
        .where(orders.c.id == order.id, orders.c.version == order.version, orders.c.state == order.state.value)
        .values(version=order.version + 1, **changes)
    )
    if changed.rowcount != 1:
        raise RaceLostError
    return queries.order(tx, order.id)


def tell(
    tx: Tx,
    ports: Ports,
    *,
    deed: str,
    order: Order,
    before: State,
    actor: Actor,
    subject: Subject,
    verdict: Verdict,
    facts: Facts | None,
    standing: tuple[str, str] | None,
    now: int,
    why: str = "",
) -> Order:
    """Write the entry and the event of a step, and tell the listeners."""
    entries.write(
        tx, deed=deed, order=order, before=before, actor=actor, subject=subject, verdict=verdict, facts=facts,
        standing=standing, now=now, why=why,
    )
    record(
        tx,
        now=now,
        kind=deed,
        subject=f"order:{order.id}",
        body={"account": str(order.account_id or ""), "case": str(order.case_id or ""), "state": order.state.value},
    )
    step = OrderEvent(
        order=order, deed=deed, before=before, after=order.state, actor=actor, verdict=verdict, subject=subject, now=now
    )
    for listener in ports.listeners:
        listener(tx, step)
    return order


def execute(
    tx: Tx, ports: Ports, *, order: Order, actor: Actor, subject: Subject, verdict: Verdict, facts: Facts, now: int
) -> Order:
    """Let an order take effect, its verdict being Cleared on facts read in this very transaction.

    Steps:
        (1) Compare-and-set to executed, naming the standing it will set.
        (2) Apply the effect; the database's own trigger checks it against (1) and spends the order.
        (3) The subject is another one now: give it a new version, and void whatever was open on the old one.
        (4) What it takes back is reversed.
        (5) Entry, event, listeners.
    """
    undone = queries.order(tx, order.reverses, lock=True) if order.reverses is not None else None
    standing_before = queries.standing_by_record(tx, subject.kind, subject.id)
    standing_after = target_of(tx, order.kind, subject, undone)
    # (1)
    done = _set(tx, order, state=State.EXECUTED.value, executed_at=now, target=standing_after)
    # (2)
    ports.effects[subject.kind].apply(tx, order=done, subject=subject, now=now)
    done = queries.order(tx, done.id)
    # (3)
    ports.subjects[subject.kind].changed(tx, subject=subject)
    _void_others(tx, ports, order=done, actor=actor, subject=subject, verdict=verdict, now=now)
    # (4)
    if undone is not None:
        _reverse(tx, ports, undone=undone, by=done, actor=actor, subject=subject, verdict=verdict, now=now)
    # (5)
    change = None if standing_after is None else (standing_before, standing_after)
    return tell(
        tx, ports, deed=deed(order.state, State.EXECUTED), order=done, before=order.state, actor=actor,
        subject=subject, verdict=verdict, facts=facts, standing=change, now=now,
    )


def _reverse(
    tx: Tx, ports: Ports, *, undone: Order, by: Order, actor: Actor, subject: Subject, verdict: Verdict, now: int
) -> None:
    move(
        tx, ports, order=undone, to=State.REVERSED, actor=actor, subject=subject, verdict=verdict, facts=None,
        now=now, reversed_by=by.id, ended_at=now, ended_because=by.kind.value,
    )


def _void_others(
    tx: Tx, ports: Ports, *, order: Order, actor: Actor, subject: Subject, verdict: Verdict, now: Micros | int
) -> None:
    for other in queries.open_orders(tx, account_id=subject.account_id) if subject.account_id is not None else []:
        same = (other.subject_kind, other.subject_id) == (subject.kind, subject.id)
        if same and other.id != order.id:
            void(
                tx, ports, order=other, because=VoidBecause.STALE, actor=actor, subject=subject, verdict=verdict,
                facts=None, now=now,
            )


def void(
    tx: Tx,
    ports: Ports,
    *,
    order: Order,
    because: VoidBecause,
    actor: Actor,
    subject: Subject,
    verdict: Verdict,
    facts: Facts | None,
    now: int,
    why: str = "",
) -> Order:
    """End an open order for good: it can never take effect any more."""
    return move(
        tx, ports, order=order, to=State.VOID, actor=actor, subject=subject, verdict=verdict, facts=facts, now=now,
        why=why, ended_at=now, ended_because=because.value,
    )
