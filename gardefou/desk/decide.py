"""Deciding: propose, approve, veto, withdraw, restore. The handlers parse and answer; the verbs decide.

What the guard refuses is written and commits, so a refusal is an answer here and never an exception.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from litestar import Response, post
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.desk.answers import PROPOSED, VERDICT, answer, to_sign
from gardefou.desk.asked_again import asked_again
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields, fields_of, set_end, set_time
from gardefou.desk.macro_words import worded
from gardefou.desk.order_page import order_template
from gardefou.desk.session import AnyRequest, wants_json
from gardefou.enforcement.ports import Exhibits
from gardefou.enforcement.restore import restore as bring_back
from gardefou.errors import BadInputError, ConflictError
from gardefou.guard.verdict import Refused
from gardefou.may import May
from gardefou.orders import papers, queries
from gardefou.orders.approve import approve
from gardefou.orders.kinds import SHAPES, Kind, kind_named
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome, propose
from gardefou.orders.veto import veto
from gardefou.orders.withdraw import withdraw
from gardefou.reports import cases
from gardefou.reports import queries as reports
from gardefou.reports.case import Case
from gardefou.reports.errors import WorkerError
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.offers import Follows
from gardefou.reports.telling.begin import UNDONE_WITHIN
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

WHY_LENGTH = 500
#: The fields of a proposal; those that belong to one card of the desk may also be named after its kind.
_SUBJECT = ("kind", "subject_id", "case_id", "version", "seen", "post_id", "posts", "whole")
ASKS = (*_SUBJECT, "reason", "clause", "comment", "macro", "not_before", "until")


@post("/desk/orders", may=May.STAFF, tells=PROPOSED, asks=ASKS)
async def propose_order(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, exhibits: Exhibits, me: SignedIn, follows: Follows
) -> Response[Any] | Template:
    """Propose an order; its case closes when it takes effect: at once, where the rules ask for nobody else."""
    fields = await fields_of(request)
    now = clock.now()
    try:
        outcome = await asyncio.to_thread(_proposed, db, ports, me, follows, fields, now)
    except BadInputError as problem:
        page = None
        if not wants_json(request):
            about: dict[str, Any] = {"me": me, "now": now, "fields": fields, "problem": problem}
            page = await asyncio.to_thread(lambda: asked_again(request, db, ports, exhibits, **about))
        if page is None:
            raise
        return page
    if isinstance(outcome, int):
        return to_sign(request, outcome)
    return answer(request, outcome, me=me, now=now)


def _proposed(db: Database, ports: Ports, me: SignedIn, follows: Follows, fields: Fields, now: int) -> Outcome | int:
    with db.transaction() as tx:
        return proposed(tx, ports, me=me, follows=follows, fields=fields, now=now)


def proposed(tx: Tx, ports: Ports, *, me: SignedIn, follows: Follows, fields: Fields, now: int) -> Outcome | int:
    """Propose what a form asks for. Its case closes with its effect, at once or later (`reports.answered`).

    Returns:
        What became of it; or the number of the paper, where the rules ask whoever proposes for a signature.

    Raises:
        BadInputError: it cannot be proposed as asked; nothing is written.
    """
    kind = kind_named(fields.text("kind"))
    named = fields.number("case_id")
    # Whoever names a case has looked at it; who acts on an account may not know that it has one.
    version = None if named is None else fields.needed("version")
    subject_id = _subject(tx, fields, kind, named)
    case = _case(tx, ports, kind, subject_id, named, now)
    if case is not None:
        case = hold_to_act(
            tx,
            actor=me.actor,
            now=now,
            case_id=case.id,
            version=version,
            seen=fields.seen(),
            follows=follows,
            guarded=True,
        )
    asked = _asked(tx, fields, kind, subject_id, named, now)
    case_id = None if case is None else case.id
    drawn = papers.draw_up(tx, ports, actor=me.actor, now=now, case_id=case_id, **asked)
    if drawn is not None:
        return drawn
    return propose(tx, ports, actor=me.actor, now=now, case_id=case_id, **asked)


def _asked(tx: Tx, fields: Fields, kind: Kind, subject_id: int, named: int | None, now: int) -> dict[str, Any]:
    """Return what is proposed. Each card of the desk has fields of its own, named after its kind."""
    mine = fields.of(kind.value)
    not_before = set_time(mine)
    evidence: dict[str, Any] = {"posts": [str(post_id) for post_id in fields.numbers("posts")]}
    if named is not None and fields.text("whole", "1" if fields.text("posts") == "" else ""):
        evidence["case"] = str(named)
    return {
        "kind": kind.value,
        "subject_id": subject_id,
        "reason": mine.text("reason"),
        "clause": mine.text("clause"),
        "comment": worded(tx, mine, case_id=named),
        "evidence": evidence,
        "not_before": not_before,
        "lift_at": set_end(mine, kind, begins=not_before or now),
    }


def _subject(tx: Tx, fields: Fields, kind: Kind, case_id: int | None) -> int:
    """Return what is acted upon: the post chosen, the account of the case, or what a program names."""
    if kind is Kind.POST_HIDE and fields.of(kind.value).text("post_id"):
        return int(fields.of(kind.value).number("post_id") or 0)
    named = fields.number("subject_id")
    if named is not None:
        return named
    if case_id is None or kind is Kind.POST_HIDE:
        raise FormError(_("Name what this is about: “subject_id”, or an account’s “case_id”."), field="subject_id")
    return reports.case(tx, case_id).account_id


def _case(tx: Tx, ports: Ports, kind: Kind, subject_id: int, named: int | None, now: int) -> Case | None:
    """Return the case an order decides: the one named, else the open one on the account it would silence.

    Leaving the case out leads past nobody who holds it. What brings something back waits for no case.

    Raises:
        FormError: the case named is about another account; nothing is written.
    """
    shape = SHAPES[kind]
    if named is None and not shape.target:
        return None
    subject = ports.subjects[shape.subject_kind].read(tx, subject_id=subject_id, now=now, lock=True)
    if subject is None:
        return None  # `propose` says so.
    if named is None:
        return None if subject.account_id is None else reports.open_case_of(tx, subject.account_id)
    case = reports.case(tx, named)
    if case.account_id != subject.account_id:
        message = _("Case %(case)s is about another account than what you act upon.", case=str(named))
        raise FormError(message, field="case_id")
    return case


Verb = Callable[[Tx], Outcome]


async def _voted(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, verb: Verb, order_id: int
) -> Response[Any]:
    """Run a verb on an order, and answer; a refusal is read on the order's own page."""

    def run() -> Outcome:
        with db.transaction() as tx:
            return verb(tx)

    now = clock.now()
    outcome = await asyncio.to_thread(run)
    if isinstance(outcome.verdict, Refused) and outcome.order.state is not State.REFUSED and not wants_json(request):
        return await asyncio.to_thread(
            order_template, db, ports, me=me, now=now, order_id=order_id, refused=outcome.verdict
        )
    return answer(request, outcome, me=me, now=now)


@post("/desk/orders/{order_id:int}/approve", may=May.STAFF, kept=True, tells=VERDICT, asks=("digest", "why", "said"))
async def sign(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int
) -> Response[Any]:
    """Sign one exact order: the one whose digest was read."""
    fields, now = await fields_of(request), clock.now()
    digest, reason, said = fields.text("digest"), fields.text("why")[:WHY_LENGTH], fields.text("said")

    def verb(tx: Tx) -> Outcome:
        return approve(tx, ports, actor=me.actor, now=now, order_id=order_id, digest_hex=digest, why=reason, said=said)

    return await _voted(request, db, clock, ports, me, verb, order_id)


@post("/desk/orders/{order_id:int}/veto", may=May.STAFF, tells=VERDICT, asks=("why",))
async def stop(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int
) -> Response[Any]:
    """Stop an order; one is enough."""
    return await _ended(veto, request, db, clock, ports, me, order_id, signed=True)


@post("/desk/orders/{order_id:int}/withdraw", may=May.STAFF, tells=VERDICT, asks=("why",))
async def take_back(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int
) -> Response[Any]:
    """Withdraw one's own order."""
    return await _ended(withdraw, request, db, clock, ports, me, order_id)


async def _ended(
    end: Callable[..., Outcome],
    request: AnyRequest,
    db: Database,
    clock: Clock,
    ports: Ports,
    me: SignedIn,
    order_id: int,
    *,
    signed: bool = False,
) -> Response[Any]:
    """End an order before its effect, in the one way or the other, with what its ender says of it."""
    fields, now = await fields_of(request), clock.now()
    more = {"why": fields.text("why")[:WHY_LENGTH]} | ({"said": fields.text("said")} if signed else {})

    def verb(tx: Tx) -> Outcome:
        return end(tx, ports, actor=me.actor, now=now, order_id=order_id, **more)

    return await _voted(request, db, clock, ports, me, verb, order_id)


@post("/desk/orders/{order_id:int}/restore", may=May.STAFF, kept=True, tells=VERDICT, asks=("why",))
async def restore(
    request: AnyRequest, db: Database, clock: Clock, ports: Ports, me: SignedIn, order_id: int
) -> Response[Any]:
    """Bring back what an order took: one person, at once."""
    fields, now = await fields_of(request), clock.now()

    def verb(tx: Tx) -> Outcome:
        undone = queries.order(tx, order_id)
        outcome = bring_back(
            tx,
            ports,
            actor=me.actor,
            now=now,
            subject_kind=undone.subject_kind,
            subject_id=undone.subject_id,
            why=fields.text("why")[:WHY_LENGTH],
            case_id=undone.case_id,
            reverses=undone.id,
        )
        if outcome.order.in_effect and undone.proposer == me.actor:
            _open_again(tx, me, now, undone)
        return outcome

    return await _voted(request, db, clock, ports, me, verb, order_id)


def _open_again(tx: Tx, me: SignedIn, now: int, undone: Order) -> None:
    """Open the case again that an order closed, where its proposer takes it back before anybody heard of it.

    The account is back in any case: whatever keeps the case closed undoes nothing of that.
    """
    if undone.case_id is None:
        return
    case = reports.case(tx, undone.case_id)
    unheard = case.closed_at is not None and case.closed_at > now - UNDONE_WITHIN
    if case.order_id == undone.id and unheard:
        with suppress(ConflictError, WorkerError):
            cases.reopen(tx, actor=me.actor, now=now, case_id=case.id, version=case.version)
