"""Timelines: home, everybody's, a hashtag's, and what a member keeps or likes."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler
from sqlalchemy import ColumnElement, RowMapping

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.statuses import statuses
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given
from gardefou.network.api.paging import link, paging_in
from gardefou.network.errors import NoSuchPageError
from gardefou.network.home import home_posts
from gardefou.network.queries import view
from gardefou.network.tables import net_bookmark, net_favourite, net_post
from gardefou.network.text import tag_address, tag_key
from gardefou.storage import Database, Tx
from gardefou.words import gettext as _

AnyRequest = Request[Any, Any, Any]
Statuses = Response[list[dict[str, Any]]]
MOST_TAGS = 20


@get("/timelines/home", may=May.CLIENT, needs="read:statuses", sync_to_thread=True)
def home(request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str) -> Statuses:
    """Return what whom a member follows say."""
    paging = paging_in(given)
    with db.reading() as tx:
        rows, more = paging.page(home_posts(tx, caller.member_id, clock.now(), paging.stretch))
        return _answer(tx, request, caller, site, rows, more=more)


@get("/timelines/public", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def public(request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str) -> Statuses:
    """Return what everybody says to everybody; nothing comes from elsewhere, so `remote` has nothing to show."""
    if given.flag("remote"):
        return Response([])
    paging = paging_in(given)
    asked = timelines.public(caller.account_id, clock.now(), paging.stretch, only_media=given.flag("only_media"))
    with db.reading() as tx:
        rows, more = paging.page(tx.all(*asked))
        return _answer(tx, request, caller, site, rows, more=more)


@get("/timelines/tag/{tag:str}", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def tagged(
    request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str, tag: str
) -> Statuses:
    """Return what is said under a hashtag, or under some and not under others."""
    also = {name: tuple(given.texts(name)) for name in ("any", "all", "none")}
    if sum(map(len, also.values())) > MOST_TAGS:
        raise ParameterError(_("%(name)s: %(count)s at most", name="any, all, none", count=MOST_TAGS), name="any")
    if given.flag("remote") or not tag_key(tag):
        return Response([])
    tags = timelines.Tagged(any=(tag, *also["any"]), all=also["all"], none=also["none"])
    wanted = timelines.tagged(caller.account_id, clock.now(), tags, only_media=given.flag("only_media"))
    return _page(request, db, caller, given, site, wanted)


@get("/tags/{tag:str}", may=May.ANYONE, tells={"type": "object", "required": ["name", "url"]}, sync_to_thread=False)
def one_tag(tag: str, site: str) -> dict[str, Any]:
    """Return a hashtag, whoever has used it: how often is not counted, and nobody follows one.

    Raises:
        NoSuchPageError: it is no name of one.
    """
    key = tag_key(tag)
    if not key:
        raise NoSuchPageError
    return {"name": key, "url": tag_address(key, site=site), "history": [], "following": False}


@get("/timelines/list/{account_id:str}", may=May.CLIENT, needs="read:lists", sync_to_thread=False)
def of_list(account_id: str) -> Statuses:  # noqa: ARG001  # no address but leads nowhere
    """Answer that there is no such list: nobody has any here."""
    raise NoSuchPageError


@get("/bookmarks", may=May.CLIENT, needs="read:bookmarks", sync_to_thread=True)
def bookmarks(request: AnyRequest, db: Database, caller: Caller, given: Given, site: str) -> Statuses:
    """Return what a member keeps, what they kept last first."""
    wanted = timelines.bookmarked(caller.member_id)
    return _page(request, db, caller, given, site, wanted, net_bookmark.c.id, "cut_by")


@get("/favourites", may=May.CLIENT, needs="read:favourites", sync_to_thread=True)
def favourites(request: AnyRequest, db: Database, caller: Caller, given: Given, site: str) -> Statuses:
    """Return what a member likes, what they liked last first."""
    wanted = timelines.favourites(caller.member_id)
    return _page(request, db, caller, given, site, wanted, net_favourite.c.id, "cut_by")


@get("/conversations", may=May.CLIENT, needs="read:statuses", sync_to_thread=False)
def conversations() -> list[dict[str, Any]]:
    """Return no conversations: what is said between few is read where it stands."""
    return []


def _page(
    request: AnyRequest,
    db: Database,
    caller: Caller,
    given: Given,
    site: str,
    wanted: timelines.Posts,
    key: ColumnElement[int] = net_post.c.id,
    name: str = "id",
) -> Statuses:
    """Return a page of posts, cut by a key that stands under a name among the columns."""
    paging = paging_in(given)
    with db.reading() as tx:
        rows, more = paging.rows(tx, wanted, key)
        return _answer(tx, request, caller, site, rows, more=more, name=name)


def _answer(
    tx: Tx,
    request: AnyRequest,
    caller: Caller,
    site: str,
    rows: Sequence[RowMapping],
    *,
    more: bool,
    name: str = "id",
) -> Statuses:
    found = statuses(tx, [view(row) for row in rows], reader=caller.account_id, site=site)
    return Response(found, headers=link(request, site, [int(row[name]) for row in rows], more=more))


HANDLERS: list[ControllerRouterHandler] = [
    home,
    public,
    tagged,
    one_tag,
    of_list,
    bookmarks,
    favourites,
    conversations,
]
