"""What a member who said yes gives a program: good once, for that program and that address, for ten minutes."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from gardefou.clock import MINUTE
from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_app, net_code, net_token
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
    tx.execute(update(net_app).where(net_app.c.id == app_id, net_app.c.used_at.is_(None)).values(used_at=now))


def code_of(tx: Tx, secret: str, *, actor: Actor, app_id: int, now: int) -> Code | None:  # noqa: ARG001  # every write names its actor
    """Return the code that a program shows, locked: of two who show it at once, one finds it spent.

    Whoever shows a code that is spent may have stolen it, or had it stolen, so the token that it gave ends (RFC 6749
    §4.1.2).
    """
    row = tx.first(
        select(net_code)
        .where(net_code.c.code_hash == hash_of(secret), net_code.c.app_id == app_id, net_code.c.expires_at > now)
        .with_for_update()
    )
    if row is not None and row["token_id"] is not None:
        tx.execute(delete(net_token).where(net_token.c.id == row["token_id"]))
    if row is None or row["token_id"] is not None:
        return None
    return Code(
        code_hash=bytes(row["code_hash"]),
        account_id=int(row["account_id"]),
        redirect_uri=row["redirect_uri"],
        scopes=row["scopes"],
        code_challenge=row["challenge"],
        code_challenge_method=row["challenge_method"],
    )


def spend_code(tx: Tx, *, actor: Actor, code: Code, token_id: int) -> None:  # noqa: ARG001  # every write names its actor
    """Make a code good for nothing; while it could be shown again, it is known for which token it was spent."""
    tx.execute(update(net_code).where(net_code.c.code_hash == code.code_hash).values(token_id=token_id))
