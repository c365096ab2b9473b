"""What a client of the API can get wrong beyond what a member can. English is Mastodon's, since programs show it."""

from typing import ClassVar

from gardefou.errors import BadInputError


class ClientError(BadInputError):
    """This cannot be answered as it was asked."""

    code = "client"
    status: ClassVar[int] = 400


class TokenInvalidError(ClientError):
    """The access token is invalid"""  # noqa: D415  # Mastodon's own words

    code = "token_invalid"
    status = 401


class TokenInAddressError(ClientError):
    """The access token stands in the address."""

    code = "token_in_address"


class OutsideScopesError(ClientError):
    """This action is outside the authorized scopes"""  # noqa: D415  # Mastodon's own words

    code = "outside_scopes"
    status = 403


class LoginDisabledError(ClientError):
    """Your login is currently disabled"""  # noqa: D415  # Mastodon's own words

    code = "login_disabled"
    status = 403


class NeedsMemberError(ClientError):
    """This method requires an authenticated user"""  # noqa: D415  # Mastodon's own words

    code = "needs_member"
    status = 422


class ParameterError(ClientError):
    """A parameter is missing, or is not what it must be."""

    code = "parameter"
    status = 422


class UnreadableError(ClientError):
    """What was sent cannot be read."""

    code = "unreadable"


class UnknownTypeError(ClientError):
    """What was sent is of a type that nothing here reads."""

    code = "unknown_type"
    status = 415
