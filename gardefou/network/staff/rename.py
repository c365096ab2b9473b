"""Staff give an account another handle or name."""

from sqlalchemy import insert, select, update

from gardefou.events import Actor
from gardefou.network.acting import locked, reread
from gardefou.network.faults import free_handle, short_name
from gardefou.network.handles import handle_key
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account, net_kept_handle
from gardefou.storage import Tx


def rename(
    tx: Tx,
    neighbours: Neighbours,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    account_id: int,
    handle: str,
    display_name: str,
) -> None:
    """Rename an account; an empty handle or name stays as it is. The handle it had is kept for it.

    Raises:
        HandleMalformedError, HandleTakenError, DisplayNameTooLongError: no such name can be had.
    """
    locked(tx, account_id)
    changes: dict[str, str] = {}
    if handle:
        kept = free_handle(tx, handle, mine=account_id)
        _keep(tx, account_id, now)
        changes |= {"handle": kept, "handle_key": handle_key(kept)}
    if display_name:
        changes["display_name"] = short_name(display_name)
    if changes:
        tx.execute(update(net_account).where(net_account.c.id == account_id).values(**changes))
        neighbours.account_changed(tx, now=now, account=reread(tx, account_id))


def _keep(tx: Tx, account_id: int, now: int) -> None:
    """Keep the present handle for the account: otherwise a stranger could take it, and nobody could give it back."""
    key = tx.scalar(select(net_account.c.handle_key).where(net_account.c.id == account_id))
    known = tx.scalar(select(net_kept_handle.c.account_id).where(net_kept_handle.c.handle_key == key))
    if known is None:
        tx.execute(insert(net_kept_handle).values(handle_key=key, account_id=account_id, created_at=now))
