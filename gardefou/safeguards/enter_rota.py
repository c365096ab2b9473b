"""Enter a rota: one order for each person whose shifts it would change; before the founding, at once."""

from dataclasses import dataclass

from gardefou.events import Actor
from gardefou.guard.verdict import Reason, Refused
from gardefou.orders.errors import AlreadyOpenError
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.propose import propose
from gardefou.safeguards.errors import ChangeError
from gardefou.safeguards.found import founded
from gardefou.safeguards.rota import spell_spans
from gardefou.safeguards.rota_plan import RotaPlan
from gardefou.staff.add_shift import add_shift
from gardefou.staff.rota.rows import Fault
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of a rota.

    Attributes:
        orders: those proposed.
        shifts: how many were added at once, the house not being founded.
        left: who was passed over, and why.
        refused: why the guard refuses it to this person; nothing was proposed after that.
    """

    orders: tuple[Order, ...] = ()
    shifts: int = 0
    left: tuple[Fault, ...] = ()
    refused: tuple[Reason, ...] = ()


def enter_rota(tx: Tx, ports: Ports, *, actor: Actor, now: int, plan: RotaPlan, comment: str = "") -> Entered:
    """Propose every person's part of a rota, or none: a part that is wrong keeps all of them out.

    The proposer's own shifts are left to somebody else: nobody has a part in what widens their rights.

    Raises:
        ChangeError: something is wrong with the rota.
    """
    if plan.faults:
        raise ChangeError(f"{plan.faults[0].where}: {plan.faults[0].words}", field="shifts")
    parts = [part for part in plan.parts if part.fresh]
    if not founded(tx):
        for part in parts:
            for starts, ends in part.fresh:
                add_shift(tx, actor=actor, now=now, person_id=part.person_id, starts=starts, ends=ends)
        return Entered(shifts=plan.shifts)
    orders: list[Order] = []
    left: list[Fault] = []
    for part in parts:
        if part.person_id == actor.person_id:
            left.append(Fault(part.name, _("your own shifts are for somebody else to propose")))
            continue
        change = {"shifts": spell_spans(part.fresh)}
        kind = Kind.ROTA_ENTER.value
        try:
            made = propose(
                tx, ports, actor=actor, now=now, kind=kind, subject_id=part.person_id, change=change, comment=comment
            )
        except AlreadyOpenError as problem:
            words = _("order %(order)s for this person is open", order=str(problem.fields.get("order", "")))
            left.append(Fault(part.name, words))
            continue
        if isinstance(made.verdict, Refused):
            return Entered(orders=tuple(orders), left=tuple(left), refused=made.verdict.reasons)
        orders.append(made.order)
    return Entered(orders=tuple(orders), left=tuple(left))
