"""Staff give an account another address to write to, and to sign in with."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.network.acting import locked, reread
from gardefou.network.faults import free_email
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account
from gardefou.storage import Tx


def change_contact(
    tx: Tx,
    neighbours: Neighbours,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    account_id: int,
    email: str,
) -> None:
    """Change an account's address.

    Raises:
        EmailMalformedError, EmailTakenError: it cannot be used.
    """
    locked(tx, account_id)
    kept = free_email(tx, email, mine=account_id)
    tx.execute(update(net_account).where(net_account.c.id == account_id).values(email=kept))
    neighbours.contact_changed(tx, now=now, account=reread(tx, account_id))
