"""The Mastodon client API, as far as docs/client-api.md says: handlers, thin, and what they get by name.

`app` registers `routes`. Besides the shared `db`, `clock` and `neighbours` they want `site`, where people reach us.
A route that is `may=May.CLIENT` says what a token must be good for, `needs="read:statuses"`; `as_app=True` where an app
may come that speaks for itself. One that is anybody's takes a token too, and then it must be good.
"""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from gardefou.network.api.caller import provide_caller
from gardefou.network.api.given import provide_given
from gardefou.network.api.posts import show_status

routes: list[ControllerRouterHandler] = [
    Router(
        path="/api/v1",
        route_handlers=[show_status],
        dependencies={
            "caller": Provide(provide_caller, sync_to_thread=True),
            "given": Provide(provide_given),
        },
        # A token comes in a header that no other site can make a browser send.
        opt={"exclude_from_csrf": True},
    )
]

__all__ = ["routes"]
