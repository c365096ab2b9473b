"""The end of a shift: what one holds, given back at one press; what one asked for and is not over, each with an owner.

In 2017 the effect came hours after the click, when nobody looked any more. Naming who looks after an order changes
nothing about who counts as its proposer or as an approver (promise 2).
"""

from dataclasses import dataclass
from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.clock import SECOND, Clock
from gardefou.desk import labels
from gardefou.desk.became import became
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields
from gardefou.desk.frame import frame, shift_words
from gardefou.desk.order_view import subject_of
from gardefou.desk.people import Known, called, known, named
from gardefou.may import May
from gardefou.orders.lifecycle import State
from gardefou.orders.look_after import CARETAKERS, look_after, named_for, open_orders_of
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.reports.held import held_by
from gardefou.reports.leases import return_all
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import engaged_as
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _
from gardefou.words.numbers import clock_time, is_far, weekday_and_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open order of somebody who leaves.

    Attributes:
        order: the order.
        title: what it does, to what.
        became: how it stands, and what is missing.
        proposer: who asked for it.
        owner: who looks after it.
        mine: whether that is the reader.
        present: whether they are on shift when that next thing happens.
        until: when the next thing happens by itself; None when nothing does.
        void_at: when it is void because too few have signed; None where it no longer waits for anybody.
    """

    order: Order
    title: str
    became: str
    proposer: str
    owner: str
    mine: bool
    present: bool
    until: int | None
    void_at: int | None


@get("/desk/handover", may=May.STAFF, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn, given: int | None = None) -> Template:
    """Show what one would leave behind; `given`: how many cases were given back just now."""
    now = clock.now()
    with db.reading() as tx:
        context = frame(tx, me, now) | handover_context(tx, ports, me=me, now=now) | {"given": given}
    return Template("desk/handover.html", context=context)


def handover_context(tx: Tx, ports: Ports, *, me: SignedIn, now: int) -> dict[str, Any]:
    """Return what the page shows."""
    able = engaged_as(tx, CARETAKERS, now)
    here = {one.id: one for one in able}
    return {
        "held": [(one, whole_seconds(one.until - now)) for one in held_by(tx, me.person_id, now)],
        "waiting": waiting(tx, ports, me=me, now=now, here=here),
        "colleagues": colleagues(able, me, now),
        "shift": _shift(me, now),
        "may_take": me.person_id in here,
        "category": labels.category,
    }


def whole_seconds(left: int) -> int:
    """Return a length without the part of a second, which nobody plans by."""
    return left // SECOND * SECOND


def _shift(me: SignedIn, now: int) -> str:
    if me.on_shift_until is None:
        return _("You are off shift.")
    if is_far(me.on_shift_until, now):
        return _("Your shift ends on %(day)s.", day=weekday_and_time(me.on_shift_until))
    return _("Your shift ends at %(time)s.", time=clock_time(me.on_shift_until))


def colleagues(able: list[Colleague], me: SignedIn, now: int) -> list[tuple[str, str]]:
    """Return who can look after something, those on shift the longest first, with when they leave."""
    others = sorted((one for one in able if one.id != me.person_id), key=lambda one: -(one.on_shift_until or 0))
    return [(str(one.id), f"{one.name} ({shift_words(one.on_shift_until, now)})") for one in others]


def waiting(tx: Tx, ports: Ports, *, me: SignedIn, now: int, here: dict[int, Colleague]) -> list[Waiting]:
    """Return the open orders that the reader asked for or looks after, what happens first before the rest."""
    found = open_orders_of(tx, me.person_id)
    owners = named_for(tx, [order.id for order in found])
    people = known(tx, [order.proposer for order in found], now, also=owners.values())
    rows = [_waiting(tx, ports, order, owners.get(order.id), people, me=me, now=now, here=here) for order in found]
    return sorted(rows, key=lambda row: (row.until is None, row.until or 0, row.order.id))


def _waiting(
    tx: Tx,
    ports: Ports,
    order: Order,
    owner: int | None,
    people: Known,
    *,
    me: SignedIn,
    now: int,
    here: dict[int, Colleague],
) -> Waiting:
    owned_by = order.proposer.person_id if owner is None else owner
    stays = here.get(owned_by or 0)
    until, ahead = None if stays is None else stays.on_shift_until, order.effect_at or order.approve_by
    return Waiting(
        order=order,
        title=labels.titled(order.kind, labels.subject(order.subject_kind, subject_of(tx, ports, order, now).label)),
        became=became(tx, order, people),
        proposer=called(order.proposer, people),
        owner=called(order.proposer, people) if owned_by is None else named(owned_by, people),
        mine=owned_by == me.person_id,
        present=until is not None and until >= (ahead or now),
        until=ahead,
        void_at=order.approve_by if order.state is State.WAITING else None,
    )


@post("/desk/handover/return", may=May.STAFF, sync_to_thread=True)
def give_all_back(db: Database, clock: Clock, me: SignedIn) -> Redirect:
    """Give back every case one holds."""
    with db.transaction() as tx:
        count = return_all(tx, actor=me.actor, now=clock.now())
    return Redirect(f"/desk/handover?given={count}", status_code=303)


@post("/desk/orders/{order_id:int}/look-after", may=May.STAFF, asks=("person", "back"), sync_to_thread=True)
def name_one(db: Database, clock: Clock, me: SignedIn, order_id: int, fields: Fields) -> Redirect:
    """Name the colleague who looks after an order from now on; nobody named is the reader."""
    person_id = fields.number("person") or me.person_id
    if fields.text("back") not in ("", "handover", "order"):
        raise FormError(_("“back” leads to “handover” or to “order”."), field="back")
    with db.transaction() as tx:
        look_after(tx, actor=me.actor, now=clock.now(), order_id=order_id, person_id=person_id)
    address = "/desk/handover" if fields.text("back") == "handover" else f"/desk/orders/{order_id}"
    return Redirect(address, status_code=303)
