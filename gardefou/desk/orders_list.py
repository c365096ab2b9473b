"""Every order, sorted by what can still be stopped."""

from dataclasses import dataclass

from litestar import get
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.desk import labels
from gardefou.desk.became import became
from gardefou.desk.frame import frame
from gardefou.desk.order_view import rail_of, subject_of
from gardefou.desk.people import Known, called, known
from gardefou.desk.rail import RailView
from gardefou.may import May
from gardefou.orders import queries
from gardefou.orders.lifecycle import OPEN, State
from gardefou.orders.look_after import open_orders_of
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx

PAGE = 40
#: What the list can be narrowed to.
VIEWS: dict[str, tuple[State, ...]] = {
    "all": tuple(state for state in State if state not in OPEN),
    "open": (),
    "mine": (),
    "effect": (State.EXECUTED,),
    "refused": (State.REFUSED,),
}
_NEVER = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One order in the list."""

    order: Order
    title: str
    proposer: str
    became: str
    rail: RailView | None
    href: str


@get("/desk/orders", may=May.STAFF, kept=True, sync_to_thread=True)
def show(
    db: Database, clock: Clock, ports: Ports, me: SignedIn, view: str = "all", before: int | None = None
) -> Template:
    """List orders: what can still be stopped first, the rest newest first."""
    now, chosen = clock.now(), view if view in VIEWS else "all"
    with db.reading() as tx:
        context = frame(tx, me, now) | list_context(tx, ports, now=now, view=chosen, before=before, me=me)
    return Template("desk/orders.html", context=context)


@get("/desk/orders/open", may=May.STAFF, kept=True, sync_to_thread=True)
def part(db: Database, clock: Clock, ports: Ports, me: SignedIn, view: str = "open") -> Template:
    """Show again what can still be stopped, because an order moved."""
    with db.reading() as tx:
        context = list_context(
            tx, ports, now=clock.now(), view="mine" if view == "mine" else "open", before=None, me=me
        )
    return Template("desk/_orders_open.html", context=context)


def list_context(
    tx: Tx, ports: Ports, *, now: int, view: str, before: int | None, me: SignedIn | None = None
) -> dict[str, object]:
    """Return what the list shows; `me` is whose own orders and those they look after stand in the view `mine`."""
    found = queries.open_orders(tx) if before is None and view in ("all", "open") else []
    if view == "mine" and me is not None:
        found = open_orders_of(tx, me.person_id)
    stoppable = sorted(found, key=_urgency)
    rest = queries.recent_orders(tx, states=VIEWS[view], before=before, limit=PAGE + 1) if VIEWS[view] else []
    more = str(rest[PAGE - 1].id) if len(rest) > PAGE else ""
    shown = [*stoppable, *rest[:PAGE]]
    votes = queries.votes_on(tx, [order.id for order in shown])
    voters = [row["person_id"] for those in votes.values() for row in those]
    people = known(tx, [order.proposer for order in shown], now, also=voters)
    return {
        "open_lines": [_line(tx, ports, order, people, now) for order in stoppable],
        "lines": [_line(tx, ports, order, people, now) for order in rest[:PAGE]],
        "view_name": view,
        "more": more,
        "now": now,
    }


def _urgency(order: Order) -> tuple[int, int]:
    """Return what sorts the list: the next instant at which something becomes irrevocable without anybody's doing."""
    return (0 if order.state is State.HELD else 1, order.effect_at or order.approve_by or _NEVER)


def _line(tx: Tx, ports: Ports, order: Order, people: Known, now: int) -> Line:
    subject = subject_of(tx, ports, order, now)
    return Line(
        order=order,
        title=labels.titled(order.kind, labels.subject(order.subject_kind, subject.label)),
        proposer=called(order.proposer, people),
        became=became(tx, order, people),
        rail=rail_of(tx, ports, order, subject, people, now) if order.open else None,
        href=f"/desk/{'refused' if order.state is State.REFUSED else 'orders'}/{order.id}",
    )
