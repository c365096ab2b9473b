"""The desk itself: the queue, a case, and what is decided about it without an order."""

from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.desk.acts import policy
from gardefou.desk.blur_page import blur_of
from gardefou.desk.case_view import case_page, reach_words
from gardefou.desk.forms import Fields
from gardefou.desk.frame import frame
from gardefou.desk.labels import REASONS, category, reason
from gardefou.desk.looking import presence_context
from gardefou.desk.macro_words import choices
from gardefou.desk.notes_page import note_lines
from gardefou.desk.place import place
from gardefou.desk.queue import chosen_of, pane
from gardefou.desk.session import AnyRequest
from gardefou.enforcement.ports import Exhibits
from gardefou.may import May
from gardefou.orders.ports import Ports
from gardefou.reports import cases, leases
from gardefou.reports import queries as reports
from gardefou.reports.as_seen import seen_of
from gardefou.reports.case import Case
from gardefou.reports.errors import CaseClosedError, WorkerError
from gardefou.reports.offers import Follows
from gardefou.reports.workers import WORKERS
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

#: Where a request may come from to take hold of a case: this site, or the reader's own hand.
OWN = frozenset({"same-origin", "same-site", "none"})


@get("/desk", may=May.STAFF, sync_to_thread=True)
def desk(
    db: Database,
    clock: Clock,
    ports: Ports,
    me: SignedIn,
    language: str = "",
    only: str = "",
    after: str = "",
    none_free: str = "",
    left: str = "",
) -> Template:
    """Show the queue; say so where there was no next case to give, and how the case before was left."""
    now, chosen = clock.now(), chosen_of(language, only, after)
    with db.reading() as tx:
        context = frame(tx, me, now)
        context |= {"queue": pane(tx, ports, me=me, now=now, chosen=chosen, current=None), "page": None}
        context |= {"none_free": bool(none_free), "left": _left(left)}
    return Template("desk/desk.html", context=context)


def _left(how: str) -> str:
    """Return what is said to whoever let go of a case just now, where it is in front of nobody any more."""
    match how:
        case "handed":
            return _("The case is with the reviewers now.")
        case "returned":
            return _("The case is back in the queue.")
        case _:
            return ""


@get("/desk/cases/{case_id:int}", may=May.STAFF, sync_to_thread=True)
def show(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    ports: Ports,
    exhibits: Exhibits,
    me: SignedIn,
    follows: Follows,
    case_id: int,
    language: str = "",
    only: str = "",
    after: str = "",
) -> Template:
    """Open a case, and take hold of it where nobody else has."""
    now, chosen = clock.now(), chosen_of(language, only, after)
    if _meant(request):
        _take(db, me, follows, now, case_id)
    with db.reading() as tx:
        context = frame(tx, me, now) | case_context(tx, ports, exhibits, me=me, now=now, case_id=case_id)
        context |= blur_of(tx, request)
        context["queue"] = pane(tx, ports, me=me, now=now, chosen=chosen, current=case_id)
        context["stream"] += f"&case={case_id}"
    return Template("desk/desk.html", context=context)


def _meant(request: AnyRequest) -> bool:
    """Return whether the reader came by themselves: no guess of the browser's, and no other site's link."""
    guessed = "prefetch" in request.headers.get("sec-purpose", "")
    return not guessed and request.headers.get("sec-fetch-site", "none") in OWN


def _take(db: Database, me: SignedIn, follows: Follows, now: int, case_id: int) -> None:
    """Take the lease, or renew it; who may not decide the case reads without one, and a closed case needs none."""
    with db.asking() as tx:
        if leases.is_fresh(leases.holder(tx, case_id, now), me.person_id, now):
            return
    try:
        with db.transaction() as tx:
            leases.take_lease(tx, actor=me.actor, now=now, case_id=case_id, follows=follows)
    except (WorkerError, CaseClosedError):
        return


def case_context(tx: Tx, ports: Ports, exhibits: Exhibits, *, me: SignedIn, now: int, case_id: int) -> dict[str, Any]:
    """Return what the panes of a case show."""
    page = case_page(tx, ports, exhibits, me=me, now=now, case_id=case_id)
    return presence_context(tx, me=me, now=now, case_id=case_id) | {
        "page": page,
        "reach": reach_words(page.view),
        "place": place(page.case, now),
        "category": category,
        "clauses": policy(tx, ports),
        "macros": choices(tx),
        "keeps_notes": bool(me.roles & WORKERS),
        **notes_context(tx, page.case, now),
        "reasons": [(value.value, reason(value.value)) for value in REASONS],
        "me": me,
        "seen": str(seen_of(page.case)),
        # What was sent and is wrong, on the page that answers a form (`asked_again`).
        "typed": {},
        "chosen_posts": [],
        "wrong": "",
    }


def notes_context(tx: Tx, case: Case, now: int) -> dict[str, Any]:
    """Return the notes of a case, and where they are fetched again."""
    return {
        "notes": note_lines(tx, account_id=case.account_id, case_id=case.id, now=now),
        "notes_hear": f"notes:{case.account_id}",
        "notes_from": f"/desk/cases/{case.id}/notes",
    }


@get("/desk/cases/{case_id:int}/{part:str}", may=May.STAFF, sync_to_thread=True)
def part_of(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    ports: Ports,
    exhibits: Exhibits,
    me: SignedIn,
    case_id: int,
    part: str,
) -> Template:
    """Show a part of a case again, because something happened to it: `notes`, `presence`, or its `panes`."""
    now = clock.now()
    with db.reading() as tx:
        # Notes and presence are asked for by every desk that is open there, so that they read nothing else.
        if part == "notes":
            return Template("desk/_notes.html", context=notes_context(tx, reports.case(tx, case_id), now))
        if part == "presence":
            context = presence_context(tx, me=me, now=now, case_id=case_id)
            return Template("desk/_case_presence.html", context=context)
        context = case_context(tx, ports, exhibits, me=me, now=now, case_id=case_id) | blur_of(tx, request)
    return Template("desk/_panes.html", context=context)


@get("/desk/queue", may=May.STAFF, sync_to_thread=True)
def queue_again(
    db: Database,
    clock: Clock,
    ports: Ports,
    me: SignedIn,
    language: str = "",
    only: str = "",
    after: str = "",
    case: int | None = None,
) -> Template:
    """Show the queue's pane again, of the page of a case or of the desk alone."""
    now, chosen = clock.now(), chosen_of(language, only, after)
    with db.reading() as tx:
        found = pane(tx, ports, me=me, now=now, chosen=chosen, current=case)
    path = "/desk" if case is None else f"/desk/cases/{case}"
    return Template("desk/_queue.html", context={"queue": found, "me": me, "path": path})


@post("/desk/cases/{case_id:int}/return", may=May.STAFF, sync_to_thread=True)
def give_back(db: Database, clock: Clock, me: SignedIn, case_id: int) -> Redirect:
    """Give the lease back."""
    with db.transaction() as tx:
        leases.return_lease(tx, actor=me.actor, now=clock.now(), case_id=case_id)
    return Redirect("/desk?left=returned", status_code=303)


@post("/desk/cases/{case_id:int}/hand", may=May.STAFF, asks=("version", "seen"), sync_to_thread=True)
def hand(db: Database, clock: Clock, me: SignedIn, follows: Follows, case_id: int, fields: Fields) -> Redirect:
    """Hand the case to reviewers."""
    with db.transaction() as tx:
        cases.hand_to_reviewers(
            tx,
            actor=me.actor,
            now=clock.now(),
            case_id=case_id,
            version=fields.needed("version"),
            seen=fields.seen(),
            follows=follows,
        )
    return Redirect("/desk?left=handed", status_code=303)


@post("/desk/cases/{case_id:int}/close", may=May.STAFF, asks=("version", "seen"), sync_to_thread=True)
def close(db: Database, clock: Clock, me: SignedIn, follows: Follows, case_id: int, fields: Fields) -> Redirect:
    """Keep the account as it is: the case is closed, its reports found not to hold."""
    with db.transaction() as tx:
        cases.close(
            tx,
            actor=me.actor,
            now=clock.now(),
            case_id=case_id,
            outcome="rejected",
            version=fields.needed("version"),
            seen=fields.seen(),
            follows=follows,
        )
    return Redirect(f"/desk/cases/{case_id}", status_code=303)


@post("/desk/cases/{case_id:int}/reopen", may=May.STAFF, asks=("version",), sync_to_thread=True)
def reopen(db: Database, clock: Clock, me: SignedIn, follows: Follows, case_id: int, fields: Fields) -> Redirect:
    """Undo the closing of a case."""
    version = fields.needed("version")
    with db.transaction() as tx:
        cases.reopen(tx, actor=me.actor, now=clock.now(), case_id=case_id, version=version, follows=follows)
    return Redirect(f"/desk/cases/{case_id}", status_code=303)
