"""What became of one's own reports: a member's and a visitor's pages, and a platform's machine.

Whoever it does not concern gets the same answer as at an address where there is nothing. A visitor is known by the
browser they reported with, or by the address of their receipt.
"""

from collections.abc import Sequence
from typing import Any

from litestar import Router, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler

from gardefou.app.bulk import reporter_of
from gardefou.app.teller import OWN_REPORTS
from gardefou.clock import Clock, to_iso
from gardefou.errors import BadInputError, NotFoundError
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.errors import NoSuchPageError
from gardefou.network.queries import Member
from gardefou.network.receipt_key import opens
from gardefou.network.web import common
from gardefou.network.web.common import AnyRequest, member_of_request, no_such_page, page, provide_form
from gardefou.network.web.reporting import VISITOR_COOKIE, visitor_key
from gardefou.redress.measures import ShownMeasure, shown
from gardefou.redress.outcomes import OwnReport, lines, own_reports, report_by_number, rule_of, title
from gardefou.reports.misuse.contest import contest
from gardefou.reports.misuse.judged import LONGEST
from gardefou.reports.misuse.queries import measures_on
from gardefou.reports.misuse.standing_of import in_force
from gardefou.staff.scopes import Scope
from gardefou.staff.tokens import Bearer
from gardefou.storage import Database, Tx
from gardefou.storage.ids import BIGGEST

#: So many stand on one page.
SHOWN = 20
INTAKE = "/intake/reports/{report_id:int}"


def _reporters(request: AnyRequest, member: Member | None) -> list[Actor]:
    """Return as whom the reader may have reported: the member, and whoever used this browser before signing in."""
    token = request.cookies.get(VISITOR_COOKIE)
    found = [Actor.member(member.id)] if member else []
    return [*found, Actor.visitor(visitor_key(token))] if token else found


@get(OWN_REPORTS, may=May.ANYONE, sync_to_thread=True)
def index(
    request: AnyRequest, db: Database, clock: Clock, contact: str, member: Member | None, before: str | None = None
) -> Template:
    """Show somebody their own reports and what became of each, and what was decided about them as a reporter."""
    return _index(request, db, clock, contact, member, before=common.before_in(before))


def _index(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    contact: str,
    member: Member | None,
    *,
    before: int | None = None,
    wrong: str = "",
    typed: str = "",
    status: int = 200,
) -> Template:
    keys, now = [str(one) for one in _reporters(request, member)], clock.now()
    with db.reading() as tx:
        found = own_reports(tx, now=now, reporters=keys, before=before, limit=SHOWN + 1)
        measures = _measures(tx, keys, now, contact)
    rows = [{"one": one, "title": title(one)} for one in found[:SHOWN]]
    older = found[SHOWN - 1].id if len(found) > SHOWN else None
    context = {"rows": rows, "measures": measures, "older": older, "first": before is None, "here": OWN_REPORTS}
    context |= {"wrong": wrong, "typed": typed, "longest": LONGEST}
    return page("own_reports", member=member, status=status, **context)


def _measures(tx: Tx, reporters: Sequence[str], now: int, contact: str) -> list[ShownMeasure]:
    return [shown(one, now=now, contest=contact) for key in reporters for one in measures_on(tx, reporter=key)]


@get(OWN_REPORTS + "/{report_id:int}", may=May.ANYONE, plain=404, sync_to_thread=True)
def show(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    door_key: bytes,
    contact: str,
    member: Member | None,
    report_id: int,
    key: str = "",
) -> Template:
    """Show what became of one report to whoever sent it, or has its receipt."""
    with db.reading() as tx:
        found = _known(tx, report_id, clock.now())
    mine = found is not None and found.reporter in {str(one) for one in _reporters(request, member)}
    if found is None or not (mine or (key and opens(door_key, report_id, key))):
        raise NoSuchPageError
    return page(
        "own_report", member=member, one=found, title=title(found), lines=lines(found, contest=contact), mine=mine
    )


def _known(tx: Tx, report_id: int, now: int) -> OwnReport | None:
    return report_by_number(tx, report_id, now=now) if 0 < report_id <= BIGGEST else None


@post(OWN_REPORTS + "/contest", may=May.ANYONE, asks=("measure", "text"), sync_to_thread=True)
def contest_measure(
    request: AnyRequest, db: Database, clock: Clock, contact: str, member: Member | None, form: FormMultiDict
) -> Redirect | Template:
    """Take what a reporter says against a warning or a suspension; what is wrong is said, and loses nothing."""
    measure_id, words = common.id_in(common.field(form, "measure")), common.field(form, "text")
    try:
        with db.transaction() as tx:
            keys = {str(one): one for one in _reporters(request, member)}
            of = next((key for key in keys for one in measures_on(tx, reporter=key) if one.id == measure_id), None)
            if of is None:
                raise NoSuchPageError
            contest(tx, actor=keys[of], now=clock.now(), measure_id=measure_id, words=words)
    except NotFoundError:
        raise NoSuchPageError from None
    except BadInputError as problem:
        return _index(request, db, clock, contact, member, wrong=problem.message, typed=words, status=400)
    return Redirect(OWN_REPORTS, status_code=303)


@get(INTAKE, may=May.TOKEN, scope=Scope.REPORTS, sync_to_thread=True)
def told_to_machine(
    db: Database, clock: Clock, contact: str, bearer: Bearer, report_id: int, reporter: str = ""
) -> dict[str, Any]:
    """Say what became of a report that this machine brought, of the reporter it names; never who decided.

    Raises:
        NotFoundException: there is none by that number, or it is somebody else's: the answer is the same.
    """
    whose, now = str(reporter_of(bearer, reporter)), clock.now()
    with db.reading() as tx:
        found = _known(tx, report_id, now)
        if found is None or found.reporter != whose:
            raise NotFoundException
        standing = in_force(tx, now=now, reporters=[whose]).get(whose, [])
    measures = [shown(one, now=now, contest=contact, elsewhere=bool(reporter)) for one in standing]
    return {
        "report": str(found.id),
        "state": found.state,
        "decided_at": None if found.decided_at is None else to_iso(found.decided_at),
        "rule": rule_of(found.category),
        "title": title(found),
        "said": lines(found, contest=contact),
        "reporter": [{"kind": one.of.kind, "title": one.title, "said": one.lines} for one in measures],
    }


#: For `app` to mount.
HANDLERS: list[ControllerRouterHandler] = [
    Router(
        path="/",
        route_handlers=[index, show, contest_measure],
        dependencies={"member": Provide(member_of_request), "form": Provide(provide_form)},
        exception_handlers={NoSuchPageError: no_such_page},
    ),
    told_to_machine,
]
