"""What a member does about an account: follow, mute, block, and take each back."""

from typing import Any

from litestar import Response, post
from litestar.datastructures import FormMultiDict
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.block import block
from gardefou.network.follow import follow
from gardefou.network.mute import mute
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member, shown_account
from gardefou.network.unblock import unblock
from gardefou.network.unfollow import unfollow
from gardefou.network.unmute import unmute
from gardefou.network.web.common import field, handle_in, same_site
from gardefou.network.web.doing import done
from gardefou.storage import Database, Tx


@post("/{name:str}/follow", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def follow_account(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str, form: FormMultiDict
) -> Response[Any]:
    """Follow an account."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, now: int) -> None:
        follow(tx, neighbours, actor=actor, now=now, handle=handle)

    return done(db, clock, neighbours, member, act, then=_then(form, handle))


@post("/{name:str}/unfollow", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def unfollow_account(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str, form: FormMultiDict
) -> Response[Any]:
    """Stop following an account."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, now: int) -> None:
        unfollow(tx, neighbours, actor=actor, now=now, handle=handle)

    return done(db, clock, neighbours, member, act, then=_then(form, handle))


@post("/{name:str}/mute", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def mute_account(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str, form: FormMultiDict
) -> Response[Any]:
    """Mute an account for good; a client can do so for a while."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, now: int) -> None:
        mute(tx, actor=actor, now=now, account_id=_account(tx, handle))

    return done(db, clock, neighbours, member, act, then=_then(form, handle))


@post("/{name:str}/unmute", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def unmute_account(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str, form: FormMultiDict
) -> Response[Any]:
    """Take back a mute."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, _now: int) -> None:
        unmute(tx, actor=actor, account_id=_account(tx, handle))

    return done(db, clock, neighbours, member, act, then=_then(form, handle))


@post("/{name:str}/block", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def block_account(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str, form: FormMultiDict
) -> Response[Any]:
    """Block an account."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, now: int) -> None:
        block(tx, neighbours, actor=actor, now=now, account_id=_account(tx, handle))

    return done(db, clock, neighbours, member, act, then=_then(form, handle))


@post("/{name:str}/unblock", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def unblock_account(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str, form: FormMultiDict
) -> Response[Any]:
    """Take back one's own block."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, _now: int) -> None:
        unblock(tx, actor=actor, account_id=_account(tx, handle))

    return done(db, clock, neighbours, member, act, then=_then(form, handle))


def _account(tx: Tx, handle: str) -> int:
    return int(shown_account(tx, handle)["id"])


def _then(form: FormMultiDict, handle: str) -> str:
    """Return where the button was pressed, or the account's page."""
    return same_site(field(form, "next") or f"/@{handle}")


HANDLERS: list[ControllerRouterHandler] = [
    follow_account,
    unfollow_account,
    mute_account,
    unmute_account,
    block_account,
    unblock_account,
]
