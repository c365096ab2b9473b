"""Several cases of the queue at once: what it would take, the press, what became of each, and undoing it."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields, fields_of
from gardefou.desk.frame import frame
from gardefou.desk.many_done import CLOSINGS, decide_each, picked, undo_each
from gardefou.desk.many_form import DEEDS, chosen_again, form_before, kind_of, left_again, to_mend
from gardefou.desk.many_view import ahead, closed_words, counted, deed_words, lines, may_undo
from gardefou.desk.people import known, named
from gardefou.desk.session import AnyRequest, wants_json
from gardefou.may import May
from gardefou.orders.kinds import reason_named
from gardefou.orders.ports import Ports
from gardefou.reports import batches
from gardefou.reports.offers import Follows
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.words import gettext as _

_LINE = {
    "type": "object",
    "required": ["case", "became", "words", "code", "order", "reasons"],
    "properties": {
        "case": {"type": "string"},
        "became": {"enum": ["done", "undone", "waits", "nothing"]},
        "words": {"type": "string", "description": "What a person would read."},
        "code": {"type": "string", "description": "Why nothing was done, for machines; empty otherwise."},
        "order": {"type": ["string", "null"]},
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
#: What the press answers a program with.
BECAME: dict[str, Any] = {
    "type": "object",
    "required": ["batch", "cases"],
    "properties": {"batch": {"type": "string"}, "cases": {"type": "array", "items": _LINE}},
    "additionalProperties": False,
}


@get("/desk/many", may=May.STAFF, plain=400, sync_to_thread=True)
def show(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, deed: str = "", reason: str = ""
) -> Template:
    """Show what deciding the chosen cases together would take, for each of them."""
    chosen = picked(Fields({"case": request.query_params.getall("case", [])}))
    wanted, now = deed if deed in DEEDS else CLOSINGS[0], clock.now()
    with db.reading() as tx:
        found = ahead(tx, ports, me=me, now=now, chosen=chosen, kind=kind_of(wanted), reason=reason_named(reason))
        context = frame(tx, me, now) | form_before(tx, ports, found, deed=wanted, typed={"reason": reason})
    return Template("desk/many.html", context=context)


_ASKS = ("case", "deed", "reason", "clause", "comment", "macro", "until")


@post("/desk/many", may=May.STAFF, tells=BECAME, asks=_ASKS)
async def decide(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, follows: Follows
) -> Response[Any] | Template:
    """Decide every chosen case, each for itself; the page of the batch says what became of each.

    Where what was written stopped some of them, or they have changed since, the form comes back with these and with
    everything that was written (promise 20).
    """
    fields = await fields_of(request)
    deed = fields.text("deed")
    if deed not in DEEDS:
        known_deeds = ", ".join(DEEDS)
        raise FormError(_("Say what is to be done, one of: %(deeds)s.", deeds=known_deeds), field="deed")
    about: dict[str, Any] = {"me": me, "now": clock.now(), "deed": deed, "fields": fields}
    try:
        chosen = picked(fields)
    except FormError as problem:
        if wants_json(request) or not fields.many("among"):
            raise
        again = about | {"problem": problem}
        return await asyncio.to_thread(lambda: chosen_again(db, ports, **again))
    asked: dict[str, Any] = {"me": me, "clock": clock, "deed": deed, "chosen": chosen, "fields": fields}
    asked["follows"] = follows
    pressed = await asyncio.to_thread(lambda: decide_each(db, ports, **asked))
    left = to_mend(pressed.left)
    if left and not wants_json(request) and kind_of(deed) is not None:
        return await asyncio.to_thread(lambda: left_again(db, ports, batch_id=pressed.batch_id, left=left, **about))
    return await _answer(request, db, clock, ports, me, pressed.batch_id)


async def _answer(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, batch_id: int
) -> Response[Any]:
    if not wants_json(request):
        return Redirect(f"/desk/batches/{batch_id}", status_code=303)
    return Response(await asyncio.to_thread(lambda: _told(db, ports, me, clock.now(), batch_id)), status_code=200)


def _told(db: Database, ports: Ports, me: SignedIn, now: int, batch_id: int) -> dict[str, Any]:
    with db.reading() as tx:
        found = lines(tx, ports, me=me, now=now, batch=batches.read_batch(tx, batch_id))
    return {
        "batch": str(batch_id),
        "cases": [
            {
                "case": str(line.case_id),
                "became": line.sign,
                "words": line.words,
                "code": line.code,
                "order": None if line.order_id is None else str(line.order_id),
                "reasons": [f"{one.words} {one.detail}".strip() for one in line.because],
            }
            for line in found
        ],
    }


@get("/desk/batches/{batch_id:int}", may=May.STAFF, sync_to_thread=True)
def became(db: Database, clock: Clock, ports: Ports, me: SignedIn, batch_id: int) -> Template:
    """Show what became of each case that was decided at one press."""
    now = clock.now()
    with db.reading() as tx:
        batch = batches.read_batch(tx, batch_id)
        found = lines(tx, ports, me=me, now=now, batch=batch)
        context = frame(tx, me, now) | {
            "batch": batch,
            "lines": found,
            "counts": counted(found),
            "deed": deed_words(batch.deed),
            "closed": closed_words(batch.deed) if batch.deed in CLOSINGS else "",
            "by": named(batch.person_id, known(tx, [], now, also=[batch.person_id])),
            "undoable": may_undo(tx, batch),
        }
    return Template("desk/batch.html", context=context)


@post("/desk/batches/{batch_id:int}/undo", may=May.STAFF, tells=BECAME)
async def undo(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, follows: Follows, batch_id: int
) -> Response[Any]:
    """Undo together what can be undone: open the closed cases again, take back what took effect at once."""
    await asyncio.to_thread(lambda: undo_each(db, ports, me=me, clock=clock, batch_id=batch_id, follows=follows))
    return await _answer(request, db, clock, ports, me, batch_id)
