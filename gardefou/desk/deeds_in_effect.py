"""What else somebody did that is still in effect, reached from one of their orders; put back with one press.

For whoever may restore, at any hour: restoring never waits for auditors (promise 7). It shows accounts and deeds that
are in effect, each of which names its proposer on its own page; the person's whole record stays with the two auditors
who sign for it (ADR 0022).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.clock import SECOND, Clock
from gardefou.desk import labels
from gardefou.desk.forms import fields_of
from gardefou.desk.frame import frame
from gardefou.desk.order_view import subject_of
from gardefou.desk.people import known, spoken_of
from gardefou.desk.session import AnyRequest
from gardefou.desk.why import Why, why
from gardefou.enforcement.restore_all import FINAL, GOING, REFUSED, InEffect, LeftOut, deeds_of, put_back, restore_all
from gardefou.may import May
from gardefou.orders import queries
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

#: How long one press works before it says how far it has come; the page then goes on by itself, or waits to be pressed.
AT_ONCE = 2 * SECOND
WHY_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One order in effect: what it did to whom, and, where it is left out, why."""

    order: Order
    title: str
    because: str = ""
    why_not: tuple[Why, ...] = ()


@get("/desk/orders/{order_id:int}/others", may=May.STAFF, kept=True, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int, done: int = 0) -> Template:
    """Show what the order's proposer did that is still in effect; `done`: how many were put back just now."""
    return _page(db, ports, me=me, now=clock.now(), order_id=order_id, done=max(0, done))


def _page(
    db: Database, ports: Ports, *, me: SignedIn, now: int, order_id: int, done: int, going: bool = False, said: str = ""
) -> Template:
    """Return the page; `going` says that the last press ran out of time, so that it goes on, with what was `said`."""
    with db.reading() as tx:
        order = queries.order(tx, order_id)
        person_id = order.proposer.person_id
        found = InEffect()
        if person_id is not None:
            found = deeds_of(tx, ports, actor=me.actor, now=now, person_id=person_id)
        context = frame(tx, me, now) | {
            "order": order,
            "by": spoken_of(order.proposer, known(tx, [order.proposer], now)),
            "is_person": person_id is not None,
            "done": done,
            "said": said,
            "ready": [_deed(tx, ports, one, now) for one in found.ready],
            "left": [_left(tx, ports, one, me, now) for one in found.left],
            "going": going and bool(found.ready),
        }
    return Template("desk/deeds_in_effect.html", context=context)


def _deed(tx: Tx, ports: Ports, order: Order, now: int, **more: Any) -> Deed:
    label = labels.subject(order.subject_kind, subject_of(tx, ports, order, now).label)
    return Deed(order=order, title=labels.titled(order.kind, label), **more)


def _left(tx: Tx, ports: Ports, one: LeftOut, me: SignedIn, now: int) -> Deed:
    reasons = why(one.reasons, me=me, now=now) if one.why == REFUSED else ()
    return _deed(tx, ports, one.order, now, because=_because(one), why_not=reasons)


def _because(one: LeftOut) -> str:
    words: Mapping[str, str] = {
        FINAL: _("It cannot be taken back. To set it right, propose another order."),
        GOING: _("An order to take it back is open already."),
        REFUSED: _("The rules refuse it to you."),
    }
    return words.get(one.why) or _("It takes two to restore. Propose it on its own page.")


@post("/desk/orders/{order_id:int}/others", may=May.STAFF, kept=True, asks=("why", "done"))
async def put_all_back(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int
) -> Redirect | Template:
    """Put back what one may put back alone, each by an order of its own; pressing again continues."""
    fields = await fields_of(request)
    said, before = fields.text("why")[:WHY_LENGTH], fields.number("done") or 0
    count, stopped = await asyncio.to_thread(_run, db, clock, ports, me, order_id, said)
    if stopped and count:
        page: dict[str, Any] = {"order_id": order_id, "done": before + count, "going": True, "said": said}
        return await asyncio.to_thread(lambda: _page(db, ports, me=me, now=clock.now(), **page))
    return Redirect(f"/desk/orders/{order_id}/others?done={before + count}", status_code=303)


def _run(db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int, said: str) -> tuple[int, bool]:
    """Put back what can be in the time of one press; return how many were, and whether the time was up."""
    with db.reading() as tx:
        person_id = queries.order(tx, order_id).proposer.person_id
    if person_id is None:
        return 0, False
    ends, count, stopped = clock.now() + AT_ONCE, 0, False

    def late() -> bool:
        nonlocal stopped
        stopped = clock.now() >= ends
        return stopped

    told = restore_all(db, ports, actor=me.actor, clock=clock, person_id=person_id, why=said, until=late)
    for outcome in told:
        count += put_back(outcome)
    return count, stopped
