"""Proposing what a form asks for: to change a safeguard, or to do more than set a standing. The verb decides."""

import asyncio
from typing import Any

from litestar import Response, post
from litestar.response import Template

from gardefou.accounts.queries import find as account
from gardefou.clock import Clock, to_iso
from gardefou.desk.answers import PROPOSED, answer, to_sign
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields, fields_of, instant
from gardefou.desk.people_pages import enrolment, person_page
from gardefou.desk.problems import sentence
from gardefou.desk.record_pages import account_page
from gardefou.desk.session import AnyRequest, wants_json
from gardefou.desk.tokens_page import tokens_page
from gardefou.errors import BadInputError
from gardefou.may import May
from gardefou.orders.kinds import DEEDS, SAFEGUARDS, SHAPES, Kind, kind_named
from gardefou.orders.papers import propose_or_draw
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome
from gardefou.staff.queries import person_row
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.words import gettext as _

_TIMES = ("starts", "ends", "notice_given_at")
#: A number this long fits in no column.
LONG = 19
#: What every form asks for besides what its kind is told.
_BESIDE = ("reason", "clause", "posts", "comment", "post_id")


@post("/desk/changes", may=May.STAFF, tells=PROPOSED, asks=("kind", "subject_id", *_BESIDE))
async def propose_change(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn
) -> Response[Any] | Template:
    """Propose a change; where the rules ask for nobody else it takes effect at once."""
    fields, now = await fields_of(request), clock.now()
    kind = _kind(fields)
    try:
        outcome = await asyncio.to_thread(_proposed, db, ports, me, kind, fields, now)
    except BadInputError as problem:
        if wants_json(request):
            raise
        page = await asyncio.to_thread(_again, db, ports, me, kind, fields, now, sentence(problem))
        if page is None:
            raise
        return page
    return to_sign(request, outcome) if isinstance(outcome, int) else answer(request, outcome, me=me, now=now)


def _again(
    db: Database, ports: Ports, me: SignedIn, kind: Kind, fields: Fields, now: int, wrong: str
) -> Template | None:
    """Return the page of the form again, with what was typed and what is wrong: nothing is typed twice.

    None where there is no such page: the subject itself is not there.
    """
    values = {name: fields.text(name) for name in (*ports.changes[kind.value].given, *_BESIDE)} | {"kind": kind.value}
    if kind in (Kind.TOKEN_ISSUE, Kind.TOKEN_END):
        with db.reading() as tx:
            return tokens_page(tx, ports, me=me, now=now, values=values, wrong=wrong)
    if kind is Kind.PERSON_ENROL:
        return enrolment(db, ports, me=me, now=now, values=values, wrong=wrong)
    subject_id, about = fields.number("subject_id") or 0, SHAPES[kind].subject_kind
    with db.reading() as tx:
        if about == "person" and person_row(tx, subject_id) is not None:
            return person_page(tx, ports, me=me, now=now, person_id=subject_id, values=values, wrong=wrong)
        if about in ("account", "post") and account(tx, subject_id) is not None:
            post = int(values["post_id"]) if values["post_id"].isdecimal() and len(values["post_id"]) < LONG else None
            return account_page(tx, ports, me=me, now=now, account_id=subject_id, post=post, values=values, wrong=wrong)
    return None


def _kind(fields: Fields) -> Kind:
    kind = kind_named(fields.text("kind"))
    if kind not in SAFEGUARDS | DEEDS or kind is Kind.RULEBOOK_REPLACE:
        raise FormError(_("“%(kind)s” is not changed here.", kind=kind.value), field="kind")
    return kind


def _proposed(db: Database, ports: Ports, me: SignedIn, kind: Kind, fields: Fields, now: int) -> Outcome | int:
    named = "post_id" if SHAPES[kind].subject_kind == "post" else "subject_id"
    subject_id = 0 if SHAPES[kind].creates else fields.needed(named)
    texts = _texts(ports, kind, fields)
    change = {name: _instant(name, text) if name in _TIMES and text else text for name, text in texts.items()}
    with db.transaction() as tx:
        return propose_or_draw(
            tx,
            ports,
            actor=me.actor,
            now=now,
            kind=kind.value,
            subject_id=subject_id,
            change=change,
            comment=fields.text("comment"),
            reason=fields.text("reason"),
            clause=fields.text("clause"),
            evidence=_evidence(fields),
        )


def _evidence(fields: Fields) -> dict[str, Any]:
    """Return what is pointed at: posts by their numbers, and a case."""
    posts = " ".join(fields.many("posts")).replace(",", " ").split()
    case = fields.number("evidence_case")
    return {"posts": posts, **({} if case is None else {"case": str(case)})}


def _texts(ports: Ports, kind: Kind, fields: Fields) -> dict[str, str]:
    return {name: fields.text(name) for name in ports.changes[kind.value].given}


def _instant(name: str, text: str) -> str:
    return to_iso(instant(name, text))
