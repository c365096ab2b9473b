"""A program opens an account for somebody who has none, as the form does, and comes back in their name."""

from typing import Any

from litestar import Response, post
from litestar.types import ControllerRouterHandler

from gardefou.clock import SECOND, Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.api.caller import Caller
from gardefou.network.api.given import Given
from gardefou.network.errors import AgreementError, FieldError
from gardefou.network.faults import faults
from gardefou.network.oauth.tokens import give_token
from gardefou.network.passwords import hashed
from gardefou.network.ports import Neighbours
from gardefou.network.scopes import written
from gardefou.network.sessions import new_token
from gardefou.network.sign_up import NewMember, sign_up
from gardefou.storage import Database
from gardefou.storage.limits import Entry
from gardefou.words import LANGUAGES, current
from gardefou.words import gettext as _

#: What the form calls a field, and what clients call it.
_CALLED = {"handle": "username", "display_name": "username"}
_KINDS = {
    "handle_taken": "ERR_TAKEN",
    "email_taken": "ERR_TAKEN",
    "agreement": "ERR_ACCEPTED",
    "password_length": "ERR_TOO_SHORT",
}


@post(
    "/accounts",
    may=May.CLIENT,
    needs="write:accounts",
    as_app=True,
    limit=Entry.SIGN_UP,
    gives=(200,),
    status_code=200,
    sync_to_thread=True,
)
def open_account(
    db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, given: Given
) -> Response[dict[str, Any]]:
    """Open an account; everything that is wrong is said at once, by field."""
    handle, email, password = given.text("username"), given.text("email"), given.text("password")
    with db.reading() as tx:
        found = faults(tx, handle=handle, display_name="", email=email, password=password)
    if not given.flag("agreement"):
        found.append(AgreementError())
    if found:
        return _refused(found)
    locale = given.text("locale")[:2].lower()
    new = NewMember(
        handle=handle,
        display_name="",
        email=email,
        password_hash=hashed(password),
        locale=locale if locale in LANGUAGES else current(),
    )
    secret, now = new_token(), clock.now()
    try:
        with db.transaction() as tx:
            account_id = sign_up(tx, neighbours, actor=Actor.visitor("new"), now=now, member=new)
            scopes, app_id = written(caller.scopes), caller.app_id or 0
            give_token(tx, actor=Actor.member(account_id), now=now, secret=secret, app_id=app_id, scopes=scopes)
    except FieldError as fault:  # Somebody took the handle or the address meanwhile.
        return _refused([fault])
    told = {"access_token": secret, "token_type": "Bearer", "scope": scopes, "created_at": now // SECOND}
    return Response(told, status_code=200)


def _refused(found: list[FieldError]) -> Response[dict[str, Any]]:
    details: dict[str, list[dict[str, str]]] = {}
    for fault in found:
        said = {"error": _KINDS.get(fault.code, "ERR_INVALID"), "description": sentences.of(fault)}
        details.setdefault(_CALLED.get(fault.field, fault.field), []).append(said)
    why = " ".join(sentences.of(fault) for fault in found)
    return Response({"error": _("Validation failed: %(why)s", why=why), "details": details}, status_code=422)


HANDLERS: list[ControllerRouterHandler] = [open_account]
