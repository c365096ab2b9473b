"""What was good for a while and is no more: codes, keys that were sent once, programs that nobody ever let in."""

from sqlalchemy import delete, exists, select

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.network.post import ONCE_WITHIN
from gardefou.network.tables import net_app, net_code, net_posted_once, net_token
from gardefou.storage import Tx

#: How long a program that registered may take to be let in.
UNUSED_FOR = 7 * DAY
_AT_ONCE = 500


def sweep(tx: Tx, *, actor: Actor, now: int) -> int:  # noqa: ARG001  # every write names its actor
    """Delete what has run out; of programs a slice at a time.

    Returns:
        How many programs went.
    """
    tx.execute(delete(net_code).where(net_code.c.expires_at <= now))
    tx.execute(delete(net_posted_once).where(net_posted_once.c.created_at <= now - ONCE_WITHIN))
    theirs = (exists(select(table.c.app_id).where(table.c.app_id == net_app.c.id)) for table in (net_code, net_token))
    unused = (net_app.c.used_at.is_(None), net_app.c.created_at <= now - UNUSED_FOR, *(~one for one in theirs))
    rows = tx.all(select(net_app.c.id).where(*unused).order_by(net_app.c.created_at).limit(_AT_ONCE))
    tx.execute(delete(net_app).where(net_app.c.id.in_([row["id"] for row in rows])))
    return len(rows)
