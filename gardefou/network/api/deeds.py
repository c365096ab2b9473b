"""What a member does to a post: like it, pass it on, keep it, pin it, mute its conversation; and who else has."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler
from sqlalchemy import Select, select

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.given import Given, id_in_path
from gardefou.network.api.paging import ACCOUNTS, link, paging_in
from gardefou.network.api.posts import rendered, visibility_in
from gardefou.network.bookmark import bookmark, unbookmark
from gardefou.network.boost import boost, unboost
from gardefou.network.favourite import favourite, unfavourite
from gardefou.network.mute_conversation import mute_conversation, unmute_conversation
from gardefou.network.pin import pin, unpin
from gardefou.network.ports import Neighbours
from gardefou.network.queries import one_shown_post
from gardefou.network.tables import net_favourite, net_post
from gardefou.network.visibility import Visibility, account_shown, post_open_to, post_shown
from gardefou.storage import Database
from gardefou.storage.limits import Family

AnyRequest = Request[Any, Any, Any]
Deed = Callable[..., int]


def _deed(word: str, needs: str, act: Deed) -> ControllerRouterHandler:
    """Return the handler of what a member does to a post; its verb returns the id of what is shown afterwards."""

    def do(db: Database, clock: Clock, caller: Caller, site: str, number: str) -> dict[str, Any]:
        with db.transaction() as tx:
            post_id = act(tx, actor=caller.actor, now=clock.now(), post_id=id_in_path(number))
            return rendered(tx, post_id, caller, site)

    do.__name__, do.__doc__ = f"do_{word}", (act.__doc__ or "").partition("\n")[0]
    path = f"/statuses/{{number:str}}/{word}"
    return post(path, may=May.CLIENT, needs=needs, rate=Family.DEEDS, status_code=200, sync_to_thread=True)(do)


@post(
    "/statuses/{number:str}/reblog",
    may=May.CLIENT,
    needs="write:statuses",
    rate=Family.STATUSES,
    status_code=200,
    sync_to_thread=True,
)
def do_boost(
    db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, given: Given, site: str, number: str
) -> dict[str, Any]:
    """Pass a post on; the answer is the boost, around what it passes on."""
    chosen = visibility_in(given, default=Visibility.PUBLIC)
    with db.transaction() as tx:
        boost_id = boost(
            tx, neighbours, actor=caller.actor, now=clock.now(), post_id=id_in_path(number), visibility=chosen
        )
        return rendered(tx, boost_id, caller, site)


@post(
    "/statuses/{number:str}/unreblog",
    may=May.CLIENT,
    needs="write:statuses",
    rate=Family.DEEDS,
    status_code=200,
    sync_to_thread=True,
)
def undo_boost(
    db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, site: str, number: str
) -> dict[str, Any]:
    """Take back that a post was passed on; the answer is the post."""
    with db.transaction() as tx:
        post_id = unboost(tx, neighbours, actor=caller.actor, now=clock.now(), post_id=id_in_path(number))
        return rendered(tx, post_id, caller, site)


@get("/statuses/{number:str}/favourited_by", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def liked_by(
    request: AnyRequest, db: Database, caller: Caller, given: Given, site: str, number: str
) -> Response[list[dict[str, Any]]]:
    """Return who likes a post, the latest first."""
    return _people(request, db, caller, given, site, number, _likers)


@get("/statuses/{number:str}/reblogged_by", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def boosted_by(
    request: AnyRequest, db: Database, caller: Caller, given: Given, site: str, number: str
) -> Response[list[dict[str, Any]]]:
    """Return who passed a post on, of those who did so before this reader's eyes, the latest first."""
    return _people(request, db, caller, given, site, number, _boosters)


def _likers(post_id: int, _reader: int | None) -> Select[Any]:
    who = net_favourite.c
    return select(who.id, who.account_id).where(who.post_id == post_id, account_shown(who.account_id))


def _boosters(post_id: int, reader: int | None) -> Select[Any]:
    who = net_post.c
    seen = (account_shown(who.account_id), post_shown(who.id), post_open_to(net_post, reader))
    return select(who.id, who.account_id).where(who.boost_of_id == post_id, *seen)


def _people(
    request: AnyRequest,
    db: Database,
    caller: Caller,
    given: Given,
    site: str,
    number: str,
    of: Callable[[int, int | None], Select[Any]],
) -> Response[list[dict[str, Any]]]:
    paging = paging_in(given, default=ACCOUNTS)
    with db.reading() as tx:
        shown = one_shown_post(tx, post_id=id_in_path(number), reader=caller.account_id)
        wanted = of(shown.id if shown.boost_of_id is None else shown.boost_of_id, caller.account_id)
        rows, more = paging.rows(tx, wanted, wanted.selected_columns.id)
        found = accounts(tx, [row["account_id"] for row in rows], site=site)
    people = [found[row["account_id"]] for row in rows]
    return Response(people, headers=link(request, site, [row["id"] for row in rows], more=more))


HANDLERS: list[ControllerRouterHandler] = [
    _deed("favourite", "write:favourites", favourite),
    _deed("unfavourite", "write:favourites", unfavourite),
    _deed("bookmark", "write:bookmarks", bookmark),
    _deed("unbookmark", "write:bookmarks", unbookmark),
    _deed("mute", "write:mutes", mute_conversation),
    _deed("unmute", "write:mutes", unmute_conversation),
    _deed("pin", "write:accounts", pin),
    _deed("unpin", "write:accounts", unpin),
    do_boost,
    undo_boost,
    liked_by,
    boosted_by,
]
