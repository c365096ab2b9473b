"""The names this site answers to. A page elsewhere that points its own name at us reads nothing here.

Litestar has a middleware for this, but it answers without words.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from gardefou.app.errors import UnknownHostError
from gardefou.app.house import House
from gardefou.app.settings import LOOPBACK

#: No name that is known is longer (RFC 1035, section 2.3.4), with its port.
LONGEST = 300
#: Listening on these is listening everywhere; they are nobody's name.
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # named here so as to be left out


def names(house: House) -> frozenset[str]:
    """Return the names: loopback's always; beyond the demo, also those of the settings."""
    if house.demo:
        return LOOPBACK
    settings = house.settings
    return LOOPBACK | ({_name(urlsplit(settings.public_url).netloc), settings.host.lower()} - _EVERYWHERE)


class KnownHosts(ASGIMiddleware):
    """Refuses requests for any other name, in words."""

    def __init__(self, known: frozenset[str]) -> None:
        """Remember the names."""
        self._known = known

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let a request through that is for us.

        Raises:
            UnknownHostError: it is for somebody else.
        """
        given = Headers.from_scope(scope).get("host", "")
        if _name(given[:LONGEST]) not in self._known:
            raise UnknownHostError(host=given[:100])
        await next_app(scope, receive, send)


@lru_cache(maxsize=256)
def _name(netloc: str) -> str:
    """Return the name in `name:port`, as names are compared; empty when there is none, or no port it could be."""
    try:
        parts = urlsplit(f"//{netloc}")
        _port = parts.port
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".")
