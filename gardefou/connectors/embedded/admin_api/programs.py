"""The programs of a member that were let in to moderate, and the person behind one that calls."""

from dataclasses import dataclass

from sqlalchemy import select

from gardefou.connectors.embedded.admin_api.errors import NobodyBehindError
from gardefou.network.api.caller import Caller
from gardefou.network.tables import net_app, net_token
from gardefou.staff.clients import Behind, person_behind
from gardefou.storage import Tx

#: Where a person lets a program of theirs act as them.
CHOSEN_AT = "/desk/me/clients"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A token that a member gave a program, good for moderating."""

    id: int
    name: str
    created_at: int


def programs_of(tx: Tx, account_id: int) -> list[Program]:
    """Return the programs of a member that asked to moderate, the newest first."""
    rows = tx.all(
        select(net_token.c.id, net_token.c.scopes, net_token.c.created_at, net_app.c.name)
        .join(net_app, net_app.c.id == net_token.c.app_id)
        .where(net_token.c.account_id == account_id)
        .order_by(net_token.c.id.desc())
    )
    return [
        Program(id=int(row["id"]), name=row["name"], created_at=int(row["created_at"]))
        for row in rows
        if any(one.startswith("admin:") for one in row["scopes"].split())
    ]


def behind(tx: Tx, caller: Caller, *, now: int, site: str, kept: bool = False) -> Behind:
    """Return the person as whom a program calls; `kept` lets in who can bring back and nothing else.

    Raises:
        NobodyBehindError: nobody who works here has chosen it, or the session in which they did is over.
    """
    found = None if caller.token_id is None else person_behind(tx, caller.token_id, now)
    if found is None or (found.keeps_restore and not kept):
        raise NobodyBehindError.at(f"{site}{CHOSEN_AT}")
    return found
