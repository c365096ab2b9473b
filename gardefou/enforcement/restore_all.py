"""Put back everything that one person did and that is still in effect: each deed by an order of its own (promise 7).

What takes two to restore, what cannot be taken back and what the rules refuse is left out, and said. Nothing here holds
a transaction open over more than one order: stopped half-way, the next run goes on with what is left.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from gardefou.clock import Clock
from gardefou.enforcement.restore import restore
from gardefou.errors import ConflictError
from gardefou.events import Actor
from gardefou.guard.verdict import Cleared, Reason, Refused
from gardefou.orders import queries
from gardefou.orders.kinds import RESTORING
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.preview import preview
from gardefou.orders.propose import Outcome
from gardefou.staff.queries import same_human
from gardefou.storage import Database, Tx

FINAL, TWO, REFUSED, GOING = "final", "two", "refused", "going"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A deed that one press does not put back.

    Attributes:
        order: the order that did it.
        why: `final`, `two` (it takes two to restore), `refused` (to this person, by the rules), `going` (an order to
            take it back is open already).
        reasons: what the guard said, where it was asked.
    """

    order: Order
    why: str
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True, kw_only=True)
class InEffect:
    """What somebody did that is still in effect, the newest first.

    Attributes:
        ready: what one press puts back.
        left: what it leaves.
    """

    ready: list[Order] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)


def deeds_of(tx: Tx, ports: Ports, *, actor: Actor, now: int, person_id: int) -> InEffect:
    """Return what one human did that is in effect, and what of it this actor may put back alone, now.

    Args:
        tx: the open transaction; nothing is written.
        ports: what plugs in.
        actor: who would restore.
        now: the instant.
        person_id: whose deeds; whoever is the same human counts with them (promise 2).
    """
    found = InEffect()
    by = [str(Actor.person(one)) for one in same_human(tx, person_id)]
    done = sorted((one for name in by for one in queries.in_effect_by(tx, name)), key=lambda one: one.id, reverse=True)
    for order in done:
        left = _left_out(tx, ports, actor, now, order)
        if left is None:
            found.ready.append(order)
        else:
            found.left.append(left)
    return found


def _left_out(tx: Tx, ports: Ports, actor: Actor, now: int, order: Order) -> LeftOut | None:
    """Return why an order in effect is left out; None when this actor may take it back alone."""
    if order.shape.final:
        return LeftOut(order=order, why=FINAL)
    kind = RESTORING[order.subject_kind]
    standing = queries.standing_on(tx, kind, order.subject_kind, order.subject_id)
    if standing is not None and standing.open:
        return LeftOut(order=order, why=GOING)
    seen = preview(tx, ports, actor=actor, now=now, kind=kind.value, subject_id=order.subject_id, reverses=order.id)
    if seen is None or isinstance(seen.verdict, Cleared):
        return None
    if isinstance(seen.verdict, Refused):
        return LeftOut(order=order, why=REFUSED, reasons=seen.verdict.reasons)
    return LeftOut(order=order, why=TWO, reasons=seen.verdict.reasons)


def restore_all(
    db: Database,
    ports: Ports,
    *,
    actor: Actor,
    clock: Clock,
    person_id: int,
    why: str = "",
    until: Callable[[], bool] = lambda: False,
) -> Generator[Outcome]:
    """Put back, one transaction each, whatever this actor may put back alone, and yield what became of each.

    Args:
        db: the database.
        ports: what plugs in.
        actor: who restores.
        clock: says when each is done.
        person_id: whose deeds.
        why: one sentence for the record, the same on each.
        until: asked before each; when it says so, the rest is left for the next run.
    """
    with db.reading() as tx:
        ready = deeds_of(tx, ports, actor=actor, now=clock.now(), person_id=person_id).ready
    for order in ready:
        if until():
            return
        try:
            with db.transaction() as tx:
                outcome = restore(
                    tx,
                    ports,
                    actor=actor,
                    now=clock.now(),
                    subject_kind=order.subject_kind,
                    subject_id=order.subject_id,
                    why=why,
                    case_id=order.case_id,
                    reverses=order.id,
                )
        except ConflictError:
            continue  # Somebody else took it back meanwhile, or it lifted by itself.
        yield outcome


def put_back(outcome: Outcome) -> bool:
    """Return whether a restore took effect."""
    return outcome.order.state is State.EXECUTED
