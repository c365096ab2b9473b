"""Every way in over HTTP and who comes through it, read from what the routes declare.

For the table in docs/routes.md, for the OpenAPI document, and for the tests that compare both with what the server
really answers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from gardefou.app.errors import UndeclaredDoorError
from gardefou.may import May
from gardefou.staff.roles import Role

DESK_DOOR = "/desk/sign-in"
DOOR = "/sign-in"
#: Where files lie that are nobody's secret; the document of what programs can call leaves them out.
STATIC = "/static/{file_path}"


class Who(StrEnum):
    """Who asks: a visitor, a member of the network, or one of the staff as their role. On shift or off is the same."""

    VISITOR = "visitor"
    MEMBER = "member"
    AGENT = Role.AGENT.value
    REVIEWER = Role.REVIEWER.value
    DUTY_MANAGER = Role.DUTY_MANAGER.value
    AUDITOR = Role.AUDITOR.value
    ADMINISTRATOR = Role.ADMINISTRATOR.value

    @property
    def role(self) -> Role | None:
        """The role; None for who does not work here."""
        return None if self in (Who.VISITOR, Who.MEMBER) else Role(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method at one address.

    Attributes:
        method: GET or POST; HEAD is answered wherever GET is.
        path: the address, `{name}` for what varies.
        may: who comes through.
        roles: of the staff, those with one of these alone; empty for all of them.
        past: where the staff are led who have no business at this door, since they are in.
        plain: what a page answers to whoever is let in and asks for nothing particular; 200, but for few.
        tries: whether tries are counted here, and too many turned away.
        token: whether this is for machines, which show a token: nobody with a browser has one.
        handler: what answers.
        types: the type of each part that varies.
    """

    method: str
    path: str
    may: May
    roles: tuple[Role, ...]
    past: str
    plain: int
    tries: bool
    token: bool
    handler: HTTPRouteHandler
    types: dict[str, type]

    @property
    def function(self) -> Callable[..., Any]:
        """The function that answers."""
        # What runs in a thread is wrapped.
        found: Callable[..., Any] = getattr(self.handler.fn, "func", self.handler.fn)
        return found


def routes(app: Litestar) -> list[Route]:
    """Return every route of an application, in the order of their addresses."""
    found = [
        _route(method, route, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"})
    ]
    return sorted(found, key=lambda route: (route.path, route.method))


def _route(method: str, route: HTTPRoute, handler: HTTPRouteHandler) -> Route:
    return Route(
        method=method,
        path=route.path_format,
        may=May(handler.opt["may"]),
        roles=tuple(Role(role) for role in handler.opt.get("roles", ())),
        past=handler.opt.get("past", ""),
        plain=handler.opt.get("plain", 200),
        tries=bool({"limit", "counts", "scope", "rate"} & set(handler.opt)),
        token="scope" in handler.opt or May(handler.opt["may"]) is May.CLIENT,
        handler=handler,
        types={name: one.type for name, one in route.path_parameters.items()},
    )


def answer(route: Route, who: Who) -> str:
    """Return what a browser is told that comes as this one: a status, `303 door` or `asks`.

    `asks` is let in to ask: what is then done the guard says by the rulebook in force, and the verb.

    Raises:
        UndeclaredDoorError: no page lets in whom this route names.
    """
    if route.token:
        return "401"
    match route.may:
        case May.STAFF if who.role is None:
            return "303 door"
        case May.STAFF if route.roles and who.role not in route.roles:
            return "403"
        case May.MEMBER if who is not Who.MEMBER:
            return "303 door"
        case May.ANYONE | May.MEMBER | May.STAFF:
            pass
        case _:
            raise UndeclaredDoorError(f"{route.method} {route.path}: no page is for “{route.may}”")
    if route.past and who.role is not None:
        return f"303 {route.past}"
    return str(route.plain) if route.method == "GET" else "asks"


def door_of(route: Route) -> str:
    """Return the door at which those wait whom this route does not let in."""
    return DESK_DOOR if route.may is May.STAFF else DOOR


def table(found: Iterable[Route], *, demo: Sequence[ControllerRouterHandler]) -> str:
    """Return the table of every route and everybody, as Markdown; the demo's own pages come last."""
    own = {handler.fn for handler in demo if isinstance(handler, HTTPRouteHandler)}
    house = [route for route in found if route.function not in own]
    shown = [route for route in found if route.function in own]
    return f"{_ABOUT}\n{_rows(house)}\n\n{_DEMO}\n{_rows(shown)}\n"


def _rows(found: Sequence[Route]) -> str:
    head = ["", "address", *(who.value for who in Who)]
    lines = [head, ["---"] * len(head)]
    lines += [[route.method, f"`{route.path}`", *(answer(route, who) for who in Who)] for route in found]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


_ABOUT = """\
# Who comes through which door

Every page and form of the house and what it answers to each kind of person who asks with a browser. Written from the
code by `make routes`; never edit it by hand. A test asks the real server every cell, and finds no route that is not
here.

| cell | says |
| --- | --- |
| 200 | the page, where there is what the address names; else 404, for everybody alike |
| 404 | nothing here until it is set up, as an identity provider is; or nothing that concerns them, as a receipt does |
| 401 | for machines that show a token, which no browser has |
| 303 door | led to the door: `/desk/sign-in` from the desk, `/sign-in` from a member's page |
| 303 and an address | led past, being in already |
| 403 | this page is for other roles, and says for which |
| asks | comes through the door and asks: what is then done the verb says, and the guard under the rules in force |

A program that asks the desk for JSON gets 401 where a browser is led to the door. Off shift is the same as on: what
somebody may do without a shift is the rulebook's to say. Each form needs the token that our pages carry; without it
everybody gets 403. HEAD is answered wherever GET is. `/openapi.json` says it
to programs.
"""
_DEMO = """\
## Only in the demonstration

In any other house there is nothing at these addresses.
"""
