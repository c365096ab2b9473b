"""Drive the clocks: take every open order as far as the guard lets it go now.

The worker calls it, and so may any request. A late, doubled or racing driver is harmless: each step is read again,
decided again and compared-and-set.
"""

from dataclasses import replace
from typing import assert_never

from sqlalchemy import select

from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.events.actor import CLOCK
from gardefou.guard.verdict import Cleared, Held, Reason, Refused, Verdict, Waiting
from gardefou.orders import move, queries, rulebook
from gardefou.orders.digest import as_signed
from gardefou.orders.errors import UnknownSubjectError
from gardefou.orders.facts import facts_of
from gardefou.orders.kinds import LIFTING, SILENCING
from gardefou.orders.lifecycle import OPEN, State, VoidBecause
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.propose import Outcome, held_times, propose
from gardefou.orders.step import Step
from gardefou.orders.subject import locked
from gardefou.orders.tables import orders
from gardefou.storage import Tx


def due(tx: Tx, *, limit: int = 10_000) -> list[int]:
    """Return the orders a driver should look at: every open one, those that end soonest first."""
    soonest = select(orders.c.id).where(orders.c.state.in_([state.value for state in OPEN]))
    ordered = soonest.order_by(orders.c.effect_at.is_(None), orders.c.effect_at, orders.c.id).limit(limit)
    return [int(row["id"]) for row in tx.all(ordered)]


def lifts_due(tx: Tx, *, now: int, limit: int = 200) -> list[int]:
    """Return the orders in effect whose set end has passed."""
    passed = select(orders.c.id).where(
        orders.c.state == State.EXECUTED.value,
        orders.c.lift_at <= now,
        orders.c.kind.in_([kind.value for kind in SILENCING]),
    )
    return [int(row["id"]) for row in tx.all(passed.order_by(orders.c.lift_at).limit(limit))]


def drive(tx: Tx, ports: Ports, *, now: int, order_id: int, actor: Actor = CLOCK) -> Order:
    """Take an open order as far as it goes now; anything else is returned as it is.

    Args:
        tx: the open transaction.
        ports: what plugs in.
        now: the instant.
        order_id: the order.
        actor: whose hand it is: the clock's, or the approver's whose yes was the last.
    """
    try:
        order, subject = locked(tx, ports, order_id=order_id, now=now)
    except UnknownSubjectError:
        return _gone(tx, ports, order_id=order_id, now=now)
    if not order.open:
        return order
    book = rulebook.in_force(tx, ports.load_rulebook)
    facts = facts_of(tx, book, order=order, subject=subject, now=now)
    verdict = facts.decide(book)
    step = Step(actor=actor, subject=subject, verdict=verdict, facts=facts, now=now)
    because = _void_because(order, subject, verdict, book.digest, now)
    if because is None and isinstance(verdict, Cleared) and not _still_fits(tx, ports, order, subject, now):
        because = VoidBecause.STALE
    if because is not None:
        return move.void(tx, ports, order=order, because=because, step=replace(step, actor=CLOCK))
    return _go_on(tx, ports, order, step)


def _gone(tx: Tx, ports: Ports, *, order_id: int, now: int) -> Order:
    """Void an open order whose subject is there no more: a post that its author deleted."""
    order = queries.order(tx, order_id, lock=True)
    if not order.open:
        return order
    gone = Subject(
        kind=order.subject_kind,
        id=order.subject_id,
        account_id=order.account_id,
        version=0,
        label=str(order.subject_id),
    )
    reason = Reason(code="subject-gone", fields={"rule": order.rules[0] if order.rules else ""})
    verdict = Refused(reasons=(reason,), plan=order.verdict.plan, filled=order.verdict.filled)
    step = Step(actor=CLOCK, subject=gone, verdict=verdict, now=now)
    return move.void(tx, ports, order=order, because=VoidBecause.STALE, step=step)


def _still_fits(tx: Tx, ports: Ports, order: Order, subject: Subject, now: int) -> bool:
    """Return whether what a safeguard is to become could still be signed as it was."""
    reader = ports.changes.get(order.kind.value)
    if reader is None:
        return True
    given = {name: text for name, text in order.change.items() if name in reader.given}
    try:
        return dict(reader.check(tx, subject=subject, change=given, now=now)) == order.change
    except BadInputError:
        return False


def _void_because(order: Order, subject: Subject, verdict: Verdict, digest: bytes, now: int) -> VoidBecause | None:
    """Return why an open order can no longer take effect, if so.

    (1) it, or its subject, is no longer what was signed; (2) the rules are others; (3) a clock has run out; (4) the
    people it rests on may not do it any more: the proposer, or, once held, any of the quorum.
    """
    # (1) The order itself, which nothing of ours ever edits, and its subject.
    if not as_signed(order) or subject.version != order.subject_version:
        return VoidBecause.STALE
    # (2) The rules.
    if digest != order.rulebook_digest:
        return VoidBecause.RULES
    # (3) The clocks.
    if order.state is State.WAITING and order.approve_by is not None and now >= order.approve_by:
        return VoidBecause.EXPIRED
    if order.execute_by is not None and now > order.execute_by:
        return VoidBecause.EXPIRED
    # (4) The people.
    if isinstance(verdict, Refused) or (order.state is State.HELD and isinstance(verdict, Waiting)):
        return VoidBecause.INELIGIBLE
    return None


def _go_on(tx: Tx, ports: Ports, order: Order, step: Step) -> Order:
    match step.verdict:
        case Cleared():
            # While executions are stopped an order waits; its second clock may run out, and then it is void.
            stopped = ports.executions_stopped() and not order.shape.undoes
            return order if stopped else move.execute(tx, ports, order=order, step=step)
        case Held(until=until):
            if order.state is State.HELD:
                return order
            times = held_times(order, until=until, now=step.now)
            return move.move(tx, ports, order=order, to=State.HELD, step=step, **times)
        case Waiting() | Refused():
            return order
        case _ as never:
            assert_never(never)


def lift(tx: Tx, ports: Ports, *, now: int, order_id: int) -> Outcome | None:
    """Take back an order whose set end has passed; late is allowed, and the record shows by how much."""
    order, _ = locked(tx, ports, order_id=order_id, now=now)
    if not order.in_effect or order.lift_at is None or order.lift_at > now:
        return None
    return propose(
        tx,
        ports,
        actor=CLOCK,
        now=now,
        kind=LIFTING[order.subject_kind].value,
        subject_id=order.subject_id,
        reverses=order.id,
        case_id=order.case_id,
    )
