"""Accounts: read them, find them, what they said, who follows them and whom they follow."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get
from sqlalchemy import select

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.api.caller import AnyRequest, Caller
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.entities.relationships import relationships
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.api.given import Given, id_in_path
from gardefou.network.api.paging import ACCOUNTS, Paging, link, paging_in
from gardefou.network.errors import NoSuchPageError
from gardefou.network.queries import any_account, any_accounts, search_accounts, view
from gardefou.network.tables import net_account
from gardefou.network.text import tag_key
from gardefou.network.ties import Listed, followed_by, followers_of
from gardefou.network.visibility import account_shown
from gardefou.storage import Database, Tx

Entity = dict[str, Any]
_FURTHEST = 10_000


def account_at(tx: Tx, account_id: str) -> int:
    """Return the account that an address names, whatever its standing.

    Raises:
        NoSuchPageError: there is none.
    """
    number = id_in_path(account_id)
    if any_account(tx, number) is None:
        raise NoSuchPageError
    return number


def local_name(acct: str, site: str) -> str:
    """Return the handle in `name`, `@name` or `name@this.site`; empty for a name elsewhere, where we know nobody."""
    name, _at, host = acct.strip().removeprefix("acct:").removeprefix("@").partition("@")
    return name if host.lower() in {"", urlsplit(site).netloc.lower()} else ""


def account_page(
    tx: Tx, listed: Listed, paging: Paging, *, request: AnyRequest, site: str
) -> Response[list[dict[str, Any]]]:
    """Return a page of a list of accounts."""
    rows, more = paging.rows(tx, listed.wanted, listed.key)
    ids = [int(row[listed.key.name]) for row in rows]
    found = accounts(tx, ids, site=site)
    return Response([found[one] for one in ids], headers=link(request, site, ids, more=more))


@get("/accounts/{account_id:str}", may=May.ANYONE, needs="read:accounts", sync_to_thread=True)
def show_account(db: Database, caller: Caller, site: str, account_id: str) -> Entity:  # noqa: ARG001  # a token that is shown must be good
    """Return one account."""
    with db.reading() as tx:
        number = account_at(tx, account_id)
        return accounts(tx, [number], site=site)[number]


@get("/accounts", may=May.ANYONE, needs="read:accounts", sync_to_thread=True)
def show_accounts(db: Database, caller: Caller, given: Given, site: str) -> list[Entity]:  # noqa: ARG001  # a token that is shown must be good
    """Return the accounts of some ids, in their order; an id of none is left out."""
    asked = dict.fromkeys(given.ids("id"))
    with db.reading() as tx:
        found = accounts(tx, asked, site=site)
        return [found[one] for one in asked if one in found]


@get("/accounts/lookup", may=May.ANYONE, needs="read:accounts", plain=404, sync_to_thread=True)
def look_up(db: Database, caller: Caller, given: Given, site: str) -> Entity:  # noqa: ARG001  # a token that is shown must be good
    """Return the account of a handle.

    Raises:
        NoSuchPageError: nobody goes by it.
    """
    with db.reading() as tx:
        for row in any_accounts(tx, [local_name(given.text("acct"), site)]).values():
            return accounts(tx, [row["id"]], site=site)[row["id"]]
    raise NoSuchPageError


@get("/accounts/search", may=May.CLIENT, needs="read:accounts", sync_to_thread=True)
def search(db: Database, caller: Caller, given: Given, site: str) -> list[Entity]:
    """Return the accounts whose handle or name contains some words."""
    limit = given.number("limit", default=ACCOUNTS, highest=2 * ACCOUNTS)
    offset = given.number("offset", default=0, lowest=0, highest=_FURTHEST)
    follower = caller.member_id if given.flag("following") else None
    with db.reading() as tx:
        words = local_name(given.text("q"), site)
        rows = search_accounts(tx, words, limit=limit, offset=offset, followed_by=follower)
        found = accounts(tx, [row["id"] for row in rows], site=site)
        return [found[row["id"]] for row in rows]


@get("/accounts/relationships", may=May.CLIENT, needs="read:follows", sync_to_thread=True)
def show_relationships(db: Database, clock: Clock, caller: Caller, given: Given) -> list[Entity]:
    """Return how the member stands to some accounts; what is no account, or is hidden, is left out.

    `with_suspended` asks for the hidden ones too: how a member stands to them is the member's own.
    """
    asked, hidden_too = list(dict.fromkeys(given.ids("id"))), given.flag("with_suspended")
    with db.reading() as tx:
        wanted = select(net_account.c.id).where(net_account.c.id.in_(asked))
        rows = tx.all(wanted if hidden_too else wanted.where(account_shown(net_account.c.id)))
        found = {int(row["id"]) for row in rows}
        return relationships(tx, caller.member_id, [one for one in asked if one in found], now=clock.now())


@get("/accounts/{account_id:str}/statuses", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def show_statuses(
    request: AnyRequest, db: Database, caller: Caller, given: Given, site: str, account_id: str
) -> Response[list[Entity]]:
    """Return a page of what an account said; nothing of one that is hidden."""
    paging = paging_in(given)
    tag = given.text("tagged").strip()
    sought = timelines.Sought(
        only_media=given.flag("only_media"),
        no_answers=given.flag("exclude_replies"),
        no_boosts=given.flag("exclude_reblogs"),
        pinned=given.flag("pinned"),
        tag=tag_key(tag) if tag else None,
    )
    with db.reading() as tx:
        number = account_at(tx, account_id)
        asked = timelines.of_account(number, caller.account_id, paging.stretch, sought)
        rows, more = paging.page(tx.all(*asked))
        posts = [view(row) for row in rows]
        shown = statuses(tx, posts, reader=caller.account_id, site=site)
        return Response(shown, headers=link(request, site, [one.id for one in posts], more=more))


@get("/accounts/{account_id:str}/followers", may=May.ANYONE, needs="read:accounts", sync_to_thread=True)
def show_followers(
    request: AnyRequest,
    db: Database,
    caller: Caller,  # noqa: ARG001  # a token that is shown must be good
    given: Given,
    site: str,
    account_id: str,
) -> Response[list[Entity]]:
    """Return a page of who follows an account."""
    paging = paging_in(given, default=ACCOUNTS)
    with db.reading() as tx:
        return account_page(tx, followers_of(account_at(tx, account_id)), paging, request=request, site=site)


@get("/accounts/{account_id:str}/following", may=May.ANYONE, needs="read:accounts", sync_to_thread=True)
def show_following(
    request: AnyRequest,
    db: Database,
    caller: Caller,  # noqa: ARG001  # a token that is shown must be good
    given: Given,
    site: str,
    account_id: str,
) -> Response[list[Entity]]:
    """Return a page of whom an account follows."""
    paging = paging_in(given, default=ACCOUNTS)
    with db.reading() as tx:
        return account_page(tx, followed_by(account_at(tx, account_id)), paging, request=request, site=site)


HANDLERS = [
    look_up,
    search,
    show_account,
    show_accounts,
    show_followers,
    show_following,
    show_relationships,
    show_statuses,
]
