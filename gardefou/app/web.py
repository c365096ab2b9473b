"""The web application: every room's handlers under one roof, and what all of them get by name."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
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
from gardefou.app.hands import Hands
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
from gardefou.app.reported import HANDLERS as REPORTED
from gardefou.app.request import before_request, before_send
from gardefou.app.settings import secret
from gardefou.app.staff_clients import HANDLERS as STAFF_CLIENTS
from gardefou.app.whom import knows_whom
from gardefou.connectors.embedded import admin_api
from gardefou.connectors.embedded.exhibits import EmbeddedExhibits
from gardefou.desk import session
from gardefou.desk import web as desk
from gardefou.desk.hatch import Hatch
from gardefou.desk.still_in import StillIn
from gardefou.incidents import web as incidents
from gardefou.ledger.folder import LedgerFolder
from gardefou.may import May
from gardefou.network import api as clients
from gardefou.network import web as network
from gardefou.network.media_folder import MediaFolder
from gardefou.network.queries import all_followed

#: A report's comment has a limit of its own, in words; this one stops what is no longer a form.
MAX_BODY = 512 * 1024


def handlers() -> list[ControllerRouterHandler]:
    """Return every room's handlers."""
    public = [health, metrics, openapi, *LEDGER, *RECEIPTS, *REPORTED, *network.routes, *clients.routes]
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
        loop = asyncio.get_running_loop()
        with Hands(loop) as hands:
            loop.set_default_executor(hands)
            house.fanout.start()
            yield
            house.fanout.stop()
        hatch.close()

    watched = metrics_of(house)
    over_tls = house.settings.public_url.startswith("https://")
    tokens = CSRFConfig(secret=secret(house.settings), cookie_name="csrf", cookie_httponly=True, cookie_secure=over_tls)
    media = MediaFolder(house.settings.media_folder)
    app = Litestar(
        route_handlers=[
            *handlers(),
            *more,
            create_static_files_router(
                path="/static", directories=[pages.STATIC], html_mode=False, opt={"may": May.ANYONE}
            ),
        ],
        dependencies={
            "house": _Always(house),
            "db": _Always(house.db),
            "clock": _Always(house.clock),
            "ports": _Always(house.ports),
            "settings": _Always(house.settings),
            "ledger_folder": _Always(LedgerFolder(house.settings.ledger_folder)),
            "figures": _Always(house.settings.per_person_figures),
            "fanout": _Always(house.fanout),
            "still_in": _Always(StillIn(house.db, house.clock)),
            "intake": _Always(house.intake),
            "log": _Always(log_of(house.settings)),
            "door_key": _Always(secret(house.settings).encode()),
            "neighbours": _Always(house.neighbours),
            "watched": _Always(watched),
            "follows": _Always(all_followed),
            "hatch": _Always(hatch),
            "site": _Always(house.settings.public_url),
            "contact": _Always(house.settings.contest_address),
            "password_grant": _Always(house.password_grant),
            "media_folder": _Always(media),
            "exhibits": _Always(EmbeddedExhibits(media)),
            "bearer": Provide(bearer),
            "oidc": _Always(configured(house.settings)),
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
    _hand_over(app)
    # Around the router, so that what it finds nowhere is answered alike.
    known = knows_whom(app.asgi_handler, house) if demo else app.asgi_handler
    app.asgi_handler = answers_other_origins(answers_head(watched.timings.around(known)))
    return app


def _hand_over(app: Litestar) -> None:
    """Hand handlers what is always the same at once, and the rest one after another.

    Litestar would call a function for each of them, at each request, and begin a task for each; hardly one ever waits.
    """
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _handler, asks in route.route_handler_map.values():
                each = [one for batch in asks.dependency_batches for one in sorted(batch, key=lambda one: one.key)]
                same = {one.key: one.provide.same for one in each if isinstance(one.provide, _Always)}
                asks.extractors.append(partial(_given, same))
                asks.dependency_batches = [{one} for one in each if one.key not in same]


class _Always(Provide):
    """What everybody gets: one value."""

    def __init__(self, value: Any) -> None:
        async def provide() -> Any:
            return value

        super().__init__(provide)
        self.same = value


async def _given(same: Mapping[str, Any], given: dict[str, Any], _connection: object) -> None:
    given.update(same)
