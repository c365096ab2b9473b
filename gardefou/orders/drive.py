"""Drive the clocks: take every open order as far as the guard lets it go now.

The worker calls it, and so may any request. A late, doubled or racing driver is harmless: each step is read again,
decided again and compared-and-set.
"""

from dataclasses import replace
from typing import assert_never

from sqlalchemy import Select, exists, func, or_, select

from gardefou.clock import MINUTE
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.events.actor import CLOCK
from gardefou.guard.verdict import Cleared, Held, Reason, Refused, Verdict, Waiting
from gardefou.orders import move, queries, rulebook
from gardefou.orders.digest import as_signed
from gardefou.orders.errors import UnknownSubjectError
from gardefou.orders.facts import facts_of
from gardefou.orders.kinds import LIFTING, SILENCING, Kind
from gardefou.orders.lifecycle import OPEN, State, VoidBecause
from gardefou.orders.near import seen_near
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.propose import Outcome, held_times, propose
from gardefou.orders.step import Step
from gardefou.orders.subject import locked
from gardefou.orders.tables import orders
from gardefou.storage import Tx

#: How long a lift that the rules refused is let be.
ASK_AGAIN_AFTER = 10 * MINUTE


def due(tx: Tx, *, struck_by: int | None = None, after: int = 0, limit: int | None = None) -> list[int]:
    """Return the open orders, those that end soonest first; with a limit, by id, so that a reader can page on.

    Args:
        tx: the open transaction.
        struck_by: only those one of whose clocks has run out by this instant.
        after: only those with a greater id.
        limit: how many at most; None is all.
    """
    found = select(orders.c.id).where(orders.c.state.in_([state.value for state in OPEN]), orders.c.id > after)
    if struck_by is not None:
        clocks = (orders.c.approve_by, orders.c.effect_at, orders.c.execute_by)
        found = found.where(or_(*(clock <= struck_by for clock in clocks)))
    soonest = (orders.c.effect_at.is_(None), orders.c.effect_at) if limit is None else ()
    return [int(row["id"]) for row in tx.all(found.order_by(*soonest, orders.c.id).limit(limit))]


def lifts_due(tx: Tx, *, now: int) -> list[int]:
    """Return every order to take back now: what froze or hid an account first, then what has waited longest.

    However many cannot be lifted, the others are all there. What the clock has asked for and was refused is asked for
    again after ten minutes: each refusal is written, and a round comes four times a second.
    """
    asked = orders.alias("asked")
    lately = exists().where(
        asked.c.subject_kind == orders.c.subject_kind,
        asked.c.subject_id == orders.c.subject_id,
        asked.c.state == State.REFUSED.value,
        asked.c.reverses == orders.c.id,
        asked.c.proposer == str(CLOCK),
        asked.c.proposed_at > now - ASK_AGAIN_AFTER,
    )
    return [int(row["id"]) for row in tx.all(_over(now).where(~lately))]


def overdue(tx: Tx, *, since: int) -> int:
    """Return how many orders in effect have outlasted their set end, refused or not."""
    return int(tx.scalar(select(func.count()).select_from(_over(since).subquery())))


def _over(at: int) -> Select[tuple[int]]:
    """Return the question for the orders in effect whose set end has passed, the gravest first.

    Where a post was deleted by order, nothing is left to lift.
    """
    silent = [Kind.ACCOUNT_HIDE.value, Kind.ACCOUNT_FREEZE.value]
    end = orders.alias("end")
    deleted = exists().where(
        end.c.subject_kind == orders.c.subject_kind,
        end.c.subject_id == orders.c.subject_id,
        end.c.state == State.EXECUTED.value,
        end.c.kind == Kind.POST_DELETE.value,
    )
    passed = select(orders.c.id).where(
        orders.c.state == State.EXECUTED.value,
        orders.c.lift_at <= at,
        orders.c.kind.in_([kind.value for kind in SILENCING]),
        ~deleted,
    )
    return passed.order_by(orders.c.kind.not_in(silent), orders.c.lift_at, orders.c.id)


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
    plain = facts_of(tx, book, order=order, subject=subject, now=now)
    facts = seen_near(tx, ports, book, plain, kind=order.kind, subject=subject)
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
            stopped = ports.stops(order.kind, order.change)
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
    """Take back an order whose set end has passed; late is allowed, and the record shows by how much.

    Returns:
        What became of it; None where there was nothing to lift, or no more.

    Raises:
        UnknownSubjectError: its subject is gone.
    """
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
