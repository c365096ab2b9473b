"""The member behind a token: who they are, and what their programs begin with."""

from typing import Any

from litestar import get
from litestar.types import ControllerRouterHandler

from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities import credential
from gardefou.storage import Database


@get("/accounts/verify_credentials", may=May.CLIENT, needs="read:accounts", sync_to_thread=True)
def verify_credentials(db: Database, caller: Caller, site: str) -> dict[str, Any]:
    """Say whose token this is."""
    with db.reading() as tx:
        return credential.credential_account(tx, caller.member_id, site)


@get("/preferences", may=May.CLIENT, needs="read:accounts", sync_to_thread=True)
def preferences(db: Database, caller: Caller) -> dict[str, Any]:
    """Return what a program proposes for the member's next post."""
    with db.reading() as tx:
        return credential.preferences(tx, caller.member_id)


HANDLERS: list[ControllerRouterHandler] = [verify_credentials, preferences]
