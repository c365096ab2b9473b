"""Finding an account by handle or name, or an order or what was decided about a reporter by its number."""

from contextlib import suppress
from dataclasses import dataclass

from litestar import get
from litestar.response import Redirect, Template
from sqlalchemy import RowMapping

from gardefou.accounts.queries import account, search, subjects_values
from gardefou.clock import Clock
from gardefou.desk.frame import frame
from gardefou.desk.reporters_page import PAGE as REPORTERS
from gardefou.desk.reporters_page import READERS
from gardefou.guard.rules import tier_of
from gardefou.may import May
from gardefou.orders import queries, rulebook
from gardefou.orders.errors import UnknownOrderError
from gardefou.orders.ports import Ports
from gardefou.reports.errors import UnknownMeasureError
from gardefou.reports.misuse.queries import read_measure
from gardefou.reports.queries import open_case_of
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.storage.ids import BIGGEST
from gardefou.words.plain import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One account that was found."""

    account: RowMapping
    tier: str
    standing: str
    case_id: int | None


@get("/desk/search", may=May.STAFF, sync_to_thread=True)
def show(db: Database, clock: Clock, ports: Ports, me: SignedIn, q: str = "") -> Template | Redirect:
    """Find accounts; the number of an order, or of what was decided about a reporter, leads there."""
    now, wanted = clock.now(), storable(q).strip()[:100]
    with db.reading() as tx:
        if there := _numbered(tx, me, wanted):
            return Redirect(there, status_code=303)
        context = frame(tx, me, now) | {"q": wanted, "found": _found(tx, ports, wanted, now)}
    return Template("desk/search.html", context=context)


def _numbered(tx: Tx, me: SignedIn, wanted: str) -> str | None:
    """Return where a number leads whoever asks; None where it is nobody's, or nothing for them to read."""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 20 and int(wanted) <= BIGGEST):  # noqa: PLR2004  # 64 bits have 19 digits
        return None
    with suppress(UnknownOrderError):
        return f"/desk/orders/{queries.order(tx, int(wanted)).id}"
    with suppress(UnknownMeasureError):
        return f"{REPORTERS}/{read_measure(tx, int(wanted)).reporter}" if me.roles & set(READERS) else None
    return None


def _found(tx: Tx, ports: Ports, wanted: str, now: int) -> list[Found]:
    rows = list(search(tx, wanted))
    renamed = queries.account_renamed_from(tx, wanted.removeprefix("@")) if wanted else None
    if renamed is not None and renamed not in [row["id"] for row in rows]:
        rows.insert(0, account(tx, renamed))
    book, values = rulebook.in_force(tx, ports.load_rulebook), subjects_values(tx, rows, now)
    found = []
    for row in rows:
        case = open_case_of(tx, row["id"])
        found.append(
            Found(
                account=row,
                tier=tier_of(book, values[row["id"]]),
                standing=ports.effects["account"].read_back(tx, subject_kind="account", subject_id=row["id"]),
                case_id=case.id if case else None,
            )
        )
    return found
