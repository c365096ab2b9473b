"""A member has read a timeline down to a post, on one device, and goes on from there on another."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, insert, select, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked
from gardefou.network.tables import net_marker
from gardefou.storage import Tx

#: The timelines that are read down, in the Mastodon client API's words.
TIMELINES = ("home", "notifications")


def mark_read(tx: Tx, *, actor: Actor, now: int, read: Mapping[str, int], back: bool = True) -> None:
    """Keep how far each timeline was read; each mark counts its own changes.

    Args:
        tx: the open transaction.
        actor: the member.
        now: the instant, microseconds.
        read: the last that was read, by timeline.
        back: whether a mark may go back as well, as a program may say; else what is further on already stays.

    Raises:
        NoSuchPageError: the actor is not a member.
        OwnerCannotActError: the account is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    locked(tx, account_id)
    known = {row["timeline"]: row for row in marks(tx, account_id)}
    for timeline, last_read_id in read.items():
        if not back and timeline in known and known[timeline]["last_read_id"] >= last_read_id:
            continue
        values = {"last_read_id": last_read_id, "updated_at": now}
        if timeline in known:
            this = (net_marker.c.account_id == account_id) & (net_marker.c.timeline == timeline)
            tx.execute(update(net_marker).where(this).values(version=net_marker.c.version + 1, **values))
        else:
            tx.execute(insert(net_marker).values(account_id=account_id, timeline=timeline, version=1, **values))


def marks(tx: Tx, account_id: int) -> list[RowMapping]:
    """Return how far a member has read each timeline."""
    return list(tx.all(select(net_marker).where(net_marker.c.account_id == account_id).order_by(net_marker.c.timeline)))
