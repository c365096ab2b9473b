"""Who looks after an open order, as its page says it."""

from dataclasses import dataclass

from gardefou.desk.handover import colleagues
from gardefou.desk.people import known, named
from gardefou.orders.look_after import CARETAKERS, named_for
from gardefou.orders.order import Order
from gardefou.staff.queries import engaged_as
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Tx
from gardefou.words import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAfter:
    """Who it is, in a sentence; to whom the reader may hand it; whether they may take it themselves."""

    words: str
    colleagues: tuple[tuple[str, str], ...]
    take: bool


def looked_after(tx: Tx, order: Order, *, me: SignedIn, now: int) -> LookedAfter | None:
    """Return who looks after an order; None for one that is over, or that no person proposed and nobody looks after."""
    owner = named_for(tx, [order.id]).get(order.id, order.proposer.person_id)
    if not order.open or owner is None:
        return None
    able = engaged_as(tx, CARETAKERS, now)
    works = any(one.id == me.person_id for one in able)
    hands = works and (owner == me.person_id or Role.DUTY_MANAGER in me.roles)
    if owner == me.person_id:
        words = _("You look after it.")
    else:
        words = _("%(name)s looks after it.", name=named(owner, known(tx, [], now, also=[owner])))
    return LookedAfter(
        words=words,
        colleagues=tuple(colleagues(able, me, now)) if hands else (),
        take=works and not hands,
    )
