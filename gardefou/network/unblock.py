"""A member no longer blocks an account. What staff set in the name of an order is not the member's to lift."""

from sqlalchemy import delete, select

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.errors import NoSuchPageError, StaffBlockError
from gardefou.network.tables import net_block
from gardefou.storage import Tx


def unblock(tx: Tx, *, actor: Actor, account_id: int) -> bool:
    """Take back one's own block. The follows that it ended do not come back.

    Returns:
        Whether anything changed.

    Raises:
        NoSuchPageError: there is no such account.
        StaffBlockError: staff keep the two apart; the member's own block, if there was one, stays with theirs.
        OwnerCannotActError: the member is frozen or hidden.
    """
    member_id = acting_member(tx, actor)
    if account_id not in locked(tx, member_id, account_id):
        raise NoSuchPageError
    pair = (net_block.c.account_id == member_id) & (net_block.c.blocked_id == account_id)
    ours = tx.first(select(net_block.c.order_id).where(pair))
    if ours is None:
        return False
    if ours["order_id"] is not None:
        raise StaffBlockError
    tx.execute(delete(net_block).where(pair))
    return True
