"""What this very person could do to an order now: asked of the guard, written nowhere."""

from dataclasses import dataclass

from gardefou.desk.why import Why, why
from gardefou.guard.verdict import Reason, Refused
from gardefou.orders import queries, rulebook
from gardefou.orders.approve import judge as judge_approval
from gardefou.orders.kinds import RESTORING
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.preview import preview
from gardefou.orders.veto import judge
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Whether something can be done by the reader, and if not, why not; `place` is the one their yes would fill."""

    allowed: bool
    place: int | None = None
    why_not: tuple[Why, ...] = ()


def _refused(found: tuple[Reason, ...], me: SignedIn, now: int) -> Right:
    return Right(allowed=False, why_not=why(found, me=me, now=now))


def to_veto(tx: Tx, ports: Ports, *, me: SignedIn, order: Order, now: int) -> Right | None:
    """Return whether the reader may stop the order; None when there is nothing to stop."""
    if not order.open:
        return None
    verdict = judge(tx, ports, actor=me.actor, order=order, now=now)
    return _refused(verdict.reasons, me, now) if isinstance(verdict, Refused) else Right(allowed=True)


def to_sign(tx: Tx, ports: Ports, *, me: SignedIn, order: Order, subject: Subject, now: int) -> Right | None:
    """Return whether the reader's yes would fill an open place; None when no yes is asked of them."""
    if order.state is not State.WAITING or order.proposer == me.actor:
        return None
    if any(row["person_id"] == me.person_id for row in queries.approvals(tx, order.id)):
        return None
    book = rulebook.in_force(tx, ports.load_rulebook)
    _, after, against = judge_approval(tx, ports, book, order=order, subject=subject, actor=me.actor, now=now)
    if against:
        return _refused(against, me, now)
    key = str(me.person_id)
    return Right(allowed=True, place=after.filled.index(key) if key in after.filled else None)


def to_restore(tx: Tx, ports: Ports, *, me: SignedIn, order: Order, now: int) -> Right | None:
    """Return whether the reader may take the order back at once; None when it is not in effect, or final."""
    if not order.in_effect or not order.shape.silences or order.shape.final:
        return None
    kind = RESTORING[order.subject_kind]
    subject_id = order.subject_id
    seen = preview(tx, ports, actor=me.actor, now=now, kind=kind.value, subject_id=subject_id, reverses=order.id)
    if seen is None:
        return None
    return _refused(seen.verdict.reasons, me, now) if isinstance(seen.verdict, Refused) else Right(allowed=True)
