"""What a client of the API reads when a call cannot be answered: `{"error": …}` and the status it knows.

Never 429 for a refusal, since clients sleep and try again for ever; and never 2xx for what has not happened.
"""

import http
from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException

from gardefou.errors import ConflictError, GardefouError
from gardefou.network import sentences
from gardefou.network.api.errors import (
    ClientError,
    LoginDisabledError,
    NeedsMemberError,
    OutsideScopesError,
    TokenInvalidError,
)
from gardefou.network.errors import BlockedError, FieldError, NoSuchPageError, NotProcessedError, OwnerCannotActError
from gardefou.words import gettext as _

#: Where clients of this API ask.
_PATHS = (
    *("/api/v1/", "/api/v2/", "/oauth/token", "/oauth/revoke", "/media/"),
    *("/.well-known/oauth-authorization-server", "/.well-known/nodeinfo", "/nodeinfo/"),
)


def asked_by_a_client(path: str) -> bool:
    """Return whether an address is one of the client API's."""
    return path.startswith(_PATHS)


def answer(problem: Exception, *, status: int, detail: str, headers: dict[str, str], code: str = "") -> Response[Any]:
    """Answer a call that failed.

    Args:
        problem: what went wrong.
        status: what any other part of the house would answer.
        detail: what any other part of the house would say.
        headers: what goes with it.
        code: what programs know the problem by, where it has none of its own.
    """
    if isinstance(problem, ConflictError):  # What has not happened: clients know no other word for that.
        status = http.HTTPStatus.UNPROCESSABLE_ENTITY
    status, text = _said(problem, status, detail)
    body: dict[str, Any] = {"error": text}
    if isinstance(problem, GardefouError):
        body["code"] = problem.code
    elif code:
        body["code"] = code
    if status == http.HTTPStatus.UNAUTHORIZED:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="gardefou"')
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def _said(problem: Exception, status: int, detail: str) -> tuple[int, str]:
    match problem:
        case NoSuchPageError():
            return 404, _("Record not found")
        case OwnerCannotActError() | LoginDisabledError():
            return 403, _("Your login is currently disabled")
        case TokenInvalidError():
            return 401, _("The access token is invalid")
        case OutsideScopesError():
            return 403, _("This action is outside the authorized scopes")
        case NeedsMemberError():
            return 422, _("This method requires an authenticated user")
        case BlockedError():
            return 403, _("This action is not allowed")
        case FieldError():
            return _of_field(problem)
        case ClientError():
            return problem.status, problem.message
        case HTTPException() if status == http.HTTPStatus.NOT_FOUND:
            return 404, _("Record not found")
    return status, detail


def _of_field(problem: FieldError) -> tuple[int, str]:
    if isinstance(problem, NotProcessedError):  # Nothing is wrong with what was sent: it is not taken from this member.
        return 403, sentences.of(problem)
    return 422, _("Validation failed: %(why)s", why=sentences.of(problem))
