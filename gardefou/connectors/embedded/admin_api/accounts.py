"""Moderating clients: find accounts, and act on them by orders."""

from typing import Any

from litestar import Response, delete, get, post
from sqlalchemy import ColumnElement, Select, and_, false, select

from gardefou.clock import Clock
from gardefou.connectors.embedded.admin_api.act import UNDOING, act, insist, undo
from gardefou.connectors.embedded.admin_api.entities import admin_accounts
from gardefou.connectors.embedded.admin_api.errors import NotHereError
from gardefou.connectors.embedded.admin_api.programs import behind
from gardefou.connectors.embedded.admin_api.reports import close_report
from gardefou.may import May
from gardefou.network.api.accounts import account_at
from gardefou.network.api.caller import AnyRequest, Caller
from gardefou.network.api.given import Given
from gardefou.network.api.paging import link, paging_in
from gardefou.network.handles import handle_key
from gardefou.network.tables import net_account
from gardefou.network.tables import standing as standing_table
from gardefou.orders.ports import Ports
from gardefou.storage import Database
from gardefou.words import gettext as _

Entity = dict[str, Any]
PAGE, LARGEST_PAGE = 100, 200
#: What clients call a standing.
_STANDINGS = {"disabled": "frozen", "silenced": "limited", "suspended": "hidden"}
#: What no account here ever is.
_NEVER = ("remote", "pending", "sensitized", "staff")


def _wanted(given: Given, *, status: str, flags: set[str]) -> Select[Any]:
    """Return the accounts that fit every filter; one for what this house does not keep fits nobody."""
    state = standing_table.c.standing
    joined = select(net_account.c.id).outerjoin(standing_table, standing_table.c.account_id == net_account.c.id)
    where: list[ColumnElement[bool]] = []
    if status == "active":
        where.append(state.is_(None) | (state == "active"))
    elif status in _STANDINGS:
        where.append(state == _STANDINGS[status])
    elif status:
        where.append(false())
    where += [false() for name in _NEVER if name in flags]
    if username := given.text("username").strip().removeprefix("@"):
        where.append(net_account.c.handle_key.contains(handle_key(username), autoescape=True))
    if name := given.text("display_name").strip():
        where.append(net_account.c.display_name.icontains(name, autoescape=True))
    if email := given.text("email").strip():
        where.append(net_account.c.email == email.lower())
    where += [false() for one in ("by_domain", "ip", "invited_by", "permissions", "role_ids") if given.text(one)]
    return joined.where(and_(*where)) if where else joined


def _page(
    request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str, wanted: Select[Any]
) -> Response[list[Entity]]:
    paging = paging_in(given, default=PAGE, highest=LARGEST_PAGE)
    with db.reading() as tx:
        behind(tx, caller, now=clock.now(), site=site)
        rows, more = paging.rows(tx, wanted, net_account.c.id)
        ids = [int(row["id"]) for row in rows]
        found = admin_accounts(tx, ids, site=site)
        return Response([found[one] for one in ids], headers=link(request, site, ids, more=more))


@get("/api/v1/admin/accounts", may=May.CLIENT, needs="admin:read:accounts", sync_to_thread=True)
def list_accounts(
    request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str
) -> Response[list[Entity]]:
    """Return a page of accounts, by flags."""
    flags = {name for name in (*_NEVER, "active", *_STANDINGS) if given.flag(name)}
    standing = [name for name in ("active", *_STANDINGS) if name in flags]
    wanted = _wanted(given, status=standing[-1] if standing else "", flags=flags)
    return _page(request, db, clock, caller, given, site, wanted)


@get("/api/v2/admin/accounts", may=May.CLIENT, needs="admin:read:accounts", sync_to_thread=True)
def list_accounts_v2(
    request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str
) -> Response[list[Entity]]:
    """Return a page of accounts, by origin and status."""
    flags = {"remote"} if given.text("origin") == "remote" else set()
    wanted = _wanted(given, status=given.text("status"), flags=flags)
    return _page(request, db, clock, caller, given, site, wanted)


@get("/api/v1/admin/accounts/{account_id:str}", may=May.CLIENT, needs="admin:read:accounts", sync_to_thread=True)
def show(db: Database, clock: Clock, caller: Caller, site: str, account_id: str) -> Entity:
    """Return one account."""
    with db.reading() as tx:
        behind(tx, caller, now=clock.now(), site=site)
        number = account_at(tx, account_id)
        return admin_accounts(tx, [number], site=site)[number]


@post(
    "/api/v1/admin/accounts/{account_id:str}/action",
    may=May.CLIENT,
    needs="admin:write:accounts",
    status_code=200,
    sync_to_thread=True,
)
def take_action(
    db: Database, clock: Clock, ports: Ports, caller: Caller, given: Given, site: str, account_id: str
) -> Entity:
    """Propose an order on an account; only what has taken effect is answered as done."""
    now, action, text = clock.now(), given.text("type"), given.text("text")
    with db.transaction() as tx:
        actor = behind(tx, caller, now=now, site=site).actor
        number = account_at(tx, account_id)
        report_id = given.id("report_id")
        if action == "none" and report_id is not None:
            close_report(tx, actor=actor, now=now, report_id=report_id, account_id=number)
            return {}
        outcome = act(tx, ports, actor=actor, now=now, account_id=number, action=action, text=text)
    # A refused attempt is written down all the same: the transaction is committed before anybody is told.
    insist(outcome, site=site, now=now)
    return {}


@post(
    "/api/v1/admin/accounts/{account_id:str}/{verb:str}",
    may=May.CLIENT,
    needs="admin:write:accounts",
    status_code=200,
    sync_to_thread=True,
)
def take_back(
    db: Database, clock: Clock, ports: Ports, caller: Caller, site: str, account_id: str, verb: str
) -> Entity:
    """Take back what is in effect: enable, unsilence, unsuspend.

    Raises:
        NotHereError: the house does no such thing.
    """
    now = clock.now()
    with db.transaction() as tx:
        actor = behind(tx, caller, now=now, site=site, kept=True).actor
        number = account_at(tx, account_id)
        if verb not in UNDOING:
            raise NotHereError(_("This house knows no “%(verb)s” of accounts; nothing has changed.", verb=verb[:40]))
        outcome = undo(tx, ports, actor=actor, now=now, account_id=number, action=verb)
    insist(outcome, site=site, now=now)
    with db.reading() as tx:
        return admin_accounts(tx, [number], site=site)[number]


@delete(
    "/api/v1/admin/accounts/{account_id:str}",
    may=May.CLIENT,
    needs="admin:write:accounts",
    status_code=200,
    sync_to_thread=True,
)
def erase(db: Database, clock: Clock, caller: Caller, site: str, account_id: str) -> Entity:
    """Refuse: nobody's posts and followers are deleted here for good.

    Raises:
        NotHereError: always.
    """
    with db.reading() as tx:
        behind(tx, caller, now=clock.now(), site=site)
        account_at(tx, account_id)
    raise NotHereError(_("Accounts are hidden here, never deleted; nothing has changed."))


HANDLERS = [erase, list_accounts, list_accounts_v2, show, take_action, take_back]
