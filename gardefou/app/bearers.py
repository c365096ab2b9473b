"""Machines at the door: the token that a request shows, and what it is good for.

It comes in a header or not at all: what stands in an address is kept by every log on the way. A cookie says nothing
here, so no other site can make a browser use a token, and the forms' own token is not asked for.
"""

from typing import Any

from litestar import Request
from litestar.exceptions import ClientException, NotAuthorizedException, PermissionDeniedException

from gardefou.app.callers import host_of
from gardefou.clock import Clock
from gardefou.staff.scopes import Scope
from gardefou.staff.tokens import PREFIX, Bearer, bearer_of
from gardefou.storage import Database, limits
from gardefou.storage.limits import Entry
from gardefou.words import gettext as _

AnyRequest = Request[Any, Any, Any]
_SCHEME = "bearer"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="gardefou"'}


def admit(request: AnyRequest, db: Database, clock: Clock, scope: Scope) -> None:
    """Let in a machine whose token is good for this, at this instant, and remember which one it is.

    Raises:
        ClientException: the token stands in the address.
        NotAuthorizedException: there is none, or it opens nothing now.
        PermissionDeniedException: it is good for something else.
        TooManyTriesError: too many that opened nothing were shown from there.
    """
    if any(PREFIX in value or name == "access_token" for name, value in request.query_params.items()):
        raise ClientException(
            _("A token in an address is in every log on the way: end it, and send its successor in the header.")
        )
    scheme, _space, secret = request.headers.get("authorization", "").strip().partition(" ")
    now = clock.now()
    with db.reading() as tx:
        bearer = bearer_of(tx, secret.strip(), now) if scheme.lower() == _SCHEME else None
    if bearer is None:
        with db.transaction() as tx:
            limits.count(tx, now=now, entry=Entry.TOKEN, host=host_of(request.scope))
        raise NotAuthorizedException(
            _("Show a token that is in force, in the header Authorization, after the word Bearer. Nothing was done."),
            headers=_CHALLENGE,
        )
    if scope not in bearer.scopes:
        headers = {"WWW-Authenticate": f'{_CHALLENGE["WWW-Authenticate"]}, error="insufficient_scope", scope="{scope}"'}
        raise PermissionDeniedException(
            _("This token is not good for that; it takes the scope “%(scope)s”.", scope=scope), headers=headers
        )
    request.state.bearer = bearer


async def bearer(request: AnyRequest) -> Bearer:
    """Return the machine that the door let in."""
    found: Bearer = request.state.bearer
    return found
