"""Enter a rota: one order for each person whose shifts it would change; before the founding, at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gardefou.events import Actor
from gardefou.guard.verdict import Reason, Refused
from gardefou.orders import papers, queries
from gardefou.orders.kinds import Kind
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.propose import prepare
from gardefou.safeguards.errors import ChangeError
from gardefou.safeguards.found import founded
from gardefou.safeguards.rota import spell_spans
from gardefou.safeguards.rota_plan import Part, RotaPlan
from gardefou.staff.add_shift import add_shift
from gardefou.staff.rota.rows import Fault
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of a rota, or would become of it.

    Attributes:
        parts: whose shifts it enters or asks for.
        orders: those proposed.
        drawn: the papers that the proposer has to sign first, by number.
        left: who was passed over, and why.
        refused: why the guard refuses it to this person; nothing was proposed after that.
        at_once: whether the shifts need no order, the house not being founded.
    """

    parts: tuple[Part, ...] = ()
    orders: tuple[Order, ...] = ()
    drawn: tuple[int, ...] = ()
    left: tuple[Fault, ...] = ()
    refused: tuple[Reason, ...] = ()
    at_once: bool = False

    @property
    def asked(self) -> int:
        """How many shifts it enters or asks for."""
        return sum(len(part.fresh) for part in self.parts)

    @property
    def shifts(self) -> int:
        """How many of them were added without an order."""
        return self.asked if self.at_once else 0

    @property
    def useless(self) -> bool:
        """Whether nothing of it could be used, since all of it was passed over."""
        return bool(self.left) and not self.parts and not self.refused


def enter_rota(tx: Tx, ports: Ports, *, actor: Actor, now: int, plan: RotaPlan, comment: str = "") -> Entered:
    """Propose every person's part of a rota, or none: a part that is wrong keeps all of them out.

    The proposer's own shifts are left to somebody else: nobody has a part in what widens their rights. So is
    somebody of whom an order is open. Where the rules ask for a signature that does not come by itself, a paper
    is drawn up.

    Raises:
        ChangeError: something is wrong with the rota.
    """
    if plan.faults:
        first = plan.faults[0]
        raise ChangeError(f"{first.where}: {first.words}" if first.where else first.words, field="shifts")
    parts = [part for part in plan.parts if part.fresh]
    if not founded(tx):
        for part in parts:
            for starts, ends in part.fresh:
                add_shift(tx, actor=actor, now=now, person_id=part.person_id, starts=starts, ends=ends)
        return Entered(parts=tuple(parts), at_once=True)
    parts, left = _sorted_out(tx, parts, actor=actor, now=now, comment=comment)
    orders: list[Order] = []
    drawn: list[int] = []
    for number, part in enumerate(parts):
        made = papers.propose_or_draw(tx, ports, actor=actor, now=now, **_asked(part), comment=comment)
        if isinstance(made, int):
            drawn.append(made)
        elif isinstance(made.verdict, Refused):
            return Entered(parts=tuple(parts[:number]), orders=tuple(orders), left=left, refused=made.verdict.reasons)
        else:
            orders.append(made.order)
    return Entered(parts=tuple(parts), orders=tuple(orders), drawn=tuple(drawn), left=left)


def try_rota(tx: Tx, ports: Ports, *, actor: Actor, now: int, plan: RotaPlan) -> Entered:
    """Return what would become of a rota, as the guard says it now to whoever would propose it; nothing is written."""
    parts = [part for part in plan.parts if part.fresh]
    if not founded(tx):
        return Entered(parts=tuple(parts), at_once=True)
    parts, left = _sorted_out(tx, parts, actor=actor, now=now, comment="")
    for part in parts:
        draft = prepare(tx, ports, actor=actor, now=now, **_asked(part))
        if isinstance(draft.verdict, Refused):
            return Entered(left=left, refused=draft.verdict.reasons)
    return Entered(parts=tuple(parts), left=left)


def _asked(part: Part) -> Mapping[str, Any]:
    """Return what is asked for one person, as `propose` takes it."""
    change = {"shifts": spell_spans(part.fresh)}
    return {"kind": Kind.ROTA_ENTER.value, "subject_id": part.person_id, "change": change}


def _sorted_out(
    tx: Tx, parts: list[Part], *, actor: Actor, now: int, comment: str
) -> tuple[list[Part], tuple[Fault, ...]]:
    """Return the parts that this person can ask for now, and whom they leave out, with the reason."""
    passed = {part: _why_not(tx, part, actor=actor, now=now, comment=comment) for part in parts}
    left = tuple(Fault(part.name, words) for part, words in passed.items() if words)
    return [part for part, words in passed.items() if not words], left


def _why_not(tx: Tx, part: Part, *, actor: Actor, now: int, comment: str) -> str:
    if part.person_id == actor.person_id:
        return _("your own shifts are for somebody else to propose")
    found = queries.standing_on(tx, Kind.ROTA_ENTER, "person", part.person_id)
    if found is not None and found.open:
        return _(
            "order %(order)s for this person is open; once it is signed or withdrawn, send these again", order=found.id
        )
    if papers.is_drawn(tx, actor=actor, now=now, asked={**_asked(part), "comment": comment}):
        return _("is drawn up already, and waits for your own signature")
    return ""
