"""The ways to a token, as Authlib has them, joined to what is kept here. Codes are bound by PKCE with S256 alone."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import (
    AuthorizationCodeGrant,
    ClientCredentialsGrant,
    ResourceOwnerPasswordCredentialsGrant,
)
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge

from gardefou.events import Actor
from gardefou.network.errors import OwnerCannotActError
from gardefou.network.oauth.apps import AUTH_METHODS, App
from gardefou.network.oauth.codes import Code, code_of, give_code, spend_code
from gardefou.network.oauth.tokens import app_of_token, end_token
from gardefou.network.sessions import new_token
from gardefou.network.visibility import owner_may_act


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # authlib ships no types
    """By a member's yes on our page."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: App) -> str:
        """Return where to lead; Authlib's own would put the address into an error that takes ASCII alone."""
        asked: str = request.payload.redirect_uri or client.get_default_redirect_uri() or ""
        if not client.check_redirect_uri(asked):
            raise InvalidRequestError("The redirect_uri is not one that this client registered.")
        return asked

    def generate_authorization_code(self) -> str:
        """Return a code nobody can guess."""
        return new_token()

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep it."""
        given = request.payload.data
        give_code(
            self.server.tx,
            actor=Actor.member(request.user),
            now=self.server.now,
            secret=code,
            app_id=request.client.id,
            redirect_uri=request.payload.redirect_uri or request.client.get_default_redirect_uri(),
            scopes=request.scope,
            challenge=given.get("code_challenge"),
            challenge_method=given.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, client: App) -> Code | None:
        """Return it, while it is in force and this client's; end the token of one that was spent."""
        actor = Actor.machine(f"app:{client.id}")
        return code_of(self.server.tx, code, actor=actor, app_id=client.id, now=self.server.now)

    def delete_authorization_code(self, code: Code) -> None:
        """Spend it."""
        spend_code(self.server.tx, actor=Actor.member(code.account_id), code=code, token_id=self.server.given)

    def authenticate_user(self, code: Code) -> int:
        """Return whose yes it is.

        Raises:
            OwnerCannotActError: they cannot act any more.
        """
        if not owner_may_act(self.server.tx, code.account_id):
            raise OwnerCannotActError
        return code.account_id


class PasswordGrant(ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]  # authlib ships no types
    """By a member's e-mail address and password, where the house allows it; they were compared before."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def authenticate_user(self, _username: str, _password: str) -> int:
        """Return who it is.

        Raises:
            InvalidGrantError: nobody.
            OwnerCannotActError: somebody who cannot act.
        """
        owner: int | None = self.server.owner
        if owner is None:
            raise InvalidGrantError("The username or the password is wrong.")
        if not owner_may_act(self.server.tx, owner):
            raise OwnerCannotActError
        return owner


class AppGrant(ClientCredentialsGrant):  # type: ignore[misc]  # authlib ships no types
    """By the program's own secret, for itself alone."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS


class Challenge(CodeChallenge):  # type: ignore[misc]  # authlib ships no types
    """PKCE; a challenge that is the verifier itself would protect nothing."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """See that a challenge is one that can be kept.

        Raises:
            InvalidRequestError: it is not; without a word of its method it would be taken for the verifier itself.
        """
        given = grant.request.payload.data
        if given.get("code_challenge") and not given.get("code_challenge_method"):
            raise InvalidRequestError("The code_challenge_method has to be S256.")
        super().validate_code_challenge(grant, redirect_uri)


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # authlib ships no types
    """A program gives a token back. What is not known any more is given back already."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def authenticate_token(self, request: Any, client: App) -> str | None:
        """Return the token if it is this program's.

        Raises:
            InvalidRequestError: there is none.
            UnauthorizedClientError: it is somebody else's.
        """
        secret: str = request.form.get("token", "")
        if not secret:
            raise InvalidRequestError("Missing 'token' in request.")
        whose = app_of_token(self.server.tx, secret)
        if whose not in (None, client.id):
            raise UnauthorizedClientError("You are not authorized to revoke this token", status_code=403)
        return None if whose is None else secret

    def revoke_token(self, token: str, request: Any) -> None:
        """End it."""
        end_token(self.server.tx, actor=Actor.machine(f"app:{request.client.id}"), secret=token)
