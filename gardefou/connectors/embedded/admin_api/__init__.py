"""The moderation calls of Mastodon clients, each through the guard: a client moderates as the person who chose it.

It lives here and not in the network, which is a guest and knows nothing of orders.
"""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from gardefou.connectors.embedded.admin_api import accounts, reports
from gardefou.network.api.caller import provide_caller
from gardefou.network.api.given import provide_given

routes: list[ControllerRouterHandler] = [
    Router(
        path="/",
        route_handlers=[*accounts.HANDLERS, *reports.HANDLERS],
        dependencies={
            "caller": Provide(provide_caller, sync_to_thread=True),
            "given": Provide(provide_given),
        },
        opt={"exclude_from_csrf": True},
    )
]

__all__ = ["routes"]
