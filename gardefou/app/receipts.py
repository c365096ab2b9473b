"""Receipts over HTTP: the list of those that concern a member, and each as a file; on the desk, a proposer's own.

Whoever it does not concern gets the same answer as at an address where there is nothing.
"""

from typing import Any

from litestar import Response, Router, get
from litestar.di import Provide
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from gardefou.accounts.queries import account
from gardefou.app.errors import NoReceiptError
from gardefou.app.settings import Settings
from gardefou.desk import problems as desk
from gardefou.errors import BadInputError
from gardefou.ledger import witnessed
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.errors import NotPublishedError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.receipt import SUFFIX, Receipt
from gardefou.ledger.receipt_for import receipt_for
from gardefou.ledger.store import Entry
from gardefou.may import May
from gardefou.network.errors import NoSuchPageError, StrangerError
from gardefou.network.queries import Member
from gardefou.network.web.common import AnyRequest, no_such_page, page, provide_member, to_sign_in
from gardefou.orders import queries
from gardefou.orders.labels import titled
from gardefou.redress import receipts
from gardefou.redress.receipts import Concern
from gardefou.reports.queries import case
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

RECEIPTS = "/ledger/receipts"
TEXT = "text/plain"
#: So many stand on one page.
SHOWN = 50


def published(settings: Settings) -> LedgerFolder:
    """Return where the record is published."""
    return LedgerFolder(settings.ledger_folder)


@get(RECEIPTS, may=May.MEMBER, sync_to_thread=True)
def index(db: Database, member: Member, before: int | None = None) -> Template:
    """Show a member which entries of the record concern them, and hand out a receipt of each."""
    with db.reading() as tx:
        found = receipts.of_member(tx, account_id=member.id, before=before, limit=SHOWN + 1)
        shown = found[:SHOWN]
        rows = [{"entry": one, "what": _what(tx, one), "said": _said(one)} for one in shown]
    older = shown[-1].index if len(found) > SHOWN else None
    return page("receipts", member=member, rows=rows, older=older, first=before is None, here=RECEIPTS)


def _what(tx: Tx, entry: Entry) -> str:
    """Return what an entry is about."""
    if entry.kind == EntryKind.CASE_CLOSED:
        handle = account(tx, case(tx, int(entry.body["case"])).account_id)["handle"]
        return _("Your report on %(handle)s", handle=f"@{handle}")
    order = queries.order(tx, entry.order_id or 0)
    handle = account(tx, order.account_id or 0)["handle"]
    return titled(order.kind, f"@{handle}")


def _said(entry: Entry) -> str:
    """Return what became of it."""
    if entry.kind == EntryKind.CASE_CLOSED:
        return {"upheld": _("Decided: upheld"), "rejected": _("Decided: not upheld")}[entry.body["outcome"]]
    return {EntryKind.ORDER_EXECUTED: _("Took effect"), EntryKind.ORDER_REVERSED: _("Taken back")}[
        EntryKind(entry.kind)
    ]


@get(f"{RECEIPTS}/{{entry:int}}", may=May.MEMBER, plain=404, media=TEXT, sync_to_thread=True)
def mine(db: Database, settings: Settings, member: Member, entry: int) -> Response[bytes]:
    """Hand a member the receipt of an entry that concerns them."""
    with db.reading() as tx:
        found = receipts.one_of_member(tx, account_id=member.id, index=entry)
        if found is None:
            raise NoSuchPageError
        return _file(tx, settings, found)


@get("/desk/orders/{order_id:int}/receipt", may=May.STAFF, plain=404, media=TEXT, kept=True, sync_to_thread=True)
def proposers(
    db: Database, settings: Settings, me: SignedIn, order_id: int, entry: int | None = None
) -> Response[bytes]:
    """Hand whoever proposed an order the receipt of one of its steps; of the first, where none is named."""
    with db.reading() as tx:
        found = receipts.one_of_proposer(tx, order_id=order_id, person_id=me.person_id, index=entry)
        if found is None:
            raise NoReceiptError
        return _file(tx, settings, found)


def made(tx: Tx, settings: Settings, found: Concern) -> Receipt:
    """Return the receipt of what concerns somebody.

    Raises:
        NotPublishedError, NoteError, TileMissingError, ProofError: as `receipt_for`.
    """
    seen = witnessed.latest(tx)
    cosigned = None if seen is None else seen.note.encode()
    folder = published(settings)
    return receipt_for(tx, folder=folder, index=found.entry.index, openings=found.openings, cosigned=cosigned)


def _file(tx: Tx, settings: Settings, found: Concern) -> Response[bytes]:
    receipt = made(tx, settings, found)
    number = found.entry.order_id or found.entry.body["case"]
    name = f"{number}-{found.entry.index}{SUFFIX}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(str(receipt).encode(), media_type=TEXT, headers=headers)


def not_yet(request: AnyRequest, problem: NotPublishedError) -> Response[Any]:
    """Say that the head that stands for an entry is still to come, and when to ask again."""
    title = _("This receipt comes within a second")
    detail = _("What it proves is on the record; the signed head over it is just being published. Ask again.")
    headers = {"Retry-After": "1"}
    if "text/html" not in request.headers.get("accept", ""):
        body = {"type": "about:blank", "title": title, "status": 503, "detail": detail, "code": problem.code}
        return Response(body, status_code=503, media_type="application/problem+json", headers=headers)
    again = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    context = {"title": title, "detail": detail, "again": again, "back": again, "since": (), "status": 503}
    name = "desk/problem.html" if again.startswith("/desk/") else "network/receipt_early.html"
    return Template(name, context=context, status_code=503, headers=headers)


#: For `app` to mount.
HANDLERS: list[ControllerRouterHandler] = [
    Router(
        path="/",
        route_handlers=[index, mine],
        dependencies={"member": Provide(provide_member, sync_to_thread=True)},
        exception_handlers={
            StrangerError: to_sign_in,
            NoSuchPageError: no_such_page,
            NotPublishedError: not_yet,
        },
    ),
    Router(
        path="/",
        route_handlers=[proposers],
        exception_handlers={BadInputError: desk.handle, NotPublishedError: not_yet},
    ),
]
