"""What clients ask for when they start and this network has none of: the answer is an empty list, truthfully.

Each is a route of its own, so that the documents name it and whoever builds the thing takes its line away.
"""

from typing import Any

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.types import ControllerRouterHandler

from gardefou.may import May


def _none(path: str, name: str, what: str, needs: str | None) -> HTTPRouteHandler:
    """Return a route that answers with nothing.

    Args:
        path: where.
        name: of the route.
        what: there is none of.
        needs: the scope; None where it is anybody's.
    """

    def nothing() -> list[dict[str, Any]]:
        return []

    nothing.__name__, nothing.__doc__ = name, f"Return {what}: there are none here."
    tells = {"type": "array", "maxItems": 0}
    if needs is None:
        return get(path, may=May.ANYONE, tells=tells, sync_to_thread=False)(nothing)
    return get(path, may=May.CLIENT, needs=needs, tells=tells, sync_to_thread=False)(nothing)


HANDLERS: list[ControllerRouterHandler] = [
    _none("/custom_emojis", "custom_emojis", "emojis of our own", None),
    _none("/announcements", "announcements", "announcements", ""),
    _none("/trends", "trends", "tags that many use", None),
    _none("/trends/tags", "trends_tags", "tags that many use", None),
    _none("/trends/statuses", "trends_statuses", "posts that many pass on", None),
    _none("/trends/links", "trends_links", "links that many pass on", None),
    _none("/suggestions", "suggestions", "whom to follow", "read"),
    _none("/lists", "lists", "lists", "read:lists"),
    _none("/filters", "filters", "filters", "read:filters"),
    _none("/followed_tags", "followed_tags", "tags that a member follows", "read:follows"),
    _none("/featured_tags", "featured_tags", "tags on a member's page", "read:accounts"),
    _none("/endorsements", "endorsements", "accounts on a member's page", "read:accounts"),
    _none("/follow_requests", "follow_requests", "requests to follow: nobody's account asks for one", "read:follows"),
    _none("/domain_blocks", "domain_blocks", "domains that a member blocks", "read:blocks"),
    _none("/scheduled_statuses", "scheduled_statuses", "posts for later", "read:statuses"),
]
HANDLERS_V2: list[ControllerRouterHandler] = [
    _none("/filters", "filters_v2", "filters", "read:filters"),
    _none("/suggestions", "suggestions_v2", "whom to follow", "read"),
]
