"""The web application: every room's handlers under one roof, and what all of them get by name."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.routes import HTTPRoute
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from litestar.types import ControllerRouterHandler

from gardefou.app import pages, problems
from gardefou.app.api import HANDLERS as API
from gardefou.app.asked import Asked
from gardefou.app.bearers import bearer
from gardefou.app.bulk import HANDLERS as BULK
from gardefou.app.callers import Callers, OwnForms, proxies
from gardefou.app.cross_origin import answers_other_origins
from gardefou.app.doors import doorkeeper
from gardefou.app.form_tokens import form_tokens
from gardefou.app.head import answers_head
from gardefou.app.health import health
from gardefou.app.hosts import KnownHosts, names
from gardefou.app.house import House
from gardefou.app.large_bodies import LargeBodies
from gardefou.app.ledger_web import HANDLERS as LEDGER
from gardefou.app.ledger_web import log_of
from gardefou.app.metrics.web import metrics, metrics_of
from gardefou.app.oidc.config import configured
from gardefou.app.oidc.web import HANDLERS as OIDC
from gardefou.app.openapi import openapi
from gardefou.app.receipts import HANDLERS as RECEIPTS
from gardefou.app.replay.web import HANDLERS as REPLAY
from gardefou.app.request import before_request, before_send
from gardefou.app.settings import secret
from gardefou.app.staff_clients import HANDLERS as STAFF_CLIENTS
from gardefou.app.whom import knows_whom
from gardefou.connectors.embedded import admin_api
from gardefou.desk import session
from gardefou.desk import web as desk
from gardefou.desk.hatch import Hatch
from gardefou.incidents import web as incidents
from gardefou.ledger.folder import LedgerFolder
from gardefou.may import May
from gardefou.network import api as clients
from gardefou.network import web as network
from gardefou.network.media_folder import MediaFolder
from gardefou.network.queries import all_followed

THREADS = 32
#: A report's comment has a limit of its own, in words; this one stops what is no longer a form.
MAX_BODY = 512 * 1024


def handlers() -> list[ControllerRouterHandler]:
    """Return every room's handlers."""
    public = [health, metrics, openapi, *LEDGER, *RECEIPTS, *network.routes, *clients.routes]
    staff = [*desk.HANDLERS, *incidents.HANDLERS, *REPLAY]
    machines = [*API, *BULK, *OIDC, *STAFF_CLIENTS]
    return [*public, *staff, *machines, *admin_api.routes]


def create_app(house: House, *, more: Sequence[ControllerRouterHandler] = (), demo: str = "") -> Litestar:
    """Return the web application of a house.

    Args:
        house: the house.
        more: handlers beyond the rooms' own: the demo's.
        demo: what the posts in the demo are, `real` or `typed`; empty outside the demo.
    """
    hatch = Hatch(house.db, house.clock, all_followed)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        with ThreadPoolExecutor(THREADS, thread_name_prefix="web") as executor:
            asyncio.get_running_loop().set_default_executor(executor)
            house.fanout.start()
            yield
            house.fanout.stop()
        hatch.close()

    watched = metrics_of(house)
    over_tls = house.settings.public_url.startswith("https://")
    tokens = CSRFConfig(secret=secret(house.settings), cookie_name="csrf", cookie_httponly=True, cookie_secure=over_tls)
    app = Litestar(
        route_handlers=[
            *handlers(),
            *more,
            create_static_files_router(
                path="/static", directories=[pages.STATIC], html_mode=False, opt={"may": May.ANYONE}
            ),
        ],
        dependencies={
            "house": _always(house),
            "db": _always(house.db),
            "clock": _always(house.clock),
            "ports": _always(house.ports),
            "settings": _always(house.settings),
            "ledger_folder": _always(LedgerFolder(house.settings.ledger_folder)),
            "figures": _always(house.settings.per_person_figures),
            "fanout": _always(house.fanout),
            "intake": _always(house.intake),
            "log": _always(log_of(house.settings)),
            "door_key": _always(secret(house.settings).encode()),
            "neighbours": _always(house.neighbours),
            "watched": _always(watched),
            "follows": _always(all_followed),
            "hatch": _always(hatch),
            "site": _always(house.settings.public_url),
            "contact": _always(house.settings.contest_address),
            "password_grant": _always(house.password_grant),
            "media_folder": _always(MediaFolder(house.settings.media_folder)),
            "bearer": Provide(bearer),
            "oidc": _always(configured(house.settings)),
            **session.DEPENDENCIES,
        },
        state=State({"settings": house.settings, "form_tokens": tokens}),
        template_config=TemplateConfig(instance=pages.engine(demo=demo)),
        exception_handlers={**session.EXCEPTION_HANDLERS, Exception: problems.handle},
        guards=[doorkeeper(house.db, house.clock)],
        middleware=[
            Callers(proxies(house.settings), over_tls=over_tls),
            KnownHosts(names(house)),
            LargeBodies(MAX_BODY),
            OwnForms(house.settings.public_url),
            form_tokens(tokens),
        ],
        before_request=before_request,
        before_send=[before_send],
        lifespan=[lifespan],
        request_class=Asked,
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    _one_after_another(app)
    # Around the router, so that what it finds nowhere is answered alike.
    known = knows_whom(app.asgi_handler, house) if demo else app.asgi_handler
    app.asgi_handler = answers_other_origins(answers_head(watched.timings.around(known)))
    return app


def _one_after_another(app: Litestar) -> None:
    """Hand handlers what they ask for one after another: Litestar begins a task for each, and hardly one ever waits."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _handler, asks in route.route_handler_map.values():
                each = [one for batch in asks.dependency_batches for one in sorted(batch, key=lambda one: one.key)]
                asks.dependency_batches = [{one} for one in each]


def _always(value: Any) -> Provide:
    async def provide() -> Any:
        return value

    return Provide(provide, use_cache=True)
