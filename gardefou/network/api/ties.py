"""What a member does about other accounts: follow, block, mute, and take each back. Each answers how they stand now."""

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post

from gardefou.clock import SECOND, Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.api.accounts import account_at, account_page
from gardefou.network.api.caller import AnyRequest, Caller
from gardefou.network.api.entities.relationships import relationships
from gardefou.network.api.given import Given
from gardefou.network.api.paging import ACCOUNTS, paging_in
from gardefou.network.block import block
from gardefou.network.follow import follow
from gardefou.network.mute import mute
from gardefou.network.ports import Neighbours
from gardefou.network.queries import any_handle
from gardefou.network.ties import blocked_by, muted_by
from gardefou.network.unblock import unblock
from gardefou.network.unfollow import unfollow
from gardefou.network.unmute import unmute
from gardefou.storage import Database, Tx
from gardefou.storage.limits import Family

Entity = dict[str, Any]
_LONGEST_MUTE = 100 * 365 * 24 * 3600


def _done(
    db: Database, clock: Clock, caller: Caller, account_id: str, act: Callable[[Tx, Actor, int, int], object]
) -> Entity:
    """Do what a member asked about an account, and return how they stand to it afterwards."""
    now = clock.now()
    with db.transaction() as tx:
        number = account_at(tx, account_id)
        act(tx, caller.actor, now, number)
        return relationships(tx, caller.member_id, [number], now=now)[0]


@post(
    "/accounts/{account_id:str}/follow",
    may=May.CLIENT,
    needs="write:follows",
    rate=Family.FOLLOWS,
    status_code=200,
    sync_to_thread=True,
)
def follow_account(db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, account_id: str) -> Entity:
    """Follow an account."""

    def act(tx: Tx, actor: Actor, now: int, number: int) -> None:
        follow(tx, neighbours, actor=actor, now=now, handle=any_handle(tx, number))

    return _done(db, clock, caller, account_id, act)


@post(
    "/accounts/{account_id:str}/unfollow",
    may=May.CLIENT,
    needs="write:follows",
    rate=Family.DEEDS,
    status_code=200,
    sync_to_thread=True,
)
def unfollow_account(db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, account_id: str) -> Entity:
    """Stop following an account."""

    def act(tx: Tx, actor: Actor, now: int, number: int) -> None:
        unfollow(tx, neighbours, actor=actor, now=now, handle=any_handle(tx, number))

    return _done(db, clock, caller, account_id, act)


@post(
    "/accounts/{account_id:str}/block",
    may=May.CLIENT,
    needs="write:blocks",
    rate=Family.DEEDS,
    status_code=200,
    sync_to_thread=True,
)
def block_account(db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, account_id: str) -> Entity:
    """Block an account."""

    def act(tx: Tx, actor: Actor, now: int, number: int) -> None:
        block(tx, neighbours, actor=actor, now=now, account_id=number)

    return _done(db, clock, caller, account_id, act)


@post(
    "/accounts/{account_id:str}/unblock",
    may=May.CLIENT,
    needs="write:blocks",
    rate=Family.DEEDS,
    status_code=200,
    sync_to_thread=True,
)
def unblock_account(db: Database, clock: Clock, caller: Caller, account_id: str) -> Entity:
    """Take back one's own block."""

    def act(tx: Tx, actor: Actor, _now: int, number: int) -> None:
        unblock(tx, actor=actor, account_id=number)

    return _done(db, clock, caller, account_id, act)


@post(
    "/accounts/{account_id:str}/mute",
    may=May.CLIENT,
    needs="write:mutes",
    rate=Family.DEEDS,
    status_code=200,
    sync_to_thread=True,
)
def mute_account(db: Database, clock: Clock, caller: Caller, given: Given, account_id: str) -> Entity:
    """Mute an account, for a number of seconds or, without one, for good."""
    seconds = given.number("duration", default=0, lowest=0, highest=_LONGEST_MUTE)
    notifications = given.flag("notifications", default=True)

    def act(tx: Tx, actor: Actor, now: int, number: int) -> None:
        lasts = seconds * SECOND or None
        mute(tx, actor=actor, now=now, account_id=number, notifications=notifications, lasts=lasts)

    return _done(db, clock, caller, account_id, act)


@post(
    "/accounts/{account_id:str}/unmute",
    may=May.CLIENT,
    needs="write:mutes",
    rate=Family.DEEDS,
    status_code=200,
    sync_to_thread=True,
)
def unmute_account(db: Database, clock: Clock, caller: Caller, account_id: str) -> Entity:
    """Take back a mute."""

    def act(tx: Tx, actor: Actor, _now: int, number: int) -> None:
        unmute(tx, actor=actor, account_id=number)

    return _done(db, clock, caller, account_id, act)


@get("/blocks", may=May.CLIENT, needs="read:blocks", sync_to_thread=True)
def show_blocks(request: AnyRequest, db: Database, caller: Caller, given: Given, site: str) -> Response[list[Entity]]:
    """Return a page of whom the member blocks."""
    paging = paging_in(given, default=ACCOUNTS)
    with db.reading() as tx:
        return account_page(tx, blocked_by(caller.member_id), paging, request=request, site=site)


@get("/mutes", may=May.CLIENT, needs="read:mutes", sync_to_thread=True)
def show_mutes(
    request: AnyRequest, db: Database, clock: Clock, caller: Caller, given: Given, site: str
) -> Response[list[Entity]]:
    """Return a page of whom the member mutes."""
    paging = paging_in(given, default=ACCOUNTS)
    with db.reading() as tx:
        return account_page(tx, muted_by(caller.member_id, clock.now()), paging, request=request, site=site)


HANDLERS = [
    block_account,
    follow_account,
    mute_account,
    show_blocks,
    show_mutes,
    unblock_account,
    unfollow_account,
    unmute_account,
]
