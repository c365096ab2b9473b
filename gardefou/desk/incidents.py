"""Incidents at the desk: what happened, drawn from the record; what is said about it, and by how many people."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect, Template
from sqlalchemy import select

from gardefou.clock import Clock
from gardefou.desk.answers import PROPOSED, answer, to_sign
from gardefou.desk.errors import FormError
from gardefou.desk.forms import fields_of
from gardefou.desk.frame import frame
from gardefou.desk.session import AnyRequest
from gardefou.incidents import queries, telling
from gardefou.incidents.claims import Claim, claims_of
from gardefou.incidents.draft import draft
from gardefou.incidents.errors import UnknownStatementError
from gardefou.incidents.sentences import sentence
from gardefou.incidents.stand_down import stand_down
from gardefou.incidents.story import Statement, handle_of, story
from gardefou.may import May
from gardefou.orders.kinds import Kind
from gardefou.orders.lifecycle import OPEN
from gardefou.orders.papers import propose_or_draw
from gardefou.orders.ports import Ports
from gardefou.orders.tables import orders
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _
from gardefou.words import speak

PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing the record shows, as the sentence a statement would say."""

    key: str
    en: str
    fr: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A statement with what can be done about it now."""

    statement: Statement
    en: str
    fr: str
    overtaken: bool
    order: int | None


@get("/desk/incidents", may=May.STAFF, sync_to_thread=True)
def index(db: Database, clock: Clock, me: SignedIn, before: int | None = None) -> Template:
    """List incidents: those that are open first on the first page, then newest first."""
    with db.reading() as tx:
        rows = queries.incidents(tx, before=before, limit=PAGE + 1)
        lines = [
            {
                "row": row,
                "kind": telling.kind(row["kind"]),
                "state": telling.state(row["state"]),
                "handle": handle_of(tx, row),
                "attempts": len(queries.orders_of(tx, row["id"])),
                "told": len(queries.statements(tx, row["id"], published_only=True)),
            }
            for row in rows[:PAGE]
        ]
        context = frame(tx, me, clock.now())
    context |= {"lines": lines, "older": f"/desk/incidents?before={rows[PAGE - 1]['id']}" if len(rows) > PAGE else ""}
    return Template("desk/incidents.html", context=context)


@get("/desk/incidents/{incident_id:int}", may=May.STAFF, sync_to_thread=True)
def show(db: Database, clock: Clock, me: SignedIn, incident_id: int, replace: int | None = None) -> Template:
    """Show an incident: the picture, every step, the figures, and the statements.

    Args:
        db: the database.
        clock: the clock.
        me: who reads.
        incident_id: the incident.
        replace: the published statement that the draft below is to replace.
    """
    with db.reading() as tx:
        told = story(tx, incident_id, named=True)
        replacing = next((one for one in told.statements if one.id == replace and one.published_at is not None), None)
        chosen = {str(claim["key"]) for claim in replacing.claims} if replacing is not None else None
        claims = claims_of(tx, incident_id)
        context = frame(tx, me, clock.now()) | {
            "story": told,
            "lines": [line | {"href": _order(line["order_id"])} for line in told.lines],
            "statements": [_shown(tx, one, claims) for one in told.statements],
            "choices": _choices(claims, chosen),
            "replacing": replacing,
        }
    return Template("desk/incident.html", context=context)


def _order(order_id: object) -> str:
    return f"/desk/orders/{order_id}" if order_id else ""


def _choices(claims: Sequence[Claim], chosen: Collection[str] | None) -> list[Choice]:
    """Return each claim in both languages; all are chosen to begin with, or those of what is replaced."""
    found = []
    for claim in claims:
        with speak("en"):
            english = sentence(claim)
        with speak("fr"):
            french = sentence(claim)
        found.append(Choice(key=claim.key, en=english, fr=french, chosen=chosen is None or claim.key in chosen))
    return found


def _shown(tx: Tx, told: Statement, claims: Sequence[Claim]) -> Shown:
    row = queries.statement(tx, told.id)
    now_shown = {claim.key: claim.fields for claim in claims}
    waiting = select(orders.c.id).where(
        orders.c.subject_kind == "statement",
        orders.c.subject_id == told.id,
        orders.c.state.in_([state.value for state in OPEN]),
    )
    return Shown(
        statement=told,
        en=str(row["text_en"]),
        fr=str(row["text_fr"]),
        overtaken=any(now_shown.get(claim["key"]) != claim["fields"] for claim in told.claims),
        order=tx.scalar(waiting),
    )


@post("/desk/incidents/{incident_id:int}/statements", may=May.STAFF, asks=("claims", "supersedes"))
async def write(request: AnyRequest, db: Database, clock: Clock, me: SignedIn, incident_id: int) -> Redirect:
    """Draft a statement from the claims that were chosen.

    Raises:
        FormError: nothing was chosen.
    """
    fields = await fields_of(request)
    claims, supersedes = fields.many("claims"), fields.number("supersedes")
    if not claims:
        raise FormError(_("Choose at least one sentence: a statement asserts something."), field="claims")
    await asyncio.to_thread(_drafted, db, clock.now(), me, incident_id, claims, supersedes)
    return Redirect(f"/desk/incidents/{incident_id}#statements", status_code=303)


def _drafted(
    db: Database, now: int, me: SignedIn, incident_id: int, claims: Sequence[str], supersedes: int | None
) -> int:
    with db.transaction() as tx:
        return draft(tx, actor=me.actor, now=now, incident_id=incident_id, claims=claims, supersedes=supersedes)


@post(
    "/desk/incidents/{incident_id:int}/statements/{statement_id:int}/publish",
    may=May.STAFF,
    tells=PROPOSED,
    sync_to_thread=True,
)
def publish(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, incident_id: int, statement_id: int
) -> Response[Any]:
    """Propose to publish a statement; a second person signs on the order's page.

    Raises:
        UnknownStatementError: the incident has no such statement.
    """
    now = clock.now()
    with db.transaction() as tx:
        if queries.statement(tx, statement_id)["incident_id"] != incident_id:
            raise UnknownStatementError
        outcome = propose_or_draw(
            tx, ports, actor=me.actor, now=now, kind=Kind.STATEMENT_PUBLISH.value, subject_id=statement_id
        )
    return to_sign(request, outcome) if isinstance(outcome, int) else answer(request, outcome, me=me, now=now)


@post("/desk/incidents/{incident_id:int}/stand-down", may=May.STAFF, sync_to_thread=True)
def close(db: Database, clock: Clock, me: SignedIn, incident_id: int) -> Redirect:
    """Stand an incident down: the review is over."""
    with db.transaction() as tx:
        stand_down(tx, actor=me.actor, now=clock.now(), incident_id=incident_id)
    return Redirect(f"/desk/incidents/{incident_id}", status_code=303)
