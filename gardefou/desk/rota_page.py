"""The rota: a week as a picture, a shift added, a file looked at and proposed, and a week signed in one click."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.desk.changes import Asking, Change
from gardefou.desk.errors import FormError, NotYoursError
from gardefou.desk.forms import Fields, fields_of
from gardefou.desk.frame import frame
from gardefou.desk.problems import sentence
from gardefou.desk.rota_sign import Signed, could_sign, sign_all
from gardefou.desk.rota_view import Line, lines, span_whole, waiting_parts, week_of, zones
from gardefou.desk.session import AnyRequest
from gardefou.desk.why import why
from gardefou.errors import BadInputError
from gardefou.may import May
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Ports
from gardefou.safeguards.enter_rota import Entered, enter_rota, try_rota
from gardefou.safeguards.rota_plan import RotaPlan, rota_plan
from gardefou.staff.rota.reading import LONGEST, read_rota
from gardefou.staff.rota.rows import RotaError, Rows
from gardefou.staff.rota.zones import zone_named
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

#: Of the whole form: a browser sends what was looked at again, with what stands around it.
_BODY = 3 * LONGEST
#: What one shift that was typed in is called, since it has no file.
_TYPED = "(typed).csv"
_CSV = "person,starts,ends,zone\n{person},{starts},{ends},{zone}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a form of the rota sent: a file by its name, or what was looked at before; and what is to become of it."""

    name: str
    text: str
    zone: str
    comment: str
    enter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the page says beside the week, after a form."""

    sent: Sent | None = None
    plan: RotaPlan | None = None
    trial: Entered | None = None
    done: Entered | None = None
    signed: Signed | None = None
    wrong: str = ""
    status: int = 400


@get("/desk/rota", may=May.STAFF, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn, week: str = "", zone: str = "UTC") -> Template:
    """Show a week."""
    return page(db, ports, me=me, now=clock.now(), week=week, zone=zone, said=Said())


def page(db: Database, ports: Ports, *, me: SignedIn, now: int, week: str, zone: str, said: Said) -> Template:
    """Return the page of a week, with what a form of it has led to."""
    try:
        place = zone_named(zone)
    except RotaError as problem:
        place, said = zone_named("UTC"), Said(wrong=said.wrong or problem.message)
    shown = week_of(now, place, week)
    with db.reading() as tx:
        context = frame(tx, me, now)
        waiting = waiting_parts(tx)
        week_lines = lines(tx, shown, waiting)
        context |= {
            "week": shown,
            "at_now": shown.at(now) if shown.starts <= now < shown.ends else None,
            "lines": week_lines,
            "to_sign": could_sign(tx, ports, waiting, me=me, now=now, zone=place),
            "change": _form(tx, ports, week_lines, me=me, now=now),
        }
    became = said.done or said.trial
    refused = why(became.refused, me=me, now=now) if became is not None else ()
    context |= {"zones": zones(), "said": said, "refused": refused, "span_whole": span_whole, "day": week}
    return Template("desk/rota.html", context=context, status_code=said.status if said.wrong else 200)


def _form(tx: Tx, ports: Ports, found: list[Line], *, me: SignedIn, now: int) -> Change | None:
    """Return what entering somebody's shifts needs, as the guard says it; nobody enters their own."""
    other = next((line.person_id for line in found if line.person_id != me.person_id), None)
    if other is None:
        return None
    form = Asking(tx=tx, ports=ports, me=me, now=now, subject_id=other).form(Kind.ROTA_ENTER, "")
    return replace(form, blocked="", order_id=None)  # An open order is about that one colleague.


@post("/desk/rota", may=May.STAFF, request_max_body_size=_BODY)
async def enter(request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Template:
    """Look at a rota, or propose it: a file, or one shift typed in. Whoever may not propose one has none read."""
    now = clock.now()
    fields, file = await _sent(request)
    said, zone = Said(), fields.text("zone") or "UTC"
    try:
        await asyncio.to_thread(_may_propose, db, ports, me, now)
        sent = _read(fields, file)
        rows = await asyncio.to_thread(_rows, sent, now)
        said = await asyncio.to_thread(_entered, db, ports, me, sent, rows, now)
    except NotYoursError as problem:
        said = Said(wrong=problem.message, status=403)
    except BadInputError as problem:
        said = Said(wrong=sentence(problem))
    return await asyncio.to_thread(page, db, ports, me=me, now=now, week=_day(fields, said), zone=zone, said=said)


def _may_propose(db: Database, ports: Ports, me: SignedIn, now: int) -> None:
    """Ask the guard, as the page does, before a file is read: that costs more than anything else a form asks for.

    Raises:
        NotYoursError: it would refuse this person.
    """
    with db.reading() as tx:
        form = _form(tx, ports, lines(tx, week_of(now, zone_named("UTC")), ()), me=me, now=now)
    if form is not None and form.why_not:
        raise NotYoursError(" ".join(f"{each.words} {each.detail}".strip() for each in form.why_not))


def _day(fields: Fields, said: Said) -> str:
    """Return the week to show: that of the first shift, where there is one."""
    first = min((span[0] for part in said.plan.parts for span in part.fresh), default=None) if said.plan else None
    return fields.text("week") if first is None else week_of(first, zone_named("UTC")).first.isoformat()


async def _sent(request: AnyRequest) -> tuple[Fields, UploadFile | None]:
    if request.content_type[0] == "application/json":
        return await fields_of(request), None
    form = await request.form()
    file = form.get("file")
    values = {key: [str(value) for value in form.getall(key) if not isinstance(value, UploadFile)] for key in form}
    return Fields(values), file if isinstance(file, UploadFile) and file.filename else None


def _read(fields: Fields, file: UploadFile | None) -> Sent:
    """Return what was sent.

    Raises:
        FormError: there is neither a file nor a shift.
    """
    if file is not None:
        name, text = file.filename, _text(file.file.read(LONGEST + 1))
    elif fields.text("text"):
        name, text = fields.text("name"), fields.text("text")
    elif fields.text("person"):
        name, text = _TYPED, _typed(fields)
    else:
        raise FormError(_("Choose a file, or a person."), field="file")
    zone, comment = fields.text("zone"), fields.text("comment")
    return Sent(name=name, text=text, zone=zone, comment=comment, enter=fields.text("act") == "enter")


def _typed(fields: Fields) -> str:
    """Return one shift that was typed in, as the line of a file.

    Raises:
        FormError: it is more than that.
    """
    typed = {name: fields.text(name) for name in ("person", "starts", "ends", "zone")}
    if any(set(text) & set(',"\r\n') for text in typed.values()):
        raise FormError(_("A shift has a person, a beginning and an end."), field="person")
    return _CSV.format(**typed)


def _text(content: bytes) -> str:
    if len(content) > LONGEST:
        raise RotaError(_("A rota of more than a megabyte is none; split it"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RotaError(_("The file is not text in UTF-8.")) from problem


def _rows(sent: Sent, now: int) -> Rows:
    rows = read_rota(sent.name, sent.text.encode(), zone=sent.zone, now=now)
    if sent.name == _TYPED:  # Whoever filled in a form has written no line 2.
        rows.wanted = [replace(one, where="") for one in rows.wanted]
        rows.faults = [replace(one, where="") for one in rows.faults]
    return rows


def _entered(db: Database, ports: Ports, me: SignedIn, sent: Sent, rows: Rows, now: int) -> Said:
    if not sent.enter:
        with db.reading() as tx:
            plan = rota_plan(tx, rows, now)
            trial = None if plan.faults else try_rota(tx, ports, actor=me.actor, now=now, plan=plan)
            return Said(sent=sent, plan=plan, trial=trial)
    with db.transaction() as tx:
        plan = rota_plan(tx, rows, now)
        if plan.faults or not plan.shifts:
            return Said(sent=sent, plan=plan)
        done = enter_rota(tx, ports, actor=me.actor, now=now, plan=plan, comment=sent.comment)
    return Said(plan=plan, done=done)


@post("/desk/rota/sign", may=May.STAFF)
async def sign(request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn) -> Response[Any] | Template:
    """Sign several people's parts of a rota: each is one order, approved by its own digest."""
    fields, now = await fields_of(request), clock.now()
    chosen = fields.many("sign")
    if not chosen:
        return Redirect("/desk/rota", status_code=303)
    try:
        signed = await asyncio.to_thread(sign_all, db, ports, me=me, now=now, chosen=chosen)
        said = Said(signed=signed)
    except BadInputError as problem:
        said = Said(wrong=sentence(problem))
    zone, week = fields.text("zone") or "UTC", fields.text("week")
    return await asyncio.to_thread(page, db, ports, me=me, now=now, week=week, zone=zone, said=said)
