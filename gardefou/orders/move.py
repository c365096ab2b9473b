"""Take an order one step through its life: compare-and-set, effect, entry, event, listeners, in one transaction.

The only place that writes an order's state.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from gardefou.accounts.keep_tier import KEEPER, keep_tier
from gardefou.events import record
from gardefou.guard.verdict import Cleared, Reason, Refused, Verdict, to_json
from gardefou.ledger.entry import canonical
from gardefou.orders import entries, queries, rulebook
from gardefou.orders.errors import RaceLostError
from gardefou.orders.facts import target_of
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import State, VoidBecause, deed
from gardefou.orders.order import Order
from gardefou.orders.ports import OrderEvent, Ports
from gardefou.orders.step import Step
from gardefou.orders.tables import orders
from gardefou.storage import Tx

_MOVE_TIERS = frozenset({Kind.TIER_ASSIGN, Kind.ROSTER_ENTER, Kind.ROSTER_REMOVE})


def move(tx: Tx, ports: Ports, *, order: Order, to: State, step: Step, **changes: Any) -> Order:
    """Move an order, and return it as it then is.

    Raises:
        LifecycleError: there is no such step.
        RaceLostError: somebody else moved it first; nothing has changed.
    """
    word = deed(order.state, to)
    after = _set(tx, order, state=to.value, verdict=_written(step.verdict), **changes)
    return tell(tx, ports, deed=word, order=after, before=order.state, step=step)


def void(tx: Tx, ports: Ports, *, order: Order, because: VoidBecause, step: Step) -> Order:
    """End an open order for good: it can never take effect any more."""
    return move(tx, ports, order=order, to=State.VOID, step=step, ended_at=step.now, ended_because=because.value)


def remember(tx: Tx, *, order: Order, verdict: Verdict) -> Order:
    """Keep the guard's newest word with an order that does not move."""
    return _set(tx, order, verdict=_written(verdict))


def tell(
    tx: Tx,
    ports: Ports,
    *,
    deed: str,
    order: Order,
    before: State,
    step: Step,
    standing: tuple[str, str] | None = None,
) -> Order:
    """Write the entry and the event of a step, and tell the listeners."""
    entries.write(tx, deed=deed, order=order, before=before, step=step, standing=standing)
    record(
        tx,
        now=step.now,
        kind=deed,
        subject=f"order:{order.id}",
        body={"account": str(order.account_id or ""), "case": str(order.case_id or ""), "state": order.state.value},
    )
    told = OrderEvent(
        order=order,
        deed=deed,
        before=before,
        after=order.state,
        actor=step.actor,
        verdict=step.verdict,
        subject=step.subject,
        now=step.now,
    )
    for listener in ports.listeners:
        listener(tx, told)
    return order


def execute(tx: Tx, ports: Ports, *, order: Order, step: Step) -> Order:
    """Let an order take effect, its verdict being Cleared on facts read in this very transaction.

    (1) Compare-and-set to executed, naming the standing it will set. (2) Apply the effect; the database's own triggers
    check it against (1), and the order is spent. (3) Where the subject is another one now, give it a new version, and
    void whatever was open on the old one. (4) What it takes back is reversed. (5) Entry, event, listeners. (6) The tier
    that the account has now is kept.
    """
    subject = step.subject
    undone = queries.order(tx, order.reverses, lock=True) if order.reverses is not None else None
    standing_before = queries.standing_by_record(tx, subject.kind, subject.id)
    standing_after = target_of(tx, order.kind, subject, undone)
    # (1) The order names the standing it will set.
    done = _set(
        tx,
        order,
        state=State.EXECUTED.value,
        executed_at=step.now,
        target=standing_after,
        verdict=_written(step.verdict),
    )
    # (2) The effect, which the database checks against (1).
    ports.effect_of(done).apply(tx, order=done, subject=subject, now=step.now)
    done = _spent(tx, done)
    # (3) Is the subject another one now?
    if _another(tx, ports, step=step, restood=standing_before != standing_after and standing_after is not None):
        ports.subjects[subject.kind].changed(tx, subject=subject)
        _void_others(tx, ports, order=done, step=step)
    # (4) What it takes back is reversed.
    if undone is not None:
        _reverse(tx, ports, undone=undone, by=done, step=step)
    # (5) The record, and whoever listens.
    change = None if standing_after is None else (standing_before, standing_after)
    word = deed(order.state, State.EXECUTED)
    done = tell(tx, ports, deed=word, order=done, before=order.state, step=step, standing=change)
    # (6) The tier that the account has now.
    if done.kind in _MOVE_TIERS:
        book = rulebook.in_force(tx, ports.load_rulebook)
        if keep_tier(tx, actor=KEEPER, now=step.now, account_id=subject.id, book=book):
            ports.tier_rose(tx, actor=KEEPER, now=step.now, account_id=subject.id)
    return done


def _another(tx: Tx, ports: Ports, *, step: Step, restood: bool) -> bool:
    """Return whether what was signed about the subject is about something else now (promise 3).

    An account is another one once its standing, names, tier or roster are; followers, posts and addresses make it none:
    otherwise whoever may do one of these could stop everybody else's orders by it.
    """
    subject = step.subject
    if subject.account_id is None or restood:
        return True
    now = ports.subjects[subject.kind].read(tx, subject_id=subject.id, now=step.now, lock=False)
    return now is not None and now.version != subject.version


def _reverse(tx: Tx, ports: Ports, *, undone: Order, by: Order, step: Step) -> None:
    was = undone.verdict
    reason = Reason(code="taken-back", fields={"by": by.kind.value})
    verdict = Cleared(reasons=(reason,), plan=was.plan, filled=was.filled)
    move(
        tx,
        ports,
        order=undone,
        to=State.REVERSED,
        step=replace(step, verdict=verdict, facts=None, why=""),
        reversed_by=by.id,
        ended_at=step.now,
        ended_because=by.kind.value,
    )


def _void_others(tx: Tx, ports: Ports, *, order: Order, step: Step) -> None:
    subject = step.subject
    if subject.account_id is None:
        return
    reason = Reason(code="stale", fields={"order": str(order.id)})
    for other in queries.open_orders(tx, account_id=subject.account_id):
        if (other.subject_kind, other.subject_id) == (subject.kind, subject.id) and other.id != order.id:
            verdict = Refused(reasons=(reason,), plan=other.verdict.plan, filled=other.verdict.filled)
            stale = replace(step, verdict=verdict, facts=None, why="")
            void(tx, ports, order=other, because=VoidBecause.STALE, step=stale)


def _spent(tx: Tx, order: Order) -> Order:
    """Spend an executed order, unless a trigger has: one left unspent could be used by raw SQL."""
    tx.execute(
        update(orders).where(orders.c.id == order.id, orders.c.spent_at.is_(None)).values(spent_at=order.executed_at)
    )
    return queries.order(tx, order.id)


def _written(verdict: Verdict) -> str:
    return canonical(to_json(verdict)).decode()


def _set(tx: Tx, order: Order, **changes: Any) -> Order:
    changed = tx.execute(
        update(orders)
        .where(orders.c.id == order.id, orders.c.version == order.version, orders.c.state == order.state.value)
        .values(version=order.version + 1, **changes)
    )
    if changed.rowcount != 1:
        raise RaceLostError
    return queries.order(tx, order.id)
