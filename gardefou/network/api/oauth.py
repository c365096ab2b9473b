"""How a program comes by a token, and gives it back; and what it can read of that beforehand."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network.api.given import Given
from gardefou.network.oauth.apps import AUTH_METHODS
from gardefou.network.oauth.server import READ, Answer, OAuth2Error, OAuthServer, asked_for
from gardefou.network.passwords import owner_of
from gardefou.network.scopes import KNOWN, written
from gardefou.network.web.common import host_of
from gardefou.storage import Database
from gardefou.storage.limits import Entry, count, count_login

AnyRequest = Request[Any, Any, Any]
_TOKEN, _REVOKE = "/oauth/token", "/oauth/revoke"  # addresses
_PASSWORD = "password"  # noqa: S105  # a word of the protocol


@post(_TOKEN, may=May.ANYONE, limit=Entry.CLIENT_TOKEN, gives=(200,), status_code=200, sync_to_thread=True)
def token(
    request: AnyRequest, db: Database, clock: Clock, sent: Given, site: str, *, password_grant: bool
) -> Response[Any]:
    """Give a token for a code, for a password where the house allows it, or to the program for itself."""
    given = {name: sent.text(name) for name in READ}
    owner = None
    if password_grant and given["grant_type"] == _PASSWORD:
        owner = _owner(request, db, clock, given)
    with db.transaction() as tx:
        server = OAuthServer(tx, now=clock.now(), passwords=password_grant, owner=owner)
        return _answered(request, site, given, server.token)


def _owner(request: AnyRequest, db: Database, clock: Clock, given: dict[str, str]) -> int | None:
    """Return whom an e-mail address and a password open: counted as signing in is, and as slow for a stranger."""
    host, login = host_of(request), given["username"]
    with db.transaction() as tx:
        count(tx, now=clock.now(), entry=Entry.MEMBER_SIGN_IN, host=host)
        count_login(tx, now=clock.now(), entry=Entry.MEMBER_SIGN_IN, host=host, login=login)
    with db.reading() as tx:
        return owner_of(tx, email=login, password=given[_PASSWORD])


@post(_REVOKE, may=May.ANYONE, limit=Entry.CLIENT_TOKEN, gives=(200,), status_code=200, sync_to_thread=True)
def revoke(request: AnyRequest, db: Database, clock: Clock, sent: Given, site: str) -> Response[Any]:
    """End a token, by the program that has it; what is ended already is ended."""
    given = {name: sent.text(name) for name in READ}
    with db.transaction() as tx:
        return _answered(request, site, given, OAuthServer(tx, now=clock.now()).revoke)


def _answered(request: AnyRequest, site: str, given: dict[str, str], ask: Any) -> Response[Any]:
    try:
        asked = asked_for("POST", f"{site}{_TOKEN}", given, authorization=request.headers.get("authorization", ""))
        found: Answer = ask(asked)
    except OAuth2Error as problem:  # In clear over the network.
        status, body, headers = problem()
        found = Answer(status=status, body=body, headers=dict(headers))
    kept = {name: value for name, value in found.headers.items() if name.lower() != "content-type"}
    return Response(found.body, status_code=found.status, headers=kept, media_type="application/json")


@get(
    "/.well-known/oauth-authorization-server",
    may=May.ANYONE,
    plain=404,
    tells={"type": "object", "required": ["issuer", "token_endpoint"]},
    sync_to_thread=False,
)
def metadata(site: str, *, password_grant: bool) -> Response[dict[str, Any]]:
    """Say how programs come in (RFC 8414).

    Raises:
        NotFoundException: people reach us in clear; clients then take the usual addresses, and refuse these.
    """
    if not site.startswith("https://"):
        raise NotFoundException
    return Response(
        {
            "issuer": f"{site}/",
            "authorization_endpoint": f"{site}/oauth/authorize",
            "token_endpoint": f"{site}{_TOKEN}",
            "revocation_endpoint": f"{site}{_REVOKE}",
            "app_registration_endpoint": f"{site}/api/v1/apps",
            "service_documentation": f"{site}/openapi.json",
            "scopes_supported": written(KNOWN).split(),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code",
                "client_credentials",
                *([_PASSWORD] if password_grant else []),
            ],
            "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
            "code_challenge_methods_supported": ["S256"],
        }
    )


HANDLERS: list[ControllerRouterHandler] = [token, revoke, metadata]
