"""Count the reports that were not taken because their reporter's are not processed: nothing is lost in silence."""

from collections.abc import Mapping

from sqlalchemy import bindparam, text, update

from gardefou.events import Actor
from gardefou.reports.misuse.tables import STANDS, measure
from gardefou.storage import Tx

_COUNT = (
    update(measure)
    .where(measure.c.reporter == bindparam("whose"), measure.c.until == bindparam("to"), text(STANDS))
    .values(refused=measure.c.refused + bindparam("more"))
)


def count_refused(tx: Tx, *, actor: Actor, until: Mapping[str, int], refused: Mapping[str, int]) -> None:  # noqa: ARG001  # every write names its actor
    """Count, for each reporter, how many were refused now.

    Args:
        tx: the open transaction.
        actor: the machine that took the others in.
        until: until when the reports of each are not processed.
        refused: how many of each were refused.
    """
    rows = [{"whose": key, "to": until[key], "more": more} for key, more in sorted(refused.items())]
    if rows:
        tx.execute(_COUNT, rows)
