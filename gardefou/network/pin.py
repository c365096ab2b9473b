"""A member puts a post of theirs on top of their page, or takes it down again."""

from sqlalchemy import func, select, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.errors import NotToBePinnedError, TooManyPinnedError
from gardefou.network.queries import locked_original
from gardefou.network.tables import net_post
from gardefou.network.visibility import Visibility
from gardefou.storage import Tx

MOST_PINNED = 5


def pin(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:
    """Pin one's own post; return its id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        NotToBePinnedError: it is somebody else's, or for those alone whom it names.
        TooManyPinnedError: as many as can be are pinned.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    pinned = locked_original(tx, post_id=post_id, reader=account_id)
    locked(tx, account_id)
    if pinned.account_id != account_id or pinned.visibility is Visibility.DIRECT:
        raise NotToBePinnedError
    if pinned.pinned_at is None:
        mine = (net_post.c.account_id == account_id) & net_post.c.pinned_at.is_not(None)
        if tx.scalar(select(func.count()).select_from(net_post).where(mine)) >= MOST_PINNED:
            raise TooManyPinnedError(limit=MOST_PINNED)
        tx.execute(update(net_post).where(net_post.c.id == pinned.id).values(pinned_at=now))
    return pinned.id


def unpin(tx: Tx, *, actor: Actor, now: int, post_id: int) -> int:  # noqa: ARG001  # every write names its instant
    """Unpin one's own post; return its id.

    Raises:
        NoSuchPageError: there is none that this member may read.
        NotToBePinnedError: it is somebody else's.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    pinned = locked_original(tx, post_id=post_id, reader=account_id)
    if pinned.account_id != account_id:
        raise NotToBePinnedError
    tx.execute(update(net_post).where(net_post.c.id == pinned.id).values(pinned_at=None))
    return pinned.id
