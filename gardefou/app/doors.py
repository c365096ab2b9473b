"""The one guard before every page: it reads what the page's route declares, and lets in whom that names.

A route that declares nothing lets nobody in. Each room knows its own: the desk its staff, the network its members.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from gardefou.app.errors import UndeclaredDoorError
from gardefou.clock import Clock
from gardefou.desk import session
from gardefou.may import May
from gardefou.network.web import common
from gardefou.storage import Database

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def doorkeeper(db: Database, clock: Clock) -> Guard:
    """Return the guard of a house's pages."""

    async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        request: Request[Any, Any, Any] = Request(connection.scope)
        match handler.opt.get("may"):
            case May.ANYONE:
                return
            case May.MEMBER:
                await asyncio.to_thread(common.admit, request, db, clock)
            case May.STAFF:
                kept = handler.opt.get("kept") is True
                await asyncio.to_thread(session.admit, request, db, clock, kept=kept)
            case said:
                raise UndeclaredDoorError(f"{request.scope['path']}: nobody is let in, since its route says {said!r}")

    return admit
