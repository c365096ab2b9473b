"""All that goes over the network to the identity provider: what it says of itself, its keys, and the code's exchange.

Authlib writes the questions and reads the answers; httpx carries them, follows no redirect and waits for seconds, not
minutes. Nothing is remembered from one sign-in to the next: they are rare, and keys change.
"""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.common.security import is_secure_transport
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.discovery import get_well_known_url

from gardefou.app.oidc.config import Config
from gardefou.app.oidc.errors import ProviderError
from gardefou.staff.oidc_rounds import Round

#: Seconds that the provider has for each answer, and the most bytes of one.
PATIENCE = 5.0
LONGEST = 1_000_000
SCOPE = "openid"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
#: How we may show our secret at the token endpoint, the best first.
_WAYS = ("client_secret_basic", "client_secret_post")


class _Session:
    """What Authlib posts with."""

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth
    ) -> httpx.Response:
        """Send a form, with whatever shows who we are."""
        where, with_, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _asked("POST", where, content=body, headers=with_)


def discover(config: Config) -> dict[str, Any]:
    """Return what the provider says of itself.

    Raises:
        ProviderError: it does not answer, is another than it should be, or would have us talk in clear.
    """
    said = _json(get_well_known_url(config.issuer, external=True))
    if said.get("issuer") != config.issuer:
        raise ProviderError(
            f"it calls itself {str(said.get('issuer'))[:100]!r}, and oidc_issuer says {config.issuer!r}"
        )
    for name in _ENDPOINTS:
        if not isinstance(said.get(name), str) or not is_secure_transport(said[name]):
            raise ProviderError(f"its {name} is no address under https")
    if "S256" not in said.get("code_challenge_methods_supported", ["S256"]):
        raise ProviderError("it knows no PKCE with S256")
    return said


def way_there(config: Config, said: Mapping[str, Any], begun: Round) -> str:
    """Return the address at the provider that a browser is sent to."""
    url, _state = _client(config, said).create_authorization_url(
        said["authorization_endpoint"], state=begun.state, code_verifier=begun.verifier, nonce=begun.nonce
    )
    return str(url)


def exchange(config: Config, said: Mapping[str, Any], *, code: str, begun: Round) -> str:
    """Return the id token that a code stands for.

    Raises:
        ProviderError: the provider says no, or gives none.
    """
    try:
        given = _client(config, said).fetch_token(
            said["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=begun.verifier
        )
    except (OAuth2Error, httpx.HTTPError, ValueError) as problem:
        raise ProviderError(f"it does not take the code: {str(problem)[:200]}") from problem
    token = given.get("id_token")
    if not isinstance(token, str):
        raise ProviderError("it gave no id token")
    return token


def keys(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the provider's key set, as it publishes it now."""
    return _json(said["jwks_uri"])


def _client(config: Config, said: Mapping[str, Any]) -> Any:
    supported = said.get("token_endpoint_auth_methods_supported", _WAYS)
    way = next((one for one in _WAYS if one in supported), _WAYS[0]) if config.client_secret else "none"
    return OAuth2Client(
        _Session(),
        client_id=config.client_id,
        client_secret=config.client_secret,
        token_endpoint_auth_method=way,
        scope=SCOPE,
        redirect_uri=config.redirect_uri,
        code_challenge_method="S256",
    )


def _json(url: str) -> dict[str, Any]:
    try:
        answer = _asked("GET", url, headers={"accept": "application/json"})
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
        raise ProviderError(f"{url} cannot be read: {str(problem)[:200]}") from problem
    if not isinstance(found, dict):
        raise ProviderError(f"{url} is no JSON object")
    return found


@cache
def _authorities() -> ssl.SSLContext:
    """Return whom to believe about names: reading them takes longer than asking."""
    return httpx.create_ssl_context(trust_env=False)


def _asked(method: str, url: str, **more: Any) -> httpx.Response:
    """Ask once; an answer that never ends is cut off."""
    body = bytearray()
    with (
        httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False, verify=_authorities()) as client,
        client.stream(method, url, **more) as answer,
    ):
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LONGEST:
                raise ProviderError(f"{url} says more than a megabyte")
        return httpx.Response(answer.status_code, content=bytes(body), request=answer.request)
