"""The house notes about whom it proposes to decide: whenever a rejected case is told to those who reported in it.

A proposal decides nothing and is told to nobody but those who can: whoever is on the list reports as before.
"""

from collections.abc import Collection

from sqlalchemy import select, text

from gardefou.events import Actor
from gardefou.reports.misuse.criteria import REJECTED_AGAIN, enough
from gardefou.reports.misuse.records import records
from gardefou.reports.misuse.standing_of import in_force, suspension_among, warning_among
from gardefou.reports.tables import reporter
from gardefou.storage import Tx
from gardefou.storage.among import among

#: Both databases read this sentence alike.
_PROPOSE = text(
    "INSERT INTO misuse (reporter, state, decided, rejected, looked_at, since) "
    "VALUES (:reporter, 'proposed', :decided, :rejected, :now, 0) ON CONFLICT (reporter) DO UPDATE "
    "SET state = 'proposed', decided = excluded.decided, rejected = excluded.rejected, looked_at = excluded.looked_at"
)


def note_records(tx: Tx, *, actor: Actor, now: int, reporters: Collection[str]) -> int:  # noqa: ARG001  # every write names its actor
    """Propose to decide about those of some reporters whose record is reason enough.

    Args:
        tx: the open transaction.
        actor: the machine of the house that looks.
        now: the instant.
        reporters: members and visitors alone: what a machine sends of itself ends with its token.

    Returns:
        How many are proposed now.
    """
    # Few have ever been wrong that often: nobody else's reports are read again.
    often = reporter.c.rejected >= REJECTED_AGAIN
    rows = tx.all(select(reporter.c.key).where(among(reporter.c.key, reporters), often))
    keys = [str(row["key"]) for row in rows]
    if not keys:
        return 0
    found, standing = records(tx, now=now, reporters=keys), in_force(tx, now=now, reporters=keys)
    new = [
        {"reporter": key, "decided": one.decided, "rejected": one.rejected, "now": now}
        for key, one in sorted(found.items())
        if suspension_among(standing.get(key, [])) is None
        and enough(one.decided, one.rejected, warned=warning_among(standing.get(key, [])) is not None)
    ]
    if new:
        tx.execute(_PROPOSE, new)
    return len(new)
