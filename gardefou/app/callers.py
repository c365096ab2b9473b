"""Where a request comes from: the address behind the proxies we trust, and whether a form is one of our own pages'.

A proxy's word for whom it speaks counts only from a proxy that the settings name. Whoever else sends such a word is
taken for the address it sends from.

Litestar's token in every form is compared with a cookie, and any site beside ours under one domain can plant both. So
what a browser says of the form's origin counts as well: it cannot be made to lie about that (RFC 6454, Fetch Metadata).
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import cast
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from gardefou.app.errors import ForeignFormError
from gardefou.app.settings import Settings
from gardefou.network.api.problems import asked_by_a_client

Networks = tuple[IPv4Network | IPv6Network, ...]
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
#: A browser's own words for a form on one of our pages, and for what its person typed or kept themselves.
_OURS = frozenset({"same-origin", "none"})


def proxies(settings: Settings) -> Networks:
    """Return whom the settings trust to say for whom they speak."""
    return tuple(ip_network(one.strip(), strict=False) for one in settings.proxies.split(",") if one.strip())


def host_of(scope: Scope) -> str:
    """Return the address a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


class Callers(ASGIMiddleware):
    """Puts the address behind the proxies we trust in place of the last proxy's, and says when people come over TLS.

    Whoever ends the TLS before us: a cookie then travels over nothing else.
    """

    def __init__(self, trusted: Networks, *, over_tls: bool) -> None:
        """Remember whom to trust, and whether people reach us over TLS."""
        self._trusted = trusted
        self._over_tls = over_tls

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Look behind the proxy, if it is one of ours."""
        if self._trusts(host_of(scope)):
            said = ",".join(Headers.from_scope(scope).getall("x-forwarded-for", [])).split(",")
            behind = next((one.strip() for one in reversed(said) if not self._trusts(one.strip())), "")
            if _is_address(behind):
                scope["client"] = (behind, 0)
        if self._over_tls:
            scope["scheme"] = "https"
        await next_app(scope, receive, send)

    def _trusts(self, host: str) -> bool:
        return (
            bool(self._trusted) and _is_address(host) and any(ip_address(host) in network for network in self._trusted)
        )


class OwnForms(ASGIMiddleware):
    """Refuses what a page of another origin makes a browser send, but where no cookie counts."""

    def __init__(self, url: str) -> None:
        """Remember where people reach us."""
        self._here = urlsplit(url).netloc.lower()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let a request through that no other site made.

        Raises:
            ForeignFormError: another site did.
        """
        harmless = cast("str", scope.get("method", "GET")) in _HARMLESS or asked_by_a_client(scope["path"])
        if not harmless and not self._ours(Headers.from_scope(scope)):
            raise ForeignFormError
        await next_app(scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site in _OURS
        # What is no browser says neither, and carries no cookie that another site could make it send.
        return origin is None or _netloc(origin) in {headers.get("host", "").lower(), self._here}


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
