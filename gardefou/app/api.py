"""What machines may do with a token: file a report, and read how orders stand and how much is open. Nothing else.

Reports enter by the network's own door, as anybody's do. Nothing here names a person.
"""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.types import ControllerRouterHandler
from sqlalchemy import func, select

from gardefou.app.errors import CategoryError, UnknownReportedPostError
from gardefou.clock import DAY, Clock, to_iso
from gardefou.incidents.tables import incident
from gardefou.may import May
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.queries import shown_account
from gardefou.network.report import LONGEST_COMMENT, MOST_POSTS, Intake, asked
from gardefou.orders.errors import UnknownOrderError
from gardefou.orders.queries import count_open
from gardefou.orders.queries import order as read_order
from gardefou.reports.errors import UnknownReportedError
from gardefou.reports.tables import cases
from gardefou.reports.tables import report as report_table
from gardefou.staff.scopes import Scope
from gardefou.staff.tokens import Bearer
from gardefou.storage import Database
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _
from gardefou.words.plain import storable

_ID = Annotated[str, msgspec.Meta(pattern=r"^\d{1,19}$")]


class Report(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A report as a machine sends it: whom, what about, in which words, and which posts."""

    account: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    category: Annotated[str, msgspec.Meta(max_length=100)]
    comment: Annotated[str, msgspec.Meta(max_length=LONGEST_COMMENT)] = ""
    posts: Annotated[list[_ID], msgspec.Meta(max_length=MOST_POSTS)] = []
    language: str = "en"


@post("/api/reports", may=May.TOKEN, scope=Scope.REPORTS, exclude_from_csrf=True)
async def file_report(
    db: Database, intake: Intake, neighbours: Neighbours, bearer: Bearer, data: Report
) -> dict[str, str]:
    """Take in a report; once it is answered it cannot be lost.

    Raises:
        CategoryError: it is about nothing that a report can be about.
        UnknownReportedError: no such account is to be seen.
        UnknownReportedPostError: it has no such post.
    """
    if data.category not in {choice.value for choice in neighbours.categories()}:
        raise no_category(neighbours, data.category)
    posts, handle = [int(number) for number in data.posts], storable(data.account).removeprefix("@")
    if any(number > BIGGEST for number in posts):
        raise _no_post()
    one = asked(
        neighbours,
        actor=bearer.actor,
        account=handle,
        category=data.category,
        comment=storable(data.comment),
        post_ids=posts,
        locale=data.language,
    )
    try:
        taken = await intake.become(one)
    except NoSuchPageError as problem:
        raise await asyncio.to_thread(_why, db, handle) from problem
    return {"report": str(taken.receipt)}


def no_category(neighbours: Neighbours, name: str) -> CategoryError:
    """Return the error of a report about nothing that it can be about; the message says what it can be about."""
    known = ", ".join(sorted(choice.value for choice in neighbours.categories()))
    return CategoryError(
        _("“%(name)s” is no category; these are: %(known)s", name=name[:40], known=known), field="category"
    )


def _why(db: Database, handle: str) -> UnknownReportedError | UnknownReportedPostError:
    """Return what is not there: the account, or one of its posts."""
    with db.reading() as tx:
        try:
            shown_account(tx, handle)
        except NoSuchPageError:
            return UnknownReportedError(
                _("There is no account @%(handle)s to report.", handle=handle[:60]), field="account"
            )
    return _no_post()


def _no_post() -> UnknownReportedPostError:
    return UnknownReportedPostError(_("One of these posts is not there, or not of this account."), field="posts")


@get("/api/orders/{order_id:int}", may=May.TOKEN, scope=Scope.READ, sync_to_thread=True)
def show_order(db: Database, order_id: int) -> dict[str, Any]:
    """Say how an order stands, and what it is; never who.

    Raises:
        NotFoundException: there is none by that number.
    """
    with db.reading() as tx:
        try:
            found = read_order(tx, order_id)
        except UnknownOrderError:
            raise NotFoundException from None
    return {
        "order": str(found.id),
        "kind": found.kind.value,
        "subject_kind": found.subject_kind,
        "state": found.state.value,
        "reason": found.reason,
        "digest": found.digest.hex(),
        "ended_because": found.ended_because,
        "reverses": _text(found.reverses),
        "reversed_by": _text(found.reversed_by),
        "proposed_at": to_iso(found.proposed_at),
        "executed_at": None if found.executed_at is None else to_iso(found.executed_at),
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


@get("/api/numbers", may=May.TOKEN, scope=Scope.READ, sync_to_thread=True)
def show_numbers(db: Database, clock: Clock) -> dict[str, int]:
    """Say how much is open, and how many reports came within a day."""
    count = select(func.count())
    with db.reading() as tx:
        return {
            "cases_open": int(tx.scalar(count.select_from(cases).where(cases.c.state == "open"))),
            "orders_open": count_open(tx),
            "incidents_open": int(tx.scalar(count.select_from(incident).where(incident.c.state == "open"))),
            "reports_24h": int(tx.scalar(count.where(report_table.c.created_at > clock.now() - DAY))),
        }


HANDLERS: list[ControllerRouterHandler] = [file_report, show_order, show_numbers]
