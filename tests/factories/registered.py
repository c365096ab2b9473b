"""An application looks closely at each of its handlers when it is made: the first one of a process at all of them.

Every test that asks the whole house has an application of its own and uses a handful of its handlers. Litestar reads
the signature of each of them anew, which costs more than most such tests. So whatever an earlier application of this
process has looked at, with the same dependencies to give it, a later one looks at when it is first asked for.
"""

from collections.abc import Callable
from copy import copy, deepcopy
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from litestar.handlers.base import BaseRouteHandler
from litestar.handlers.http_handlers.base import HTTPRouteHandler
from litestar.routes import HTTPRoute

from gardefou.app import web

if TYPE_CHECKING:
    from litestar import Litestar

#: A handler's code, the names of what can be given to it, the parts of its address: all of what is looked at.
_Looked = tuple[object, frozenset[str], frozenset[str]]
_KNOWN: set[_Looked] = set()
_SOUND: set[tuple[object, frozenset[str]]] = set()

_look_at = BaseRouteHandler.on_registration
_map_handlers = HTTPRoute.create_handler_map


def _of(handler: BaseRouteHandler) -> tuple[object, frozenset[str]]:
    act: Any = handler.fn
    while hasattr(act, "func"):  # What does not wait is wrapped so that it runs in a thread.
        act = act.func
    return getattr(act, "__code__", act), frozenset(handler.dependency_name_set)


class _WhenAsked:
    """What a handler's parameters are, found out when the first of it is wanted."""

    def __init__(self, handler: HTTPRouteHandler, route: HTTPRoute) -> None:
        self._handler, self._route = handler, route
        self._found: Any = None
        self.finish: Callable[[Any], None] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._found is None:
            self._handler._validate_handler_function()  # noqa: SLF001  # what was left out below
            self._found = self._handler.create_kwargs_model(path_parameters=self._route.path_parameters)
            if self.finish is not None:
                self.finish(_only(self._route, self._handler, self._found))
        return getattr(self._found, name)


def _on_registration(self: BaseRouteHandler, app: "Litestar") -> None:
    if not isinstance(self, HTTPRouteHandler) or _of(self) not in _SOUND:
        _SOUND.add(_of(self))
        _look_at(self, app)
        return
    self.resolve_guards()
    self.resolve_middleware()
    self.resolve_opts()


def _create_handler_map(self: HTTPRoute) -> None:
    looked = {(*_of(handler), frozenset(self.path_parameters)) for handler in self.route_handlers}
    methods = [method for handler in self.route_handlers for method in handler.http_methods]
    if not looked <= _KNOWN or len(methods) != len(set(methods)):
        _map_handlers(self)
        _KNOWN.update(looked)
        return
    for handler in self.route_handlers:
        later: Any = _WhenAsked(handler, self)
        self.route_handler_map.update(dict.fromkeys(handler.http_methods, (handler, later)))


def _copy(self: BaseRouteHandler, memo: dict[int, Any]) -> BaseRouteHandler:
    """Copy a handler as Litestar copies those that stand alone: what it was told is read and never changed."""
    made = memo[id(self)] = copy(self)
    made.owner = deepcopy(self.owner, memo)
    return made


def look_once() -> None:
    """From here on, let no application of this process look again at what an earlier one has looked at."""
    BaseRouteHandler.on_registration = _on_registration  # type: ignore[method-assign]
    BaseRouteHandler.__deepcopy__ = _copy  # type: ignore[attr-defined]  # a router copies all of its own
    HTTPRoute.create_handler_map = _create_handler_map  # type: ignore[method-assign]
    web._hand_over = partial(_later, web._hand_over)  # noqa: SLF001  # every application is to get it


def _later(finish: Callable[[Any], None], app: "Litestar") -> None:
    """Do to each handler at once, or when it is first asked for, what the house does to all of them at the end."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler, asks in route.route_handler_map.values():
                found: Any = asks
                if isinstance(found, _WhenAsked):
                    found.finish = finish
                else:
                    finish(_only(route, handler, asks))


def _only(route: HTTPRoute, handler: HTTPRouteHandler, asks: Any) -> Any:
    """Return what looks like an application with one handler only."""
    alone = copy(route)
    alone.route_handler_map = {"GET": (handler, asks)}
    return SimpleNamespace(routes=[alone])
