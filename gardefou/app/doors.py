"""The one guard before every page: it reads what the page's route declares, and lets in whom that names.

A route that declares nothing lets nobody in. Each room knows its own: the desk its staff, the network its members.
A route that strangers may try declares a limit as well, and is counted before anything else is looked at.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from gardefou.app import bearers
from gardefou.app.callers import host_of
from gardefou.app.errors import UndeclaredDoorError
from gardefou.clock import Clock
from gardefou.desk import session
from gardefou.may import May
from gardefou.network.web import common
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
            case May.TOKEN:
                await asyncio.to_thread(bearers.admit, request, db, clock, handler.opt["scope"])
            case said:
                raise UndeclaredDoorError(f"{request.scope['path']}: nobody is let in, since its route says {said!r}")

    return admit
