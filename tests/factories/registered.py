"""An application is put together once for a process: those made later of the same handlers begin as copies of it.

Every test that asks the whole house has an application of its own, with its own database and clock, and uses a handful
of its handlers. Litestar reads the signature of each of them anew, five hundred and more, which costs more than most
such tests. So the first application of a process is made as the house makes its own; a later one, of the same handlers
and with the same names to give them, has copies of what was read, and finds out what is its own when it is first asked:
what each handler is given, who guards it, what is in front of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from functools import partial
from types import SimpleNamespace
from typing import Any

from litestar import Litestar, Router
from litestar._asgi.routing_trie import mapping
from litestar.handlers.http_handlers.base import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Empty

from gardefou.app import web

#: The handlers themselves (while they are kept here, no other has their number) and what was made of them.
_Made = tuple[Sequence[Any], list[HTTPRoute]]
_MADE: dict[tuple[object, ...], _Made] = {}
#: What a handler finds out of the application that it belongs to, and remembers.
_OWN: tuple[str, ...] = (
    "guards",
    "dependencies",
    "type_encoders",
    "type_decoders",
    "layered_parameters",
    "signature_namespace",
)
_OWN += ("after_response", "before_request", "response_class", "request_class", "request_max_body_size")

_in_front = mapping.build_route_middleware_stack


class Alike(Litestar):
    """An application that begins as a copy of an earlier one, if there is one of the same handlers."""

    def __init__(self, route_handlers: Sequence[Any], **more: Any) -> None:
        """Make it: see Litestar."""
        asked = (*map(id, route_handlers), frozenset(more.get("dependencies") or ()), more.get("request_class"))
        made = _MADE.get(asked)
        self.copied = made is not None
        super().__init__(route_handlers=() if made else route_handlers, **more)
        if made is None:
            _MADE[asked] = route_handlers, _copies(self.routes, None)
            return
        self.routes += _copies(made[1], self)
        for route in self.routes:
            self.asgi_router._registered_routes.add(route)  # noqa: SLF001  # what it does with each
            self.asgi_router._store_handler_to_route_mapping(route)  # noqa: SLF001  # as above
            mapping.add_route_to_trie(
                self,
                self.asgi_router._mount_routes,  # noqa: SLF001  # what it routes by
                self.asgi_router._plain_routes,  # noqa: SLF001  # likewise
                self.asgi_router.root_route_map_node,
                route,
            )


class _WhenAsked:
    """What a handler is given, found out when the first of it is wanted."""

    def __init__(self, handler: HTTPRouteHandler, route: HTTPRoute) -> None:
        self._handler, self._route = handler, route
        self._found: Any = None
        self.finish: Callable[[Any], None] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._found is None:
            self._found = self._handler.create_kwargs_model(path_parameters=self._route.path_parameters)
            if self.finish is not None:
                self.finish(_alone(self._route, self._handler, self._found))
        return getattr(self._found, name)


def _copies(routes: Sequence[Any], app: Litestar | None) -> list[HTTPRoute]:
    """Return copies of routes that belong to another application; with none, to nobody, and keep nothing of theirs."""
    owners: dict[int, Any] = {}
    copies = []
    for route in routes:
        made = copy(route)
        handlers = {id(handler): _copy(handler, owners, app) for handler in route.route_handlers}
        made.route_handlers = list(handlers.values())
        made.route_handler_map = {
            method: (handlers[id(handler)], _WhenAsked(handlers[id(handler)], made))
            for method, (handler, _asks) in route.route_handler_map.items()
        }
        copies.append(made)
    return copies


def _copy(handler: Any, owners: dict[int, Any], app: Litestar | None) -> Any:
    made = copy(handler)
    for name in _OWN:
        setattr(made, f"_resolved_{name}", Empty)
    made._response_handler_mapping = dict.fromkeys(handler._response_handler_mapping, Empty)  # noqa: SLF001  # made anew
    made.owner = _owner(handler.owner, owners, app)
    return made


def _owner(owner: Any, owners: dict[int, Any], app: Litestar | None) -> Any:
    """Return what stands in the place of a router or an application."""
    if not isinstance(owner, Router) or isinstance(owner, Litestar):
        return app
    if id(owner) not in owners:
        made = owners[id(owner)] = copy(owner)
        made.owner = _owner(owner.owner, owners, app)
        made.routes = []
    return owners[id(owner)]


def _front(app: Litestar, route: Any, route_handler: Any) -> Any:
    """Return what stands in front of a handler: in a copy, put together when somebody first comes."""
    if not isinstance(app, Alike) or not app.copied:
        return _in_front(app=app, route=route, route_handler=route_handler)
    made: Callable[..., Awaitable[None]] | None = None

    async def first(scope: Any, receive: Any, send: Any) -> None:
        nonlocal made
        if made is None:
            made = _in_front(app=app, route=route, route_handler=route_handler)
        await made(scope, receive, send)

    return first


def _later(finish: Callable[[Any], None], app: Litestar) -> None:
    """Do to each handler at once, or when it is first asked for, what the house does to all of them at the end."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler, asks in route.route_handler_map.values():
                found: Any = asks
                if isinstance(found, _WhenAsked):
                    found.finish = finish
                else:
                    finish(_alone(route, handler, asks))


def _alone(route: HTTPRoute, handler: HTTPRouteHandler, asks: Any) -> Any:
    """Return what looks like an application with one handler only."""
    alone = copy(route)
    alone.route_handler_map = {"GET": (handler, asks)}
    return SimpleNamespace(routes=[alone])


def make_alike() -> None:
    """From here on, let the house's applications of this process begin as copies of the first."""
    made: dict[str, Any] = {}
    house: Any = web
    files = house.create_static_files_router

    def same_files(**asked: Any) -> Any:
        """Return the same each time: it is asked for the same."""
        if str(asked) not in made:
            made[str(asked)] = files(**asked)
        return made[str(asked)]

    mapping.build_route_middleware_stack = _front
    house.Litestar, house.create_static_files_router = Alike, same_files
    house._hand_over = partial(_later, house._hand_over)  # noqa: SLF001  # every application is to be one
