"""`/openapi.json`: the document of every address, for programs; written from what the routes declare.

Besides `may` and `roles` a route may say, each in its decorator and each left out where there is nothing to say:
`asks`, the names of its form's fields; `gives`, the statuses of success that its return type does not tell; `tells`,
the JSON schema of what a program reads that asks for JSON; `published`, that it is a file of the published record.

The addresses of the Mastodon client API answer JSON alone, errors too, and take forms and JSON alike.
"""

import inspect
import types
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, Union, get_args, get_origin

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.response import Redirect, ServerSentEvent, Template
from litestar.typing import FieldDefinition

from gardefou.app.routes import STATIC, Route, routes
from gardefou.may import May
from gardefou.network.api.problems import asked_by_a_client

JSON, PROBLEM, PAGE = "application/json", "application/problem+json", "text/html"
FORM, FILES = "application/x-www-form-urlencoded", "multipart/form-data"
#: What stands in a handler's signature and is not asked of whoever calls.
_OURS = frozenset({"request", "data", "body", "headers", "cookies", "query", "scope", "state"})
_TYPES: Mapping[type, str] = {int: "integer", str: "string", bool: "boolean", float: "number"}
_ABOUT = """\
Every address of the house. Pages are HTML; an address of the desk answers a program that sends
`Accept: application/json` with JSON, and every error as RFC 9457 says, but for the Mastodon client API, where it is
`{"error": …}`. `x-may` names who comes through: anyone, a member of the network, a program of theirs, or the staff, and
of those the roles it is for. What somebody who is let in may then *do* is said by the guard, under the rulebook in
force."""


@get("/openapi.json", may=May.ANYONE, tells={"type": "object", "required": ["openapi", "info", "paths"]})
async def openapi(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Return this document."""
    state = request.app.state
    if "openapi" not in state:
        state["openapi"] = document(request.app)
    return Response(state["openapi"])


def document(app: Litestar) -> dict[str, Any]:
    """Return the document of an application."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes(app):
        if route.path != STATIC:
            paths.setdefault(route.path, {})[route.method.lower()] = operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Garde-fou",
            "version": version("gardefou"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM, "Error": _ERROR}, "securitySchemes": _SECURITY},
    }


def operation(route: Route) -> dict[str, Any]:
    """Return what is to be known of one method at one address."""
    module = route.function.__module__.removeprefix("gardefou.")
    who = {"may": route.may.value, **({"roles": [role.value for role in route.roles]} if route.roles else {})}
    found: dict[str, Any] = {
        "operationId": f"{module}.{route.function.__name__}",
        "tags": [module.partition(".")[0]],
        "summary": (inspect.getdoc(route.function) or "").partition("\n")[0],
        "description": f"For {_who(route)}.",
        "x-may": who,
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.method != "GET":
        found["requestBody"] = _body(route)
    security = _needs(route)
    if _for_clients(route) and route.may is May.ANYONE:
        # None is needed; where it matters who reads, one that is shown has to be good.
        return found | {"security": [{}, {"client": []}]}
    return found | ({"security": [security]} if security else {})


def _for_clients(route: Route) -> bool:
    """Return whether a route is one of the Mastodon client API's."""
    return asked_by_a_client(route.path)


def _who(route: Route) -> str:
    if route.roles:
        return "the staff: " + ", ".join(role.value for role in route.roles)
    if route.may is May.CLIENT:
        needs = route.handler.opt["needs"]
        return f"members’ programs, with the scope {needs}" if needs else "members’ programs"
    if route.may is May.ANYONE and route.handler.opt.get("needs"):
        return f"anyone; a program that shows a token needs the scope {route.handler.opt['needs']}"
    return {May.ANYONE: "anyone", May.MEMBER: "members", May.STAFF: "the staff"}.get(route.may, route.may.value)


def _needs(route: Route) -> dict[str, list[str]]:
    """Return what a browser of ours sends along: its session, and with a form the token against forged ones."""
    if route.may is May.CLIENT:
        return {"client": []}
    if route.token:
        return {"token": []}
    session: dict[May, dict[str, list[str]]] = {May.STAFF: {"desk": []}, May.MEMBER: {"member": []}}
    forms: dict[str, list[str]] = {} if route.method == "GET" else {"csrf": [], "csrf_cookie": []}
    return session.get(route.may, {}) | forms


def _parameters(route: Route) -> list[dict[str, Any]]:
    inside = [
        {"name": name, "in": "path", "required": True, "schema": {"type": _TYPES.get(kind, "string")}}
        for name, kind in route.types.items()
    ]
    given = route.handler.resolve_dependencies().keys() | route.types.keys() | _OURS
    asked = route.handler.parsed_fn_signature.parameters
    return inside + [_query(name, one) for name, one in asked.items() if name not in given]


def _query(name: str, one: FieldDefinition) -> dict[str, Any]:
    kinds = [kind for kind in _parts(one.annotation) if kind is not type(None)]
    called = getattr(one.kwarg_definition, "query", None) or name
    return {
        "name": called,
        "in": "query",
        "required": one.is_required,
        "schema": {"type": _TYPES.get(kinds[0], "string")},
    }


def _parts(annotation: Any) -> list[Any]:
    """Return the members of a union; of anything else, itself."""
    return list(get_args(annotation)) if get_origin(annotation) in (Union, types.UnionType) else [annotation]


def _body(route: Route) -> dict[str, Any]:
    """Return the form: its fields are words, since a browser knows nothing else; the desk takes them as JSON too.

    A route that reads a structure of its own says it by its type, and takes JSON alone.
    """
    data = route.handler.parsed_fn_signature.parameters.get("data")
    if data is not None and isinstance(data.annotation, type) and issubclass(data.annotation, msgspec.Struct):
        _refs, schemas = msgspec.json.schema_components([data.annotation])
        return {"required": True, "content": {JSON: {"schema": schemas[data.annotation.__name__]}}}
    names = route.handler.opt.get("asks", ())
    if _for_clients(route):
        return {"required": False, "content": {kind: {"schema": {"type": "object"}} for kind in (JSON, FORM)}}
    found = {FORM: _object(names, {"type": "string"})}
    if route.may is May.STAFF:
        found[JSON] = _object(names, {"type": ["string", "integer", "array"], "items": {"type": ["string", "integer"]}})
    if "file" in names:
        found[FILES] = _object(names, {"type": "string"})
    return {"required": False, "content": {kind: {"schema": schema} for kind, schema in found.items()}}


def _object(names: Sequence[str], value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict.fromkeys(names, value), "additionalProperties": value}


def _responses(route: Route) -> dict[str, Any]:
    found = {str(status): said for status, said in sorted({**_errors(route), **_successes(route)}.items())}
    return {status: {"description": _SAID[status], **content} for status, content in found.items()}


def _successes(route: Route) -> dict[int, dict[str, Any]]:
    """Return what is answered when all is well, as far as the return type and the route's own words tell."""
    if _for_clients(route):
        media, tells = route.handler.opt.get("media", JSON), route.handler.opt.get("tells", _ANY_JSON)
        answered = _content({media: {"schema": tells} if media == JSON else _TEXT})
        return dict.fromkeys(route.handler.opt.get("gives", (200,)), answered)
    returned = {get_origin(one) or one for one in _parts(route.handler.parsed_fn_signature.return_type.annotation)}
    opt = route.handler.opt
    told = {"schema": opt["tells"]} if "tells" in opt else None
    if ServerSentEvent in returned:
        return {200: _content({"text/event-stream": _TEXT})}
    if returned == {dict}:
        return {route.handler.status_code: _content({JSON: told or {"schema": {"type": "object"}}})}
    if returned == {Response} and route.method == "GET":
        also = opt.get("media", "" if told else PAGE)
        kinds = ({JSON: told} if told else {}) | ({also: _TEXT} if also else {})
        return {200: _content(kinds)}
    verdict = {PAGE: _TEXT, **({JSON: told} if told else {})}
    statuses = opt.get("gives") or [
        *([200] if returned & {Template, Response} or told else []),
        *([202] if told else []),
        *([303] if returned & {Redirect, Response} else []),
    ]
    found = {status: {} if status == 303 else _content(verdict) for status in statuses}  # noqa: PLR2004  # a status
    return found | ({403: _content({**verdict, PROBLEM: _PROBLEM_REF})} if told else {})


def _errors(route: Route) -> dict[int, dict[str, Any]]:
    if _for_clients(route):
        return dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429, 503), _content({JSON: _ERROR_REF}))
    problem = _content({PROBLEM: _PROBLEM_REF, PAGE: _TEXT})
    found: dict[int, dict[str, Any]] = {400: problem, 503: problem}
    if route.handler.opt.get("published"):
        found |= {304: {}, 404: problem}
    if route.types or route.method != "GET" or _parameters(route):
        found[404] = problem
    if route.method != "GET":
        found |= dict.fromkeys((403, 409, 413, 415), problem)
    if route.may is May.STAFF:
        found |= {303: {}, 401: problem}
    if route.may is May.MEMBER or route.past:
        found[303] = {}
    found |= {401: problem} if route.token else {}
    found |= {429: problem} if route.tries else {}
    return found | ({403: problem} if route.roles or route.token else {})


def _content(kinds: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {"content": dict(kinds)}


_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_PROBLEM_REF: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong, in the language asked for."},
        "code": {"type": "string", "description": "What is wrong, for machines; it never changes."},
        "reasons": {"type": "array", "items": {"type": "object"}},
    },
}
_ANY_JSON: dict[str, Any] = {"type": ["object", "array"]}
_ERROR_REF: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Error"}}
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "What is wrong; from /oauth, the word of RFC 6749 for it."},
        "error_description": {"type": "string"},
        "code": {"type": "string", "description": "What is wrong, for machines; it never changes."},
        "details": {"type": "object", "description": "What is wrong, by field."},
    },
}
_SECURITY: dict[str, Any] = {
    "desk": {"type": "apiKey", "in": "cookie", "name": "desk", "description": "A session at the desk."},
    "token": {"type": "http", "scheme": "bearer", "description": "A machine's token."},
    "client": {"type": "http", "scheme": "bearer", "description": "A token of the network's, from /oauth/token."},
    "member": {"type": "apiKey", "in": "cookie", "name": "gf_member", "description": "A member's session."},
    "csrf": {"type": "apiKey", "in": "header", "name": "x-csrftoken", "description": "The same as the cookie `csrf`."},
    "csrf_cookie": {"type": "apiKey", "in": "cookie", "name": "csrf", "description": "Any page of ours gives it."},
}
_SAID: Mapping[str, str] = {
    "200": "Here it is, or it is done.",
    "201": "It is taken in.",
    "202": "It is proposed, and waits for people or for time.",
    "304": "It is what you have.",
    "303": "It is read elsewhere: at `Location`. That is the door for a browser that is not let in.",
    "400": "It cannot be used as it was sent. Nothing has changed.",
    "401": "Sign in first. Nothing has changed.",
    "403": "Refused: by the rules, with reasons; or the form is not from this browser. Nothing has changed.",
    "404": "There is nothing at this address.",
    "409": "It has changed since you looked. Nothing was done.",
    "413": "More was sent than this address takes.",
    "415": "It is neither a form nor JSON. Nothing has changed.",
    "422": "Something that was sent is not what it must be. Nothing has changed.",
    "429": "It was tried too often from there. Nothing has changed.",
    "503": "The house cannot answer now. Nothing has changed.",
}
