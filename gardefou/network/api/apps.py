"""Programs: make themselves known, and ask who they are."""

from typing import Any

from litestar import get, post
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.errors import TokenInvalidError
from gardefou.network.api.given import Given
from gardefou.network.oauth.apps import app_by_id
from gardefou.network.oauth.register_app import register_app
from gardefou.storage import Database
from gardefou.storage.limits import Entry


@post("/apps", may=May.ANYONE, limit=Entry.CLIENT_APP, status_code=200, sync_to_thread=True)
def create_app(db: Database, clock: Clock, given: Given) -> dict[str, Any]:
    """Register a program; its secret is told this once."""
    with db.transaction() as tx:
        found = register_app(
            tx,
            actor=Actor.visitor("app"),
            now=clock.now(),
            name=given.text("client_name"),
            redirect_uris=given.texts("redirect_uris"),
            scopes=given.text("scopes"),
            website=given.text("website"),
        )
    return {
        "id": str(found.app_id),
        "name": found.name,
        "website": found.website,
        "scopes": found.scopes.split(),
        "redirect_uris": list(found.redirect_uris),
        "redirect_uri": "\n".join(found.redirect_uris),
        "client_id": found.client_id,
        "client_secret": found.secret,
        "client_secret_expires_at": 0,
        "vapid_key": "",
    }


@get("/apps/verify_credentials", may=May.CLIENT, needs="", as_app=True, sync_to_thread=True)
def verify_app(db: Database, caller: Caller) -> dict[str, Any]:
    """Say which program a token is of.

    Raises:
        TokenInvalidError: it is of none any more.
    """
    with db.reading() as tx:
        app = app_by_id(tx, caller.app_id or 0)
    if app is None:
        raise TokenInvalidError
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes.split(),
        "redirect_uris": list(app.redirect_uris),
        "redirect_uri": "\n".join(app.redirect_uris),
        "vapid_key": "",
    }


HANDLERS: list[ControllerRouterHandler] = [create_app, verify_app]
