"""Pages to read: timelines, profile, single post, search. They change nothing."""

from typing import Any

from litestar import Response, get
from litestar.response import Template

from gardefou.may import May
from gardefou.network.initials import initials
from gardefou.network.ports import Neighbours
from gardefou.network.post import LONGEST
from gardefou.network.queries import (
    Member,
    follows,
    home_timeline,
    profile_posts,
    public_timeline,
    search_accounts,
    shown_account,
    shown_post,
)
from gardefou.network.visibility import SILENCED
from gardefou.network.web.common import before_in, handle_in, id_in, page, shown
from gardefou.storage import Database, Tx
from gardefou.words.plain import storable


@get("/", may=May.ANYONE, sync_to_thread=True)
def public(db: Database, member: Member | None, before: str | None = None) -> Template:
    """Show everybody's posts."""
    with db.reading() as tx:
        found = public_timeline(tx, before=before_in(before), reader=member.id if member else None)
        posts = shown(tx, found.posts)
    return page("public", member=member, posts=posts, before=found.before, first=not before)


@get("/home", may=May.MEMBER, sync_to_thread=True)
def home(db: Database, neighbours: Neighbours, member: Member, before: str | None = None) -> Response[Any]:
    """Show a member the posts of whom they follow."""
    with db.reading() as tx:
        return home_page(tx, neighbours, member, before=before)


def home_page(
    tx: Tx,
    neighbours: Neighbours,
    member: Member,
    *,
    before: str | None = None,
    status: int = 200,
    text: str = "",
    error: str | None = None,
) -> Template:
    """Return a member's home; an owner who cannot act reads why instead of finding the form."""
    found = home_timeline(tx, member.id, before=before_in(before))
    silenced = member.standing in SILENCED
    return page(
        "home",
        member=member,
        status=status,
        posts=shown(tx, found.posts),
        before=found.before,
        first=not before,
        silenced=silenced,
        why=neighbours.explain_standing(tx, account_id=member.id) if silenced else None,
        text=text,
        error=error,
        longest=LONGEST,
    )


@get("/search", may=May.ANYONE, sync_to_thread=True)
def search(db: Database, member: Member | None, q: str = "") -> Template:
    """Show the accounts that match some words."""
    sought = storable(q)[:100]
    with db.reading() as tx:
        accounts = search_accounts(tx, sought)
    return page("search", member=member, sought=sought, accounts=accounts, initials=initials)


@get("/{name:str}", may=May.ANYONE, sync_to_thread=True)
def profile(db: Database, member: Member | None, name: str, before: str | None = None) -> Template:
    """Show an account and a page of its posts."""
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        account_id = int(account["id"])
        found = profile_posts(tx, account_id, before=before_in(before), reader=member.id if member else None)
        posts = shown(tx, found.posts)
        following = member is not None and follows(tx, follower_id=member.id, followee_id=account_id)
    return page(
        "profile",
        member=member,
        account=account,
        initials=initials(account["display_name"]),
        posts=posts,
        before=found.before,
        first=not before,
        following=following,
        own=member is not None and member.id == account_id,
    )


@get("/{name:str}/{number:str}", may=May.ANYONE, sync_to_thread=True)
def post_page(db: Database, member: Member | None, name: str, number: str) -> Template:
    """Show one post."""
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        post = shown_post(
            tx, account_id=int(account["id"]), post_id=id_in(number), reader=member.id if member else None
        )
        [item] = shown(tx, [post])
    return page("post", member=member, account=account, item=item, initials=initials(account["display_name"]))
