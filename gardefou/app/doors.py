"""The one guard before every page: it reads what the page's route declares, and lets in whom that names.

A route that declares nothing lets nobody in. Each room knows its own: the desk its staff, the network its members. Of
the staff a route may name the roles it is for, `roles=(Role.AUDITOR,)`; all others read that it is not for them. A
route that strangers may try declares a limit as well, and is counted before anything else is looked at; one that counts
only what fails says so, `counts=`, and does it itself. What a member does through programs is counted by its family,
`rate=Family.STATUSES`, once they are let in; each form that they send on our pages counts as one deed, but for
`counted=False`, where they let a program out or set a password: nobody who uses up what is theirs shall keep them from
that. A route for anybody may say what a token needs that is shown there all the same, `needs="read:statuses"`: nobody's
program reads more with it than they agreed to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from gardefou.app import bearers
from gardefou.app.callers import host_of
from gardefou.app.errors import OtherRolesError, UndeclaredDoorError
from gardefou.clock import Clock
from gardefou.desk import session
from gardefou.may import May
from gardefou.network.api import caller
from gardefou.network.api.paces import Paces, none_left, say_left
from gardefou.network.api.problems import asked_by_a_client
from gardefou.network.web import common
from gardefou.staff.roles import Role
from gardefou.storage import Database, limits
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.limits import Entry, Family

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def doorkeeper(db: Database, clock: Clock) -> Guard:
    """Return the guard of a house's pages."""
    paces, tokens = Paces(), caller.tokens(db)

    async def counted(request: Request[Any, Any, Any], handler: BaseRouteHandler) -> None:
        host = host_of(request.scope)
        if asked_by_a_client(request.scope["path"]):
            token_id = await caller.good_token(request, tokens)
            paces.count(request, token_id=token_id, host=host, now=clock.now())
        if "limit" in handler.opt:
            await asyncio.to_thread(_tried, db, clock.now(), handler.opt["limit"], host)

    async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        request: Request[Any, Any, Any] = Request(connection.scope)
        await counted(request, handler)
        match _said(handler):
            case May.ANYONE:
                await _whoever(request, handler, db, tokens)
            case May.MEMBER:
                deed = request.method not in _READING and handler.opt.get("counted", True)
                await asyncio.to_thread(_member, request, db, clock, counted=deed)
            case May.STAFF:
                kept = handler.opt.get("kept") is True
                await asyncio.to_thread(session.admit, request, db, clock, kept=kept)
                _in_role(request, handler.opt.get("roles", ()))
            case May.TOKEN:
                await asyncio.to_thread(bearers.admit, request, db, clock, handler.opt["scope"])
            case May.CLIENT:
                await _program(request, handler, db, clock, tokens)
            case said:
                raise UndeclaredDoorError(f"{request.scope['path']}: nobody is let in, since its route says {said!r}")

    return admit


async def _whoever(
    request: Request[Any, Any, Any], handler: BaseRouteHandler, db: Database, tokens: caller.Tokens
) -> None:
    """Let in anybody; a token that they show all the same has to be good for what is read with it."""
    if "needs" in handler.opt and (await caller.known(request, tokens)).token_id is not None:
        caller.admit(request, db, needs=handler.opt["needs"], as_app=True)


def _member(request: Request[Any, Any, Any], db: Database, clock: Clock, *, counted: bool) -> None:
    """Let in a member, and count it when they do something, as programs are counted.

    Raises:
        TooManyTriesError: they have done too much.
    """
    common.admit(request, db, clock)
    member = common.provide_member(request, db, clock)
    if member is not None and counted:
        with db.transaction() as tx:
            limits.spend(tx, now=clock.now(), family=Family.DEEDS, account_id=member.id)


async def _program(
    request: Request[Any, Any, Any], handler: BaseRouteHandler, db: Database, clock: Clock, tokens: caller.Tokens
) -> None:
    """Let in a program that acts for a member, and count what it does."""
    await caller.known(request, tokens)
    caller.admit(request, db, needs=handler.opt["needs"], as_app=handler.opt.get("as_app") is True)
    if "rate" in handler.opt:
        await asyncio.to_thread(_spent, request, db, clock.now(), handler.opt["rate"])


def _said(handler: BaseRouteHandler) -> May | None:
    """Return whom a route names; the framework's own answer to OPTIONS tells the methods of an address to anybody."""
    options = getattr(handler, "http_methods", None) == {"OPTIONS"}
    said: May | None = handler.opt.get("may", May.ANYONE if options else None)
    return said


def _tried(db: Database, now: int, entry: Entry, host: str) -> None:
    """Count a try at a door."""
    with db.transaction() as tx:
        limits.count(tx, now=now, entry=entry, host=host)


def _spent(request: Request[Any, Any, Any], db: Database, now: int, family: Family) -> None:
    """Count what a member does through a program, and note what is left of it.

    Raises:
        TooManyTriesError: they have done it too often.
    """
    account_id = caller.provide_caller(request, db).member_id
    try:
        with db.transaction() as tx:
            say_left(request, limits.spend(tx, now=now, family=family, account_id=account_id))
    except TooManyTriesError:
        say_left(request, none_left(family, now))
        raise


def _in_role(request: Request[Any, Any, Any], roles: Sequence[Role]) -> None:
    """See that whoever was let in has one of the roles, where a route names some.

    Raises:
        OtherRolesError: they have none of them.
    """
    if roles and not request.state.me.roles & {role.value for role in roles}:
        raise OtherRolesError(roles=" or ".join(role.value for role in roles))
