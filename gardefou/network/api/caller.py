"""Who calls the API: the app and the member behind the token that a request shows, read at each request.

It comes in a header or not at all: what stands in an address is kept by every log on the way. The owner of a hidden or
frozen account is told so whatever their token would be good for (promise 8): standing is read here, with the token.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request
from sqlalchemy import RowMapping, Select, select

from gardefou.events import Actor
from gardefou.network.api.errors import (
    LoginDisabledError,
    NeedsMemberError,
    OutsideScopesError,
    TokenInAddressError,
    TokenInvalidError,
)
from gardefou.network.scopes import covers
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_token, standing
from gardefou.network.visibility import SILENCED
from gardefou.storage import Database, Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared
from gardefou.storage.together import Together
from gardefou.words import gettext as _

AnyRequest = Request[Any, Any, Any]
#: So many tokens may wait to be looked up in a process: more would only wait in memory.
MOST_LOOKED_UP = 8_192
#: Where a request carries who calls, once that was looked up; or the error that says why nobody does.
_STATE = "caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls.

    Attributes:
        token_id: the token that was shown; None without one.
        app_id: whose it is.
        account_id: in whose name; None for an app that speaks for itself, and without a token.
        scopes: what it is good for.
    """

    token_id: int | None = None
    app_id: int | None = None
    account_id: int | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def member_id(self) -> int:
        """The member's account.

        Raises:
            NeedsMemberError: nobody stands behind the token.
        """
        if self.account_id is None:
            raise NeedsMemberError
        return self.account_id

    @property
    def actor(self) -> Actor:
        """The member who acts."""
        return Actor.member(self.member_id)


ANONYMOUS = Caller()


def secret_in(request: AnyRequest) -> str | None:
    """Return the token that a request shows, or None.

    Raises:
        TokenInAddressError: it stands in the address.
    """
    if "access_token" in request.query_params:
        raise TokenInAddressError(
            _("Show the access token in the Authorization header: what stands in an address is kept on the way")
        )
    scheme, _space, secret = request.headers.get("authorization", "").strip().partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret.strip() else None


#: Looks up tokens by their digests, those that are shown at once together.
Tokens = Together[bytes, Caller]


def tokens(db: Database) -> Tokens:
    """Return the place where a process looks up the tokens that it is shown."""
    return Together(db, callers_of, reads=True, waiting=MOST_LOOKED_UP)


def callers_of(tx: Tx, hashes: Sequence[bytes]) -> list[Caller | Exception]:
    """Return who stands behind tokens.

    Args:
        tx: an open transaction.
        hashes: the digests of the tokens.

    Returns:
        Of each: who it is; else why it is nobody, `TokenInvalidError` or `LoginDisabledError`.
    """
    found = {bytes(row["token_hash"]): _caller(row) for row in tx.all(*_tokens(sorted(set(hashes))))}
    return [found.get(one) or TokenInvalidError() for one in hashes]


def _caller(row: RowMapping) -> Caller | Exception:
    if row["standing"] in SILENCED:
        return LoginDisabledError()
    return Caller(
        token_id=int(row["id"]),
        app_id=int(row["app_id"]),
        account_id=row["account_id"],
        scopes=frozenset(row["scopes"].split()),
    )


@prepared
def _tokens(hashes: list[bytes]) -> Select[Any]:
    stands = standing.c
    joined = select(net_token, stands.standing).outerjoin(standing, stands.account_id == net_token.c.account_id)
    return joined.where(among(net_token.c.token_hash, hashes))


def provide_caller(request: AnyRequest, db: Database) -> Caller:
    """Return who calls; looked up once in a request. A token that is shown must be good, even where none is needed.

    Raises:
        TokenInvalidError: it is not.
        LoginDisabledError: the member cannot act.
    """
    state = request.scope["state"]
    if _STATE not in state:
        secret = secret_in(request)
        if secret is None:
            state[_STATE] = ANONYMOUS
        else:
            with db.reading() as tx:
                (state[_STATE],) = callers_of(tx, [hash_of(secret)])
    return _noted(request)


async def caller_of_request(request: AnyRequest, db: Database) -> Caller:
    """Return who calls, as `provide_caller`, without a thread where the door has looked already.

    Raises:
        TokenInvalidError: the token that is shown is good for nothing.
        LoginDisabledError: the member cannot act.
    """
    if _STATE in request.scope["state"]:
        return _noted(request)
    return await asyncio.to_thread(provide_caller, request, db)


async def known(request: AnyRequest, tokens: Tokens) -> Caller:
    """Return who calls, as `provide_caller`, looked up with whoever else comes at once.

    Raises:
        TokenInvalidError: the token that is shown is good for nothing.
        LoginDisabledError: the member cannot act.
    """
    state = request.scope["state"]
    if _STATE not in state:
        secret = secret_in(request)
        try:
            state[_STATE] = ANONYMOUS if secret is None else await tokens.become(hash_of(secret))
        except (TokenInvalidError, LoginDisabledError) as problem:
            state[_STATE] = problem
    return _noted(request)


def _noted(request: AnyRequest) -> Caller:
    found: Caller | Exception = request.scope["state"][_STATE]
    if isinstance(found, Exception):
        raise found
    return found


async def good_token(request: AnyRequest, tokens: Tokens) -> int | None:
    """Return the token that a request shows, if it is good for anything now."""
    try:
        return (await known(request, tokens)).token_id
    except (TokenInvalidError, LoginDisabledError):
        return None


def admit(request: AnyRequest, db: Database, *, needs: str, as_app: bool = False) -> None:
    """Let in whoever shows a token that is good for this.

    Args:
        request: what they ask.
        db: the database.
        needs: the scope; empty where any token will do.
        as_app: whether an app may come that speaks for itself.

    Raises:
        TokenInvalidError: there is none, or it is good for nothing.
        OutsideScopesError: it is good for something else.
        NeedsMemberError: nobody stands behind it.
        LoginDisabledError: the member cannot act.
    """
    caller = provide_caller(request, db)
    if caller.token_id is None:
        raise TokenInvalidError
    if needs and not covers(caller.scopes, needs):
        raise OutsideScopesError
    if not as_app:
        _member = caller.member_id
