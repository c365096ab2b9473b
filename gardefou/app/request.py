"""What every request goes through: its language and theme, and the headers of every answer."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from litestar import Request
from litestar.types import Message, Scope

from gardefou.app.addresses import possible
from gardefou.network.api import paces
from gardefou.network.api.given import language_asked, read_language
from gardefou.network.api.problems import asked_by_a_client
from gardefou.network.web.common import LANGUAGE_COOKIE
from gardefou.words import language

#: No inline script or style anywhere; our own files only.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: The part of it that one page widens by one address: where a member's yes to a program leads.
_OWN_FORMS = "form-action 'self'"
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
#: Where people reach us over TLS, browsers that have been here once come over nothing else for a year.
HSTS = "max-age=31536000"
_FOR_EVER = "public, max-age=31536000, immutable"


def choose_language(request: Request[Any, Any, Any]) -> None:
    """Speak the visitor's language: the visible switch, or what a client asks for, over what the browser prefers."""
    by_client = asked_by_a_client(request.scope["path"])
    wanted = language_asked(request) if by_client else request.cookies.get(LANGUAGE_COOKIE)
    language.set_language(language.choose(request.headers.get("accept-language"), wanted))


async def before_request(request: Request[Any, Any, Any]) -> None:
    """Choose the language on the event loop, so that handlers in threads inherit it; turn impossible addresses away."""
    if asked_by_a_client(request.scope["path"]):
        await read_language(request)
    choose_language(request)
    possible(request)


def published(path: str) -> bool:
    """Return whether an address is one of the published record's files, which know no language and no visitor."""
    return path in ("/ledger/checkpoint", "/ledger/vkey") or path.startswith("/ledger/tile/")


async def before_send(message: Message, scope: Scope) -> None:
    """Put the security headers on every answer, whoever made it; what a handler has said stands."""
    if message["type"] != "http.response.start":
        return
    headers = list(message.get("headers", ()))
    said = {name for name, _value in headers}
    wanted = [*_encoded(paces.told(scope)), *_own(scope)]
    message["headers"] = headers + [one for one in wanted if one[0] not in said]


def _own(scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of this very answer, by whatever makes them differ."""
    path: str = scope["path"]
    kind = "published" if published(path) else "page"
    if path.startswith("/static/"):
        hashed = scope.get("query_string", b"").startswith(b"v=")
        kind = "for ever" if hashed or path.startswith("/static/vendor/") else "static"
    over_tls = scope["litestar_app"].state.settings.public_url.startswith("https://")
    return _headers(kind, scope.get("state", {}).get("form_action") or "", over_tls=over_tls)


@lru_cache(maxsize=64)
def _headers(kind: str, led_to: str, *, over_tls: bool) -> tuple[tuple[bytes, bytes], ...]:
    found = {"content-security-policy": CSP.replace(_OWN_FORMS, f"{_OWN_FORMS} {led_to}") if led_to else CSP}
    if over_tls:
        found["strict-transport-security"] = HSTS
    if kind == "published":
        # The same for everybody, wherever their program runs.
        found |= {
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
            "cache-control": "no-cache",
        }
    elif kind == "page":
        found |= {"cache-control": "private, no-cache", "vary": "Accept-Language, Cookie"}
    else:
        found["cache-control"] = _FOR_EVER if kind == "for ever" else "no-cache"
    return tuple(_encoded(HEADERS | found))


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
