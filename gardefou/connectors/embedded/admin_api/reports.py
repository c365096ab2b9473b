"""Moderating clients: read reports, hold and close the cases that they gather in."""

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post, put
from sqlalchemy import RowMapping

from gardefou.clock import Clock
from gardefou.connectors.embedded.admin_api.entities import admin_reports, reports_and_cases
from gardefou.connectors.embedded.admin_api.errors import NotDoneError, NotHereError
from gardefou.connectors.embedded.admin_api.programs import behind
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.api.caller import AnyRequest, Caller
from gardefou.network.api.given import Given, id_in_path
from gardefou.network.api.paging import link, paging_in
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.queries import all_followed
from gardefou.reports import cases
from gardefou.reports.leases import Taken, return_lease, take_lease
from gardefou.reports.tables import cases as cases_table
from gardefou.reports.tables import report as report_table
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

Entity = dict[str, Any]
PAGE, LARGEST_PAGE = 100, 200


def _row(tx: Tx, report_id: int) -> RowMapping:
    row = tx.first(reports_and_cases().where(report_table.c.id == report_id))
    if row is None:
        raise NoSuchPageError
    found: RowMapping = row
    return found


def close_report(tx: Tx, *, actor: Actor, now: int, report_id: int, account_id: int) -> None:
    """Close the case of a report on an account, the account staying as it is.

    Raises:
        NoSuchPageError: there is no such report on this account.
        ConflictError: it is closed, has changed, or a colleague holds it.
    """
    row = _row(tx, report_id)
    if int(row["account_id"]) != account_id:
        raise NoSuchPageError
    _close(tx, actor, now, row)


def _close(tx: Tx, actor: Actor, now: int, row: RowMapping) -> None:
    more = {"case_id": row["case_id"], "version": row["version"]}
    cases.close(tx, actor=actor, now=now, outcome="rejected", follows=all_followed, **more)


def _reopen(tx: Tx, actor: Actor, now: int, row: RowMapping) -> None:
    more = {"case_id": row["case_id"], "version": row["version"]}
    cases.reopen(tx, actor=actor, now=now, follows=all_followed, **more)


def _take(tx: Tx, actor: Actor, now: int, row: RowMapping) -> None:
    held = take_lease(tx, actor=actor, now=now, case_id=row["case_id"], follows=all_followed)
    if isinstance(held, Taken):
        raise NotDoneError(_("%(name)s holds this case.", name=held.name))


def _give_back(tx: Tx, actor: Actor, now: int, row: RowMapping) -> None:
    if not return_lease(tx, actor=actor, now=now, case_id=row["case_id"]):
        raise NotDoneError(_("You do not hold this case; nothing has changed."))


_VERBS: dict[str, Callable[[Tx, Actor, int, RowMapping], None]] = {
    "assign_to_self": _take,
    "unassign": _give_back,
    "resolve": _close,
    "reopen": _reopen,
}


@get("/api/v1/admin/reports", may=May.CLIENT, needs="admin:read:reports", sync_to_thread=True)
def list_reports(
    request: AnyRequest, db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, given: Given, site: str
) -> Response[list[Entity]]:
    """Return a page of reports: those still open, unless the closed ones are asked for."""
    paging = paging_in(given, default=PAGE, highest=LARGEST_PAGE)
    wanted = reports_and_cases().where(cases_table.c.state == ("closed" if given.flag("resolved") else "open"))
    reporter, target = given.id("account_id"), given.id("target_account_id")
    if reporter is not None:
        wanted = wanted.where(report_table.c.reporter == str(Actor.member(reporter)))
    if target is not None:
        wanted = wanted.where(report_table.c.account_id == target)
    with db.reading() as tx:
        behind(tx, caller, now=clock.now(), site=site)
        rows, more = paging.rows(tx, wanted, report_table.c.id)
        ids = [int(row["id"]) for row in rows]
        return Response(
            admin_reports(tx, rows, neighbours=neighbours, site=site), headers=link(request, site, ids, more=more)
        )


@get("/api/v1/admin/reports/{report_id:str}", may=May.CLIENT, needs="admin:read:reports", sync_to_thread=True)
def show(db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, site: str, report_id: str) -> Entity:
    """Return one report."""
    with db.reading() as tx:
        behind(tx, caller, now=clock.now(), site=site)
        return admin_reports(tx, [_row(tx, id_in_path(report_id))], neighbours=neighbours, site=site)[0]


@put("/api/v1/admin/reports/{report_id:str}", may=May.CLIENT, needs="admin:write:reports", sync_to_thread=True)
def change(db: Database, clock: Clock, caller: Caller, site: str, report_id: str) -> Entity:
    """Refuse: a report stays as it was filed.

    Raises:
        NotHereError: always.
    """
    with db.reading() as tx:
        behind(tx, caller, now=clock.now(), site=site)
        _row(tx, id_in_path(report_id))
    raise NotHereError(_("A report stays as it was filed; nothing has changed."))


@post(
    "/api/v1/admin/reports/{report_id:str}/{verb:str}",
    may=May.CLIENT,
    needs="admin:write:reports",
    status_code=200,
    sync_to_thread=True,
)
def decide(
    db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, site: str, report_id: str, verb: str
) -> Entity:
    """Hold the case of a report, give it back, close it or open it again: its other reports go with it.

    Raises:
        NoSuchPageError: there is no such report, or no such verb.
    """
    now, number = clock.now(), id_in_path(report_id)
    if verb not in _VERBS:
        raise NoSuchPageError
    with db.transaction() as tx:
        person = behind(tx, caller, now=now, site=site)
        _VERBS[verb](tx, person.actor, now, _row(tx, number))
        return admin_reports(tx, [_row(tx, number)], neighbours=neighbours, site=site)[0]


HANDLERS = [change, decide, list_reports, show]
