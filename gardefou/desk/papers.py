"""Papers: what somebody is about to propose, to read whole and sign with their own key."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.desk import labels
from gardefou.desk.answers import VERDICT, answer
from gardefou.desk.asking import to_sign
from gardefou.desk.forms import fields_of
from gardefou.desk.frame import frame
from gardefou.desk.rail import plan_rail
from gardefou.desk.session import AnyRequest
from gardefou.desk.signed import grouped, signed_lines
from gardefou.errors import BadInputError
from gardefou.may import May
from gardefou.orders import labels as order_labels
from gardefou.orders import papers
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.propose import Outcome
from gardefou.orders.subject import subject_of
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx


@get("/desk/papers", may=May.STAFF, sync_to_thread=True)
def index(db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Template:
    """List what one has drawn up and not signed."""
    now = clock.now()
    with db.reading() as tx:
        found = [_line(tx, ports, row, now) for row in papers.waiting(tx, person_id=me.person_id, now=now)]
        context = frame(tx, me, now) | {"papers": found}
    return Template("desk/papers.html", context=context)


def _line(tx: Tx, ports: Ports, row: Any, now: int) -> dict[str, Any]:
    line = {"id": row["id"], "until": row["expires_at"]}
    try:
        order = papers.as_order(tx, ports, row=row, now=now)
    except BadInputError as problem:
        return line | {"title": problem.message, "stale": True}
    return line | {"title": _title(order, _subject(tx, ports, order, now)), "stale": False}


def _title(order: Order, subject: Subject) -> str:
    return order_labels.titled(order.kind, labels.subject(order.subject_kind, subject.label))


def _subject(tx: Tx, ports: Ports, order: Order, now: int) -> Subject:
    return subject_of(tx, ports, kind=order.kind, subject_id=order.subject_id, change=order.change, now=now, lock=False)


@get("/desk/papers/{paper_id:int}", may=May.STAFF, plain=404, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn, paper_id: int) -> Template:
    """Show everything that the signature is for, and the button that asks the key."""
    now = clock.now()
    with db.reading() as tx:
        row = papers.read(tx, paper_id=paper_id, person_id=me.person_id)
        order = papers.as_order(tx, ports, row=row, now=now)
        subject, plan = _subject(tx, ports, order, now), order.verdict.plan
        context = frame(tx, me, now) | {
            "order": order,
            "title": _title(order, subject),
            "reason": labels.reason(order.reason),
            "signed": signed_lines(tx, order, subject, plan),
            "digest": grouped(order.digest),
            "rail": None if plan is None else plan_rail(plan, you=True, kind=order.kind),
            "options": to_sign(tx, ports, verb="propose", digest=order.digest, person_id=me.person_id, now=now),
            "until": row["expires_at"],
            "over": row["used_at"] is not None or row["expires_at"] <= now,
        }
    return Template("desk/paper.html", context=context)


@post("/desk/papers/{paper_id:int}", may=May.STAFF, tells=VERDICT, asks=("said",))
async def sign(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, paper_id: int
) -> Response[Any]:
    """Sign a paper: the order on it is proposed, or refused, and that is written down."""
    fields, now = await fields_of(request), clock.now()
    said = fields.text("said")

    def run() -> Outcome:
        with db.transaction() as tx:
            return papers.sign_paper(tx, ports, actor=me.actor, now=now, paper_id=paper_id, said=said)

    return answer(request, await asyncio.to_thread(run), me=me, now=now)
