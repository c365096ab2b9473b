"""A member wants to read an account again."""

from sqlalchemy import delete

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.errors import NoSuchPageError
from gardefou.network.tables import net_mute
from gardefou.storage import Tx


def unmute(tx: Tx, *, actor: Actor, account_id: int) -> bool:
    """Take back a mute.

    Returns:
        Whether anything changed.

    Raises:
        NoSuchPageError: there is no such account.
        OwnerCannotActError: the member is frozen or hidden.
    """
    member_id = acting_member(tx, actor)
    if account_id not in locked(tx, member_id, account_id):
        raise NoSuchPageError
    pair = (net_mute.c.account_id == member_id) & (net_mute.c.muted_id == account_id)
    return tx.execute(delete(net_mute).where(pair)).rowcount > 0
