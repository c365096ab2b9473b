"""The client API and the network's pages over HTTP, without the rest of the house."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers.base import BaseRouteHandler
from litestar.template import TemplateConfig
from litestar.testing import TestClient

from gardefou.app import pages, problems
from gardefou.app.doors import doorkeeper
from gardefou.app.request import before_request
from gardefou.app.settings import Settings
from gardefou.clock import SimulatedClock
from gardefou.events.stream import Fanout
from gardefou.network import api, web
from gardefou.network.media_folder import MediaFolder
from gardefou.storage import Database
from tests.fakes.neighbours import NeighboursInMemory

SITE = "http://testserver.local"
#: What the one application of this process stands on now.
_UNDER: dict[str, Any] = {"site": SITE, "media_folder": MediaFolder(Path("no images here"))}


@contextmanager
def application_on(db: Database, clock: SimulatedClock) -> Iterator[tuple[Litestar, Fanout]]:
    """Return the application on a database, and its reader of events, at work."""
    fanout = Fanout(db)
    fanout.start()
    _UNDER.update(db=db, clock=clock, neighbours=NeighboursInMemory(), fanout=fanout)
    yield _application(), fanout
    fanout.stop()


@contextmanager
def network_over_http(db: Database, clock: SimulatedClock) -> "Iterator[TestClient[Litestar]]":
    """Open the network's doors."""
    _UNDER.update(db=db, clock=clock, neighbours=NeighboursInMemory(), fanout=Fanout(db))
    with TestClient(_application(), base_url=SITE, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


@cache
def _application() -> Litestar:
    """Return the application: making one costs more than most tests, so there is one for all of them."""

    def under(name: str) -> Provide:
        return Provide(lambda: _UNDER[name], sync_to_thread=False)

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        await doorkeeper(_UNDER["db"], _UNDER["clock"])(connection, handler)

    return Litestar(
        route_handlers=[*web.routes, *api.routes],
        dependencies={name: under(name) for name in ("db", "clock", "neighbours", "site", "fanout", "media_folder")},
        template_config=TemplateConfig(instance=pages.engine(demo="")),
        state=State({"settings": Settings()}),
        exception_handlers={Exception: problems.handle},
        before_request=before_request,
        guards=[guard],
        openapi_config=None,
        logging_config=None,
    )
