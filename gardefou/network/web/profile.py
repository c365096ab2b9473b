"""An account's page: what it says of itself, what it pinned, its posts in three tabs; and its two lists of others."""

import json
from typing import Any

from litestar import get
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.initials import initials
from gardefou.network.ports import AccountRow
from gardefou.network.queries import Member, shown_account, shown_handles
from gardefou.network.text import linked, mentioned
from gardefou.network.ties import Listed, followed_by, followers_of, ties
from gardefou.network.web.common import before_in, handle_in, page
from gardefou.network.web.opengraph import of_account
from gardefou.network.web.showing import ShownAccount, ShownPost, shown, shown_accounts
from gardefou.storage import Database, Tx

#: Accounts on a page of a list.
ACCOUNTS = 40


@get("/{name:str}", may=May.ANYONE, sync_to_thread=True)
def profile(
    db: Database, clock: Clock, site: str, member: Member | None, name: str, before: str | None = None
) -> Template:
    """Show an account with a page of its posts; of its answers only those to itself."""
    reader = member.id if member else None
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        number = int(account["id"])
        pinned = [] if before else _pinned(tx, number, reader)
        sought = timelines.Sought(no_answers=True)
        return _page(tx, account, member, clock, sought, before, tab="posts", pinned=pinned, site=site)


@get("/{name:str}/answers", may=May.ANYONE, sync_to_thread=True)
def answers(
    db: Database, clock: Clock, site: str, member: Member | None, name: str, before: str | None = None
) -> Template:
    """Show an account with a page of its posts, its answers among them."""
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        return _page(tx, account, member, clock, timelines.Sought(), before, tab="answers", site=site)


@get("/{name:str}/media", may=May.ANYONE, sync_to_thread=True)
def media(
    db: Database, clock: Clock, site: str, member: Member | None, name: str, before: str | None = None
) -> Template:
    """Show an account with a page of its posts that have images."""
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        sought = timelines.Sought(only_media=True)
        return _page(tx, account, member, clock, sought, before, tab="media", site=site)


@get("/{name:str}/followers", may=May.ANYONE, sync_to_thread=True)
def followers(db: Database, member: Member | None, name: str, before: str | None = None) -> Template:
    """Show who follows an account."""
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        people, older = accounts_in(tx, followers_of(int(account["id"])), before)
    return page(
        "people", member=member, account=account, which="followers", people=people, before=older, first=not before
    )


@get("/{name:str}/following", may=May.ANYONE, sync_to_thread=True)
def following(db: Database, member: Member | None, name: str, before: str | None = None) -> Template:
    """Show whom an account follows."""
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        people, older = accounts_in(tx, followed_by(int(account["id"])), before)
    return page(
        "people", member=member, account=account, which="following", people=people, before=older, first=not before
    )


def accounts_in(tx: Tx, listed: Listed, before: str | None) -> tuple[list[ShownAccount], int | None]:
    """Return a page of a list of accounts, and where the next begins, None on the last."""
    wanted, cut = listed.wanted, before_in(before)
    if cut is not None:
        wanted = wanted.where(listed.key < cut)
    rows = tx.all(wanted.order_by(listed.key.desc()).limit(ACCOUNTS + 1))
    ids = [int(row[listed.key.name]) for row in rows]
    return shown_accounts(tx, ids[:ACCOUNTS]), ids[ACCOUNTS - 1] if len(ids) > ACCOUNTS else None


def _pinned(tx: Tx, number: int, reader: int | None) -> list[ShownPost]:
    """Return what an account pinned, of what this reader may see, what it pinned last first."""
    found = timelines.page_of_account(tx, number, reader, timelines.Sought(pinned=True), before=None).posts
    last_first = sorted(found, key=lambda one: (one.pinned_at or 0, one.id), reverse=True)
    return shown(tx, last_first, reader=reader, faceless=number)


def _page(
    tx: Tx,
    account: AccountRow,
    member: Member | None,
    clock: Clock,
    sought: timelines.Sought,
    before: str | None,
    *,
    tab: str,
    site: str,
    pinned: list[ShownPost] | None = None,
) -> Template:
    number, reader = int(account["id"]), member.id if member else None
    found = timelines.page_of_account(tx, number, reader, sought, before=before_in(before))
    own = reader == number
    return page(
        "profile",
        alike=True,
        member=member,
        account=account,
        **_said(tx, account),
        tab=tab,
        pinned=pinned or [],
        posts=shown(tx, found.posts, reader=reader, faceless=number),
        before=found.before,
        first=not before,
        own=own,
        tie=None if member is None or own else ties(tx, member.id, [number], now=clock.now())[number],
        about=of_account(account, site=site),
    )


def _said(tx: Tx, account: AccountRow) -> dict[str, Any]:
    """Return what an account says of itself, as HTML, and its face."""
    fields = json.loads(account["fields"])
    handles = shown_handles(tx, mentioned([account["note"]])) if "@" in account["note"] else {}
    return {
        "initials": initials(account["display_name"]),
        "note": linked(account["note"], handles),
        "fields": [(name, linked(value, {})) for name, value in fields],
    }


HANDLERS: list[ControllerRouterHandler] = [profile, answers, media, followers, following]
