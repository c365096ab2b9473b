"""Authlib's authorization server on an open transaction: one for each request, since it keeps nothing.

Its core knows no framework: it is given the names and values of a request and gives back status, body and headers.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from gardefou.clock import SECOND
from gardefou.events import Actor
from gardefou.network.oauth.apps import App, app_of
from gardefou.network.oauth.grants import AppGrant, Challenge, CodeGrant, PasswordGrant, Revocation
from gardefou.network.oauth.tokens import give_token
from gardefou.network.scopes import KNOWN, read_scopes
from gardefou.network.sessions import new_token
from gardefou.storage import Tx

# Authlib writes tokens into its log where everything is logged.
logging.getLogger("authlib").setLevel(logging.INFO)

#: The parameters that anything here reads, of which each is one text.
READ = (
    *("response_type", "client_id", "client_secret", "redirect_uri", "scope", "state", "grant_type", "code"),
    *("code_challenge", "code_challenge_method", "code_verifier", "username", "password", "token"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered: a body as JSON, or a Location."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def location(self) -> str:
        """Where a browser is led; empty when nowhere."""
        return self.headers.get("Location", "")


class _Asked(OAuth2Request):  # type: ignore[misc]  # authlib ships no types
    """A request, its parameters read and its secrets nowhere but there."""

    def __init__(self, method: str, uri: str, given: dict[str, str], headers: dict[str, str]) -> None:
        super().__init__(method, uri, headers=headers)
        self.payload = BasicOAuth2Payload(given)

    @property
    def form(self) -> dict[str, str]:
        return dict(self.payload.data)

    @property
    def args(self) -> dict[str, str]:
        return dict(self.payload.data)


class OAuthServer(AuthorizationServer):  # type: ignore[misc]  # authlib ships no types
    """The server on one transaction.

    Attributes:
        tx: the open transaction.
        now: the instant, microseconds.
        owner: whoever the username and password of this request open; None for nobody.
        given: the token that was given last.
    """

    def __init__(self, tx: Tx, *, now: int, passwords: bool = False, owner: int | None = None) -> None:
        """Say which ways to a token there are."""
        super().__init__()
        self.tx, self.now, self.owner = tx, now, owner
        self.given: int | None = None
        self.register_token_generator("default", self._token)
        self.register_grant(CodeGrant, [Challenge(required=True)])
        self.register_grant(AppGrant)
        if passwords:
            self.register_grant(PasswordGrant)
        self.register_endpoint(Revocation)

    def token(self, asked: _Asked) -> Answer:
        """Answer `/oauth/token`.

        Raises:
            OwnerCannotActError: the member cannot act.
        """
        return self._answered(lambda: self.create_token_response(asked))

    def revoke(self, asked: _Asked) -> Answer:
        """Answer `/oauth/revoke`."""
        return self._answered(lambda: self.create_endpoint_response(Revocation.ENDPOINT_NAME, asked))

    def consent(self, asked: _Asked) -> Any:
        """Return what a member is asked, when a program asks in order.

        Raises:
            OAuth2Error: it does not.
        """
        try:
            return self.get_consent_grant(asked)
        except ValueError:  # Authlib's errors take no text beyond ASCII, and some quote what was sent.
            raise InvalidRequestError from None

    def said(self, asked: _Asked, grant: Any, *, yes_of: int | None) -> Answer:
        """Answer a member's yes, or their no: None.

        Raises:
            OwnerCannotActError: their account is frozen or hidden.
        """
        return self._answered(lambda: self.create_authorization_response(asked, grant_user=yes_of, grant=grant))

    def _answered(self, ask: Callable[[], Answer]) -> Answer:
        try:
            found = ask()
        except ValueError:  # As above; or an Authorization header that is no Base64.
            found = self.handle_response(*InvalidRequestError()())
        unknown = found.body.get("error") == "invalid_client"
        return Answer(status=401, body=found.body, headers=found.headers) if unknown else found

    def _token(self, *, client: App, scope: str | None = None, **_more: Any) -> dict[str, Any]:
        allowed = client.get_allowed_scope(scope)
        if allowed is None:
            raise InvalidScopeError
        secret = new_token()
        return {"access_token": secret, "token_type": "Bearer", "scope": allowed, "created_at": self.now // SECOND}

    def query_client(self, client_id: str) -> App | None:
        """Return a registered program."""
        return app_of(self.tx, client_id)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Keep a token."""
        actor = Actor.machine(f"app:{request.client.id}") if request.user is None else Actor.member(request.user)
        self.given = give_token(
            self.tx,
            actor=actor,
            now=self.now,
            secret=token["access_token"],
            app_id=request.client.id,
            scopes=token["scope"],
        )

    def validate_requested_scope(self, scope: str | None) -> None:
        """See that every scope is known.

        Raises:
            InvalidScopeError: one is not.
        """
        if scope and not read_scopes(scope) <= KNOWN:
            raise InvalidScopeError

    def create_oauth2_request(self, request: _Asked) -> _Asked:
        """Return a request as it was made."""
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        """Return an answer."""
        return Answer(status=status, body=body or {}, headers=dict(headers))

    def send_signal(self, name: str, *_about: Any, **_more: Any) -> None:
        """Tell nobody: what is worth telling, the verbs write down."""


def asked_for(method: str, uri: str, given: Mapping[str, str], *, authorization: str = "") -> _Asked:
    """Return a request as Authlib reads it.

    Args:
        method: GET or POST.
        uri: the address as people reach it.
        given: its parameters; what is empty was not given.
        authorization: the header of that name.

    Raises:
        OAuth2Error: it would go over the network in clear.
    """
    kept = {name: value for name, value in given.items() if value}
    return _Asked(method, uri, kept, {"Authorization": authorization} if authorization else {})


__all__ = ["READ", "Answer", "OAuth2Error", "OAuthServer", "asked_for"]
