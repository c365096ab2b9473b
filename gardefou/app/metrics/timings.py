"""How long requests take, and how many streams are open, as this very process answers them.

A request is named by its route's template, never by its address: no id, no name and no word of anybody becomes a label,
and their number is that of the routes. A stream is no request that takes long: it is counted while it is open.
"""

import asyncio
from collections.abc import Callable, MutableMapping
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Gauge, Histogram

#: Seconds; the promises about speed lie between these.
BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)
#: Where no route answered: one label for everything that is not there.
NOWHERE = "none"
_STREAM = b"text/event-stream"
#: A method that we answer; anything else somebody may have made up.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Timings:
    """The clockwork around one application."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Count into a registry."""
        self._took = Histogram(
            "gardefou_request_seconds",
            "How long answers took, from the request to their end, without streams.",
            ("route", "method", "status"),
            buckets=BUCKETS,
            registry=registry,
        )
        # To find a series by its labels takes longer than to count: each is found once.
        self._observe: dict[tuple[str, str, int], Callable[[float], None]] = {}
        self._streams = Gauge(
            "gardefou_streams_open", "Live streams that are open in this process.", ("route",), registry=registry
        )

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return the application, whose answers are then timed."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == ScopeType.HTTP:
                await self._answer(app, scope, receive, send)
            else:
                await self._socket(app, scope, receive, send)

        return answer

    async def _answer(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        steady = asyncio.get_running_loop().time
        began, status, stream = steady(), 0, None

        async def told(message: Message) -> None:
            nonlocal status, stream
            if message["type"] == "http.response.start":
                status = message["status"]
                for name, value in message["headers"]:
                    if name == b"content-type" and value.startswith(_STREAM):
                        stream = self._streams.labels(_route(scope))
                        stream.inc()
            await send(message)

        try:
            await app(scope, receive, told)
        finally:
            if stream is not None:
                stream.dec()
            elif status:  # Whoever went before there was an answer waited for none.
                self._observing(_route(scope), str(scope.get("method", "")), status)(steady() - began)

    def _observing(self, route: str, method: str, status: int) -> Callable[[float], None]:
        """Return what counts into one series."""
        named = method if method in _METHODS else "other"
        observe = self._observe.get((route, named, status))
        if observe is None:
            observe = self._observe[route, named, status] = self._took.labels(route, named, str(status)).observe
        return observe

    async def _socket(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        opened = None

        async def told(message: Message) -> None:
            nonlocal opened
            if message["type"] == "websocket.accept":
                opened = self._streams.labels(_route(scope))
                opened.inc()
            await send(message)

        try:
            await app(scope, receive, told)
        finally:
            if opened is not None:
                opened.dec()


def _route(scope: Scope) -> str:
    """Return the template that answered, which the router notes in the scope."""
    noted: MutableMapping[str, Any] = scope  # type: ignore[assignment]  # the router's own word is not in its type
    return str(noted.get("path_template") or NOWHERE)
