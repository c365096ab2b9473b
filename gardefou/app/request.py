"""What every request goes through: its language and theme, and the headers of every answer."""

from typing import Any

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from gardefou.app.addresses import possible
from gardefou.network.api import paces
from gardefou.network.api.given import language_asked, read_language
from gardefou.network.api.problems import asked_by_a_client
from gardefou.network.web.common import LANGUAGE_COOKIE
from gardefou.words import language

#: No inline script or style anywhere; htmx and our own files only.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: The part of it that one page widens by one address: where a member's yes to a program leads.
_OWN_FORMS = "form-action 'self'"
HEADERS = {
    "content-security-policy": CSP,
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
    """Put the security headers on every answer, whoever made it."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    if scope["litestar_app"].state.settings.public_url.startswith("https://"):
        headers.setdefault("strict-transport-security", HSTS)
    headers.update(paces.told(scope))
    led_to = scope.get("state", {}).get("form_action")
    if led_to:
        headers.setdefault("content-security-policy", CSP.replace(_OWN_FORMS, f"{_OWN_FORMS} {led_to}"))
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    path: str = scope["path"]
    if published(path):
        # The same for everybody, wherever their program runs.
        headers["access-control-allow-origin"] = "*"
        headers["cross-origin-resource-policy"] = "cross-origin"
        headers.setdefault("cache-control", "no-cache")
    elif path.startswith("/static/"):
        hashed = scope.get("query_string", b"").startswith(b"v=")
        headers["cache-control"] = _FOR_EVER if hashed or path.startswith("/static/vendor/") else "no-cache"
    else:
        headers.setdefault("cache-control", "private, no-cache")
        headers.add("vary", "Accept-Language, Cookie")
