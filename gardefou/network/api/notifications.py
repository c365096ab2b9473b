"""What a member was told: read it, count it, put it away."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.notifications import notifications
from gardefou.network.api.given import Given, id_in_path
from gardefou.network.api.paging import ACCOUNTS, link, paging_in
from gardefou.network.dismiss import dismiss, dismiss_all
from gardefou.network.errors import NoSuchPageError
from gardefou.network.notices import told_to, unread
from gardefou.network.tables import net_notification
from gardefou.storage import Database

AnyRequest = Request[Any, Any, Any]


@get("/notifications", may=May.CLIENT, needs="read:notifications", sync_to_thread=True)
def show_all(
    request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str
) -> Response[list[dict[str, Any]]]:
    """Return what a member was told, the latest first; of some kinds or by one account alone where they are named."""
    told = net_notification.c
    wanted = told_to(caller.member_id, clock.now())
    kinds, others, by = given.texts("types"), given.texts("exclude_types"), given.id("account_id")
    if kinds:
        wanted = wanted.where(told.kind.in_(sorted(set(kinds))))
    if others:
        wanted = wanted.where(told.kind.not_in(sorted(set(others))))
    if by is not None:
        wanted = wanted.where(told.from_id == by)
    paging = paging_in(given, default=ACCOUNTS)
    with db.reading() as tx:
        rows, more = paging.rows(tx, wanted, told.id)
        found = notifications(tx, rows, reader=caller.member_id, site=site)
    return Response(found, headers=link(request, site, [int(row["id"]) for row in rows], more=more))


@get("/notifications/unread_count", may=May.CLIENT, needs="read:notifications", sync_to_thread=True)
def count(db: Database, clock: Clock, caller: Caller) -> dict[str, int]:
    """Return of how many things a member was told since they last read."""
    with db.reading() as tx:
        return {"count": unread(tx, caller.member_id, now=clock.now())}


@get("/notifications/{number:str}", may=May.CLIENT, needs="read:notifications", sync_to_thread=True)
def show_one(db: Database, clock: Clock, caller: Caller, site: str, number: str) -> dict[str, Any]:
    """Return one thing that a member was told."""
    with db.reading() as tx:
        wanted = told_to(caller.member_id, clock.now()).where(net_notification.c.id == id_in_path(number))
        found = notifications(tx, tx.all(wanted), reader=caller.member_id, site=site)
    if not found:
        raise NoSuchPageError
    return found[0]


@post("/notifications/clear", may=May.CLIENT, needs="write:notifications", status_code=200, sync_to_thread=True)
def clear(db: Database, clock: Clock, caller: Caller) -> dict[str, Any]:
    """Put away everything."""
    with db.transaction() as tx:
        dismiss_all(tx, actor=caller.actor, now=clock.now())
    return {}


@post(
    "/notifications/{number:str}/dismiss",
    may=May.CLIENT,
    needs="write:notifications",
    status_code=200,
    sync_to_thread=True,
)
def dismiss_one(db: Database, clock: Clock, caller: Caller, number: str) -> dict[str, Any]:
    """Put away one thing."""
    with db.transaction() as tx:
        dismiss(tx, actor=caller.actor, now=clock.now(), notification_id=id_in_path(number))
    return {}


HANDLERS: list[ControllerRouterHandler] = [show_all, count, show_one, clear, dismiss_one]
