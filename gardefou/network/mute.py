"""A member does not want to read an account any more, for a while or for good. The account is not told."""

from sqlalchemy import delete, insert

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.errors import NoSuchPageError, OneselfError
from gardefou.network.tables import net_mute
from gardefou.storage import Tx


def mute(
    tx: Tx, *, actor: Actor, now: int, account_id: int, notifications: bool = True, lasts: int | None = None
) -> None:
    """Mute an account; muting it again says anew what is muted and for how long.

    Args:
        tx: the open transaction.
        actor: the member.
        now: the instant, microseconds.
        account_id: whom they do not want to read.
        notifications: whether they do not want to be told of its deeds either.
        lasts: for how long, microseconds; None for good.

    Raises:
        NoSuchPageError: there is no such account.
        OneselfError: the member is that account.
        OwnerCannotActError: the member is frozen or hidden.
    """
    member_id = acting_member(tx, actor)
    if member_id == account_id:
        raise OneselfError
    if account_id not in locked(tx, member_id, account_id):
        raise NoSuchPageError
    pair = (net_mute.c.account_id == member_id) & (net_mute.c.muted_id == account_id)
    tx.execute(delete(net_mute).where(pair))
    tx.execute(
        insert(net_mute).values(
            account_id=member_id,
            muted_id=account_id,
            notifications=int(notifications),
            expires_at=None if lasts is None else now + lasts,
            created_at=now,
        )
    )
