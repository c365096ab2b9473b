"""The one guard before every page: it reads what the page's route declares, and lets in whom that names.

A route that declares nothing lets nobody in. Each room knows its own: the desk its staff, the network its members. Of
the staff a route may name the roles it is for, `roles=(Role.AUDITOR,)`; all others read that it is not for them. A
route that strangers may try declares a limit as well, and is counted before anything else is looked at; one that counts
only what fails says so, `counts=`, and does it itself.
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
from gardefou.network.web import common
from gardefou.staff.roles import Role
from gardefou.storage import Database, limits
from gardefou.storage.limits import Entry

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def doorkeeper(db: Database, clock: Clock) -> Guard:
    """Return the guard of a house's pages."""

    def counted(entry: Entry, host: str) -> None:
        with db.transaction() as tx:
            limits.count(tx, now=clock.now(), entry=entry, host=host)

    async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        request: Request[Any, Any, Any] = Request(connection.scope)
        if "limit" in handler.opt:
            await asyncio.to_thread(counted, handler.opt["limit"], host_of(connection.scope))
        match handler.opt.get("may"):
            case May.ANYONE:
                return
            case May.MEMBER:
                await asyncio.to_thread(common.admit, request, db, clock)
            case May.STAFF:
                kept = handler.opt.get("kept") is True
                await asyncio.to_thread(session.admit, request, db, clock, kept=kept)
                _in_role(request, handler.opt.get("roles", ()))
            case May.TOKEN:
                await asyncio.to_thread(bearers.admit, request, db, clock, handler.opt["scope"])
            case May.CLIENT:
                needs, as_app = handler.opt["needs"], handler.opt.get("as_app") is True
                await asyncio.to_thread(caller.admit, request, db, needs=needs, as_app=as_app)
            case None if getattr(handler, "http_methods", None) == {"OPTIONS"}:
                return  # The framework's own answer: which methods an address takes, and nothing else.
            case said:
                raise UndeclaredDoorError(f"{request.scope['path']}: nobody is let in, since its route says {said!r}")

    return admit


def _in_role(request: Request[Any, Any, Any], roles: Sequence[Role]) -> None:
    """See that whoever was let in has one of the roles, where a route names some.

    Raises:
        OtherRolesError: they have none of them.
    """
    if roles and not request.state.me.roles & {role.value for role in roles}:
        raise OtherRolesError(roles=" or ".join(role.value for role in roles))
