"""Those who often report what is manifestly unfounded: the house proposes, reviewers and duty managers decide.

Nothing here is decided by itself, nor for several at once: whoever decides reads the reports again, says how many of
them are manifestly unfounded, how grave that is and with what intention, and why, in words that the reporter reads.
"""

from collections.abc import Callable
from typing import Any

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.accounts.queries import accounts
from gardefou.clock import Clock
from gardefou.desk.blur_page import blur_of
from gardefou.desk.errors import FormError
from gardefou.desk.forms import Fields
from gardefou.desk.frame import frame
from gardefou.desk.labels import category
from gardefou.desk.reporters_view import gravities, intents, measure_lines, names, proposed, rests_on
from gardefou.desk.session import AnyRequest
from gardefou.events.actor import ActorKind
from gardefou.may import May
from gardefou.reports.errors import MisuseError, UnknownMeasureError
from gardefou.reports.misuse.answer import answer
from gardefou.reports.misuse.criteria import LENGTHS, REJECTED, REJECTED_AGAIN, SHARE
from gardefou.reports.misuse.judged import LONGEST, Judged, judged
from gardefou.reports.misuse.let_be import let_be
from gardefou.reports.misuse.lift import lift
from gardefou.reports.misuse.queries import (
    CONTESTED,
    OVER,
    STANDING,
    has_reported,
    measures,
    measures_on,
    proposal,
    proposals,
    read_measure,
    rejected_reports,
)
from gardefou.reports.misuse.suspend import suspend
from gardefou.reports.misuse.warn import warn
from gardefou.reports.workers import REVIEWERS
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _
from gardefou.words import ngettext

PAGE, SHOWN = "/desk/reporters", 40
ONE = PAGE + "/{reporter:str}"
MEASURE = "/desk/measures/{measure_id:int}"
PROPOSED = "proposed"
#: The lists, by what an address calls them.
VIEWS = {PROPOSED: PROPOSED, "contested": CONTESTED, "standing": STANDING, "over": OVER}
#: Who reads who reports: nobody else needs to.
READERS = (Role.REVIEWER, Role.DUTY_MANAGER, Role.AUDITOR)
_JUDGED = ("reason", "unfounded", "gravity", "intent")


@get(PAGE, may=May.STAFF, roles=READERS, sync_to_thread=True)
def index(db: Database, clock: Clock, me: SignedIn, view: str = PROPOSED, after: str = "") -> Template:
    """List about whom something is proposed, or was decided."""
    now, chosen = clock.now(), view if view in VIEWS else PROPOSED
    with db.reading() as tx:
        listed = _proposed(tx, now, after) if chosen == PROPOSED else _decided(tx, now, me, VIEWS[chosen], after)
        context = frame(tx, me, now) | listed
    context |= {"view_name": chosen, "first": not after, "criteria": _criteria()}
    return Template("desk/reporters.html", context=context)


def _proposed(tx: Tx, now: int, after: str) -> dict[str, Any]:
    noted, _colon, key = after.partition(":")
    begins = (int(noted), key) if noted.isascii() and noted.isdigit() and len(noted) < 10 and key else None  # noqa: PLR2004  # no count is longer
    found = proposals(tx, now=now, limit=SHOWN + 1, after=begins)
    page = found[:SHOWN]
    called = names(tx, [one.reporter for one in page])
    lines = [(one.reporter, called[one.reporter], rests_on(one), proposed(one)) for one in page]
    more = f"{page[-1].noted}:{page[-1].reporter}" if len(found) > SHOWN else ""
    return {"proposed": lines, "lines": [], "more": more}


def _decided(tx: Tx, now: int, me: SignedIn, only: str, after: str) -> dict[str, Any]:
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 20 else 0  # noqa: PLR2004  # 64 bits have 19 digits
    before = number if 0 < number <= BIGGEST else None
    found = measures(tx, now=now, only=only, limit=SHOWN + 1, before=before)
    lines = measure_lines(tx, found[:SHOWN], person_id=me.person_id, now=now)
    return {"proposed": [], "lines": lines, "more": str(found[SHOWN - 1].id) if len(found) > SHOWN else ""}


def _criteria() -> str:
    """Return by what somebody comes on the list."""
    return _(
        "A warning is proposed where %(rejected)s cases or more that somebody reported in were rejected in 30 days, "
        "and of a hundred decided %(share)s or more; a suspension, where a warning stands and %(again)s or more that "
        "were reported after it were rejected again.",
        rejected=str(REJECTED),
        share=str(SHARE),
        again=str(REJECTED_AGAIN),
    )


@get(ONE, may=May.STAFF, roles=READERS, sync_to_thread=True)
def show(request: AnyRequest, db: Database, clock: Clock, me: SignedIn, reporter: str) -> Template:
    """Show one reporter: the numbers, the reports to read again, what was decided, and what can be."""
    return _one(request, db, clock, me, reporter)


def _one(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    me: SignedIn,
    reporter: str,
    *,
    wrong: str = "",
    typed: dict[str, str] | None = None,
) -> Template:
    now = clock.now()
    _require_reporter(reporter)
    with db.reading() as tx:
        if not has_reported(tx, reporter):
            raise UnknownMeasureError(_("Nobody by that key has reported anything."))
        found, again = proposal(tx, now=now, reporter=reporter), rejected_reports(tx, reporter=reporter)
        decided = measures_on(tx, reporter=reporter)
        about = accounts(tx, {one.account_id for one in again})
        context = frame(tx, me, now) | blur_of(tx, request)
        context |= {
            "reporter": reporter,
            "called": names(tx, [reporter])[reporter],
            "found": found,
            "rests_on": rests_on(found),
            "proposed": proposed(found),
            "again": [(one, about[one.account_id]["handle"], category(one.category)) for one in again],
            "lines": measure_lines(tx, decided, person_id=me.person_id, now=now),
        }
    context |= {"decides": bool(me.roles & REVIEWERS), "wrong": wrong, "typed": typed or {}, "longest": LONGEST}
    context |= {"gravities": gravities(), "intents": intents(), "lengths": _lengths()}
    return Template("desk/reporter.html", context=context, status_code=400 if wrong else 200)


def _require_reporter(reporter: str) -> None:
    """See that an address names somebody who can report.

    Raises:
        UnknownMeasureError: it names nobody.
    """
    kind, _colon, key = reporter.partition(":")
    if kind not in (ActorKind.MEMBER, ActorKind.VISITOR) or not key or (kind == ActorKind.MEMBER and not _number(key)):
        raise UnknownMeasureError(_("Nobody by that key has reported anything."))


def _number(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 20 and int(key) <= BIGGEST  # noqa: PLR2004  # 64 bits have 19 digits


def _lengths() -> list[tuple[str, str]]:
    return [(str(days), ngettext("%(count)s day", "%(count)s days", days)) for days in LENGTHS]


Do = Callable[[Tx], None]


def _done(
    request: AnyRequest, db: Database, clock: Clock, me: SignedIn, reporter: str, fields: Fields, do: Do
) -> Redirect | Template:
    """Do something about a reporter; what was said badly is said above the form, which loses nothing."""
    try:
        with db.transaction() as tx:
            do(tx)
    except (MisuseError, FormError) as problem:
        typed = {name: fields.text(name) for name in (*_JUDGED, "days", "because", "words", "about")}
        return _one(request, db, clock, me, reporter, wrong=problem.message, typed=typed)
    return Redirect(f"{PAGE}/{reporter}", status_code=303)


def _judged(tx: Tx, reporter: str, fields: Fields) -> Judged:
    return judged(
        shown=len(rejected_reports(tx, reporter=reporter)),
        reason=fields.text("reason"),
        unfounded=fields.number("unfounded"),
        gravity=fields.text("gravity"),
        intent=fields.text("intent"),
    )


@post(ONE + "/warn", may=May.STAFF, roles=READERS, asks=_JUDGED, sync_to_thread=True)
def warn_one(
    request: AnyRequest, db: Database, clock: Clock, me: SignedIn, reporter: str, fields: Fields
) -> Redirect | Template:
    """Warn a reporter."""

    def do(tx: Tx) -> None:
        warn(tx, actor=me.actor, now=clock.now(), reporter=reporter, found=_judged(tx, reporter, fields))

    return _done(request, db, clock, me, reporter, fields, do)


@post(ONE + "/suspend", may=May.STAFF, roles=READERS, asks=(*_JUDGED, "days"), sync_to_thread=True)
def suspend_one(
    request: AnyRequest, db: Database, clock: Clock, me: SignedIn, reporter: str, fields: Fields
) -> Redirect | Template:
    """Leave a reporter's reports unprocessed for a time."""

    def do(tx: Tx) -> None:
        found, days = _judged(tx, reporter, fields), fields.number("days")
        suspend(tx, actor=me.actor, now=clock.now(), reporter=reporter, found=found, days=days)

    return _done(request, db, clock, me, reporter, fields, do)


@post(ONE + "/set-aside", may=May.STAFF, roles=READERS, sync_to_thread=True)
def set_one_aside(
    request: AnyRequest, db: Database, clock: Clock, me: SignedIn, reporter: str, fields: Fields
) -> Redirect | Template:
    """Let a proposal be."""

    def do(tx: Tx) -> None:
        let_be(tx, actor=me.actor, now=clock.now(), reporter=reporter)

    return _done(request, db, clock, me, reporter, fields, do)


@post(MEASURE + "/lift", may=May.STAFF, roles=READERS, asks=("because",), sync_to_thread=True)
def lift_one(
    request: AnyRequest, db: Database, clock: Clock, me: SignedIn, measure_id: int, fields: Fields
) -> Redirect | Template:
    """Take a warning or a suspension back."""

    def do(tx: Tx) -> None:
        lift(tx, actor=me.actor, now=clock.now(), measure_id=measure_id, because=fields.text("because"))

    return _done(request, db, clock, me, _reporter(db, measure_id), fields, do)


@post(MEASURE + "/answer", may=May.STAFF, roles=READERS, asks=("keeps", "words"), sync_to_thread=True)
def answer_one(
    request: AnyRequest, db: Database, clock: Clock, me: SignedIn, measure_id: int, fields: Fields
) -> Redirect | Template:
    """Answer a reporter who contests."""

    def do(tx: Tx) -> None:
        keeps = {"yes": True, "no": False}.get(fields.text("keeps"))
        if keeps is None:
            raise MisuseError(_("Say whether it stays or is taken back."))
        words = fields.text("words")
        answer(tx, actor=me.actor, now=clock.now(), measure_id=measure_id, keeps=keeps, words=words)

    return _done(request, db, clock, me, _reporter(db, measure_id), fields, do)


def _reporter(db: Database, measure_id: int) -> str:
    if not 0 < measure_id <= BIGGEST:
        raise UnknownMeasureError(_("Nothing was decided about a reporter under that number."))
    with db.reading() as tx:
        return read_measure(tx, measure_id).reporter
