"""Search: accounts and hashtags for everybody; for members also posts, of those that are theirs to search."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.errors import NoSuchPageError
from gardefou.network.handles import PATTERN
from gardefou.network.hashtags import tags_like
from gardefou.network.queries import PER_PAGE, Member, page_of, search_accounts, shown_account, shown_post
from gardefou.network.text import tag_address
from gardefou.network.web.common import before_in, id_in, page
from gardefou.network.web.showing import ShownAccount, ShownPost, shown, shown_accounts
from gardefou.storage import Database, Tx
from gardefou.words.plain import storable

KINDS = ("accounts", "posts", "tags")
#: Where a search begins that names no kind: with what costs least, and what is found by a few letters.
FIRST = ("accounts", "tags", "posts")
LONGEST, MOST_WORDS, TAGS = 100, 8, 40

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_PAGE = re.compile(rf"/@({PATTERN})(?:/([0-9]{{1,19}}))?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What some words find of one kind; `before` leads to older posts."""

    accounts: list[ShownAccount] = field(default_factory=list)
    posts: list[ShownPost] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    before: int | None = None


@get("/search", may=May.ANYONE, gives=(200, 303), sync_to_thread=True)
def search(
    db: Database, site: str, member: Member | None, q: str = "", kind: str = "", before: str | None = None
) -> Response[Any]:
    """Show what some words find, one kind at a time; lead to the page whose address they are."""
    words = " ".join(storable(q).split())
    sought, reader = words[:LONGEST], member.id if member else None
    kinds = tuple(one for one in KINDS if member or one != "posts")
    picked = kind if kind in kinds else ""
    with db.reading() as tx:
        there = None if picked else leads_to(tx, words, site=site, reader=reader)
        if there is not None:
            return Redirect(there, status_code=303)
        chosen, found = _first(tx, sought, _order(picked, sought, kinds), site=site, reader=reader, before=before)
    response: Response[Any] = page(
        "search",
        member=member,
        sought=sought,
        kinds=kinds,
        picked=picked,
        chosen=chosen,
        accounts=found.accounts,
        posts=found.posts,
        tags=found.tags,
        before=found.before,
        first=not before,
    )
    return response


def leads_to(tx: Tx, words: str, *, site: str, reader: int | None) -> str | None:
    """Return the page of this very site whose address somebody looks for, if they may see it.

    Args:
        tx: an open transaction.
        words: what was typed, or pasted.
        site: where people reach us.
        reader: who reads; None is whoever is not signed in.
    """
    bare, host = _SCHEME.sub("", words, count=1), urlsplit(site).netloc
    path = bare[len(host) :] if bare.lower().startswith(f"{host.lower()}/") else bare
    address = _PAGE.fullmatch(path.partition("#")[0].partition("?")[0])
    if address is None:
        return None
    try:
        account = shown_account(tx, address[1])
        own = f"/@{account['handle']}"
        if address[2] is None:
            return own
        post = shown_post(tx, account_id=int(account["id"]), post_id=id_in(address[2]), reader=reader)
    except NoSuchPageError:
        return None
    return f"{own}/{post.id}"


def _order(picked: str, sought: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds of which the first that finds something is shown."""
    if picked:
        return (picked,)
    return ("tags",) if sought.startswith("#") else tuple(one for one in FIRST if one in kinds)


def _first(
    tx: Tx, sought: str, order: tuple[str, ...], *, site: str, reader: int | None, before: str | None
) -> tuple[str, Found]:
    """Return the first kind of which the words find something, with that; else the first of all, with nothing."""
    for kind in order if sought else ():
        found = _found(tx, sought, kind, site=site, reader=reader, before=before)
        if found.accounts or found.posts or found.tags:
            return kind, found
    return order[0], Found()


def _found(tx: Tx, sought: str, kind: str, *, site: str, reader: int | None, before: str | None) -> Found:
    if kind == "accounts":
        handle = sought.removesuffix(f"@{urlsplit(site).netloc}")
        return Found(accounts=shown_accounts(tx, [int(row["id"]) for row in search_accounts(tx, handle)]))
    if kind == "tags":
        return Found(tags=[(tag, tag_address(tag)) for tag in tags_like(tx, sought, reader=reader, limit=TAGS)])
    if reader is None:
        return Found()
    posts = page_of(tx, timelines.found(reader, sought.split()[:MOST_WORDS]), before_in(before), PER_PAGE)
    return Found(posts=shown(tx, posts.posts, reader=reader), before=posts.before)


HANDLERS: list[ControllerRouterHandler] = [search]
