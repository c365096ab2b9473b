"""Setting the reports of a burst aside, letting them count again, and reading reports page by page."""

from litestar import get, post
from litestar.response import Redirect, Template

from gardefou.accounts.queries import account as account_row
from gardefou.clock import Clock
from gardefou.desk.blur_page import blur_of
from gardefou.desk.bursts import aside_lines
from gardefou.desk.forms import Fields, number_of
from gardefou.desk.frame import frame
from gardefou.desk.labels import category
from gardefou.desk.session import AnyRequest
from gardefou.may import May
from gardefou.reports import queries as reports
from gardefou.reports.errors import UnknownAsideError
from gardefou.reports.lines import LOOKED_THROUGH
from gardefou.reports.offers import Follows
from gardefou.reports.set_aside import set_aside
from gardefou.reports.take_back import take_back
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.words import gettext as _


@post(
    "/desk/cases/{case_id:int}/aside",
    may=May.STAFF,
    asks=("version", "seen", "since", "upto", "reports"),
    sync_to_thread=True,
)
def put_aside(db: Database, clock: Clock, me: SignedIn, follows: Follows, case_id: int, fields: Fields) -> Redirect:
    """Set the reports of a burst aside together, as many as the page offered."""
    with db.transaction() as tx:
        set_aside(
            tx,
            actor=me.actor,
            now=clock.now(),
            case_id=case_id,
            version=fields.needed("version"),
            since=fields.needed("since"),
            upto=fields.needed("upto"),
            reports=fields.needed("reports"),
            seen=fields.seen(),
            follows=follows,
        )
    return Redirect(f"/desk/cases/{case_id}", status_code=303)


@post(
    "/desk/cases/{case_id:int}/aside/{aside_id:int}/back",
    may=May.STAFF,
    asks=("version", "seen"),
    sync_to_thread=True,
)
def let_count(
    db: Database, clock: Clock, me: SignedIn, follows: Follows, case_id: int, aside_id: int, fields: Fields
) -> Redirect:
    """Let what was set aside together count again."""
    with db.transaction() as tx:
        take_back(
            tx,
            actor=me.actor,
            now=clock.now(),
            case_id=case_id,
            aside_id=aside_id,
            version=fields.needed("version"),
            seen=fields.seen(),
            follows=follows,
        )
    return Redirect(f"/desk/cases/{case_id}", status_code=303)


@get("/desk/cases/{case_id:int}/reports", may=May.STAFF, sync_to_thread=True)
def read(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    me: SignedIn,
    case_id: int,
    before: str = "",
    aside: str = "",
) -> Template:
    """Show the reports of a case a page at a time: those that count, or with `aside` those of one set.

    Raises:
        UnknownCaseError: there is no such case.
        UnknownAsideError: nothing is set aside under that number in this case.
    """
    place, wanted, now = number_of("before", before), number_of("aside", aside), clock.now()
    with db.reading() as tx:
        case = reports.case(tx, case_id)
        found = reports.in_force(tx, case_id)
        only = next((one for one in found if one.id == wanted), None)
        if only is None and wanted is not None:
            raise UnknownAsideError(_("No reports are set aside under that number."))
        context = frame(tx, me, now) | blur_of(tx, request)
        context |= {
            "case": case,
            "account": account_row(tx, case.account_id),
            "lines": reports.reports_of(tx, case=case, found=found, only=only, before=place),
            "from_start": place is None,
            "only": only,
            "aside": aside_lines(tx, found, now),
            "category": category,
            "looked_through": LOOKED_THROUGH,
        }
    return Template("desk/reports.html", context=context)
