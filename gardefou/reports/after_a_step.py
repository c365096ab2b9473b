"""What a clock that stepped back leaves behind: holds and open pages that would last for as long as it stepped."""

from sqlalchemy import delete, select

from gardefou.events import Actor, record
from gardefou.reports.leases import ENDS_WITHIN
from gardefou.reports.presence import FORGOTTEN_WITHIN
from gardefou.reports.tables import lease, presence
from gardefou.storage import Tx


def end_what_is_ahead(tx: Tx, *, actor: Actor, now: int) -> int:  # noqa: ARG001  # every write names its actor
    """End every hold that lasts longer than one can that is taken now; whoever had it takes it again, or a colleague.

    Returns:
        How many cases became free.
    """
    tx.execute(delete(presence).where(presence.c.until > now + FORGOTTEN_WITHIN))
    ahead = lease.c.until > now + ENDS_WITHIN
    freed = 0
    for row in tx.all(select(lease.c.case_id, lease.c.person_id).where(ahead).order_by(lease.c.case_id)):
        case_id, person = int(row["case_id"]), str(row["person_id"])
        # Somebody may have taken it anew since that look.
        if tx.execute(delete(lease).where(lease.c.case_id == case_id, ahead)).rowcount:
            record(tx, now=now, kind="case.returned", subject=f"case:{case_id}", body={"person": person})
            freed += 1
    return freed
