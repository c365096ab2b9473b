"""The Mastodon client API, as far as docs/client-api.md says: handlers, thin, and what they get by name.

`app` registers `routes`. Besides the shared `db`, `clock` and `neighbours` they want `site`, where people reach us, and
`media_folder`. A route that is `may=May.CLIENT` says what a token must be good for, `needs="read:statuses"`;
`as_app=True` where an app may come that speaks for itself. One that is anybody's takes a token too, and then it must
be good for what is said there, `needs="read:statuses"`.
"""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from gardefou.network.api import (
    accounts,
    accounts_own,
    apps,
    deeds,
    instance,
    markers,
    media,
    nodeinfo,
    notifications,
    oauth,
    opening,
    posts,
    profile,
    quiet,
    reports,
    search,
    streaming,
    ties,
    timelines,
)
from gardefou.network.api.caller import caller_of_request
from gardefou.network.api.given import provide_given, provide_sent


def _router(path: str, handlers: list[ControllerRouterHandler]) -> Router:
    return Router(
        path=path,
        route_handlers=handlers,
        dependencies={
            "caller": Provide(caller_of_request),
            "given": Provide(provide_given),
            "sent": Provide(provide_sent),
        },
        # A token comes in a header that no other site can make a browser send.
        opt={"exclude_from_csrf": True},
    )


routes: list[ControllerRouterHandler] = [
    _router("/", [*oauth.HANDLERS, *nodeinfo.HANDLERS, media.image]),
    _router(
        "/api/v1",
        [
            *accounts.HANDLERS,
            *accounts_own.HANDLERS,
            *apps.HANDLERS,
            *deeds.HANDLERS,
            *instance.HANDLERS,
            *markers.HANDLERS,
            *media.HANDLERS,
            *notifications.HANDLERS,
            *opening.HANDLERS,
            *posts.HANDLERS,
            *profile.HANDLERS,
            *quiet.HANDLERS,
            *reports.HANDLERS,
            *streaming.HANDLERS,
            *ties.HANDLERS,
            *timelines.HANDLERS,
        ],
    ),
    _router("/api/v2", [*instance.HANDLERS_V2, *quiet.HANDLERS_V2, *search.HANDLERS, media.send_v2]),
]

__all__ = ["routes"]
