"""What the record shows: who did what to an account, and the ledger's own head and last lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from litestar import get
from litestar.response import Redirect, Template

from gardefou.accounts.errors import UnknownAccountError
from gardefou.accounts.queries import account as account_row
from gardefou.accounts.queries import by_handle
from gardefou.clock import Clock
from gardefou.desk.changes import Asking
from gardefou.desk.deeds import deeds
from gardefou.desk.frame import frame
from gardefou.desk.notes_page import note_lines
from gardefou.desk.protection import protection
from gardefou.desk.signed import grouped
from gardefou.desk.witnessed import last_word
from gardefou.ledger import store
from gardefou.ledger.log import Log, state
from gardefou.may import May
from gardefou.orders.ports import Ports
from gardefou.orders.queries import account_renamed_from
from gardefou.reports.workers import WORKERS
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.watch import who as watch
from gardefou.words import gettext as _

LINES = 500
ENTRIES = 40
WIDTH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time with one standing, in the picture's own units."""

    x: int
    width: int
    standing: str
    since: int
    until: int


@get("/desk/who/{handle:str}", may=May.STAFF, sync_to_thread=True)
def who(
    db: Database, clock: Clock, ports: Ports, me: SignedIn, handle: str, post: int | None = None
) -> Template | Redirect:
    """Show who did what to an account, when, and under which rule: from the record alone."""
    now = clock.now()
    with db.reading() as tx:
        account = by_handle(tx, handle)
        renamed = account_renamed_from(tx, handle) if account is None else None
        if renamed is not None:
            return Redirect(f"/desk/who/{account_row(tx, renamed)['handle']}", status_code=302)
        if account is None:
            raise UnknownAccountError(_("There is no account @%(handle)s.", handle=handle[:60]))
        return account_page(tx, ports, me=me, now=now, account_id=int(account["id"]), post=post)


def account_page(
    tx: Tx,
    ports: Ports,
    *,
    me: SignedIn,
    now: int,
    account_id: int,
    post: int | None = None,
    values: Mapping[str, str] | None = None,
    wrong: str = "",
) -> Template:
    """Return an account's page; after a form that could not be read, with what was typed and what is wrong with it."""
    lines = watch.who(tx, account_id, limit=LINES)
    ask = Asking(tx=tx, ports=ports, me=me, now=now, subject_id=account_id)
    context = frame(tx, me, now) | protection(ask) | deeds(ask, post)
    told = [(line, watch.name(line), watch.deed(line), watch.whom(line)) for line in reversed(lines)]
    context |= {"account": account_row(tx, account_id), "lines": told, "stretches": stretches(lines, now)}
    context |= {"notes": note_lines(tx, account_id=account_id, case_id=None, now=now)}
    context |= {"keeps_notes": bool(me.roles & WORKERS), "notes_from": "", "notes_hear": ""}
    context |= {"subject_id": account_id, "values": values or {}, "wrong": wrong}
    return Template("desk/who.html", context=context, status_code=400 if wrong else 200)


def stretches(lines: Sequence[watch.Line], now: int) -> list[Stretch]:
    """Return the standings one after another, from the first change the record shows until now."""
    changes = [
        (line.at, line.standing[1]) for line in lines if line.standing and line.order_kind.startswith("account.")
    ]
    if not changes:
        return []
    first, whole = changes[0][0], max(1, now - changes[0][0])
    ends = [*changes, (now, "")]
    return [
        Stretch(
            x=(at - first) * WIDTH // whole,
            width=max(2, (end - at) * WIDTH // whole),
            standing=standing,
            since=at,
            until=end,
        )
        for (at, standing), (end, _next) in pairwise(ends)
    ]


@get("/desk/ledger", may=May.STAFF, sync_to_thread=True)
def ledger(db: Database, clock: Clock, me: SignedIn, log: Log, before: int | None = None) -> Template:
    """Show how long the record is, the root that stands for all of it, how it is published, and its last lines."""
    now = clock.now()
    with db.reading() as tx:
        head = store.head(tx)
        end = head.size if before is None else max(0, min(before, head.size))
        first = max(0, end - ENTRIES)
        entries = list(store.entries(tx, after=first - 1, limit=end - first)) if end > first else []
        told = list(watch.lines(tx, entries))
        context = frame(tx, me, now)
        shown = state(tx, log)
        context["witnessed"] = last_word(tx, now)
    context |= {
        "log": shown,
        "late": shown.late(now),
        "age": max(0, now - shown.at),
        "head": head,
        "root": grouped(head.root),
        "lines": [(line, watch.name(line), watch.deed(line), watch.whom(line)) for line in reversed(told)],
        "on_whom": True,
        "older": f"/desk/ledger?before={first}" if first else "",
        "newer": f"/desk/ledger?before={min(head.size, end + ENTRIES)}" if end < head.size else "",
    }
    return Template("desk/ledger.html", context=context)
