"""What a member who said yes gives a program: good once, for that program and that address, for ten minutes."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from gardefou.clock import MINUTE
from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_code
from gardefou.storage import Tx

LASTS = 10 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that is in force. The methods and the last two names are those that Authlib asks of one."""

    code_hash: bytes
    account_id: int
    redirect_uri: str
    scopes: str
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self) -> str:
        """Return the address it was led to."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return what the member said yes to."""
        return self.scopes


def give_code(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    secret: str,
    app_id: int,
    redirect_uri: str,
    scopes: str,
    challenge: str | None = None,
    challenge_method: str | None = None,
) -> None:
    """Keep the hash of a code, and drop those that have run out.

    Raises:
        OwnerCannotActError: the member's account is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    tx.execute(delete(net_code).where(net_code.c.expires_at <= now))
    tx.execute(
        insert(net_code).values(
            code_hash=hash_of(secret),
            app_id=app_id,
            account_id=account_id,
            redirect_uri=redirect_uri,
            scopes=scopes,
            challenge=challenge,
            challenge_method=challenge_method,
            expires_at=now + LASTS,
        )
    )


def code_of(tx: Tx, secret: str, *, app_id: int, now: int) -> Code | None:
    """Return the code that a program shows, locked: of two who show it at once, one finds it gone."""
    row = tx.first(
        select(net_code)
        .where(net_code.c.code_hash == hash_of(secret), net_code.c.app_id == app_id, net_code.c.expires_at > now)
        .with_for_update()
    )
    if row is None:
        return None
    return Code(
        code_hash=bytes(row["code_hash"]),
        account_id=int(row["account_id"]),
        redirect_uri=row["redirect_uri"],
        scopes=row["scopes"],
        code_challenge=row["challenge"],
        code_challenge_method=row["challenge_method"],
    )


def spend_code(tx: Tx, *, actor: Actor, code: Code) -> None:  # noqa: ARG001  # every write names its actor
    """Make a code good for nothing."""
    tx.execute(delete(net_code).where(net_code.c.code_hash == code.code_hash))
