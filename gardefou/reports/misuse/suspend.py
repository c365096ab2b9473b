"""Leave the reports of somebody unprocessed for a time: only after a warning, and what came after it."""

from gardefou.clock import DAY
from gardefou.events import Actor
from gardefou.reports.errors import MeasureChangedError, MisuseError
from gardefou.reports.misuse.criteria import LENGTHS, enough
from gardefou.reports.misuse.enter import enter
from gardefou.reports.misuse.judged import Judged, require_judge
from gardefou.reports.misuse.measure import SUSPENSION
from gardefou.reports.misuse.records import Record, records
from gardefou.reports.misuse.standing_of import in_force, suspension_among, warning_among
from gardefou.storage import Tx
from gardefou.words import gettext as _


def suspend(tx: Tx, *, actor: Actor, now: int, reporter: str, found: Judged, days: int | None) -> int:
    """Suspend the processing of a reporter's reports; it ends by itself.

    Args:
        tx: the open transaction.
        actor: the reviewer or duty manager who decides.
        now: the instant.
        reporter: whose, as a report keeps them.
        found: what they found on looking into the reports.
        days: for how long, one of `LENGTHS`.

    Returns:
        The suspension's number.

    Raises:
        WorkerError: the actor may not decide it.
        UnknownMeasureError: nobody by that key ever reported.
        MisuseError: no such length.
        MeasureChangedError: no warning stands, a suspension does, or too little was rejected since the warning.
    """
    by = require_judge(tx, actor=actor, now=now, reporter=reporter)
    if days not in LENGTHS:
        raise MisuseError(_("Choose for how long: 7, 14, 30 or 90 days."))
    standing = in_force(tx, now=now, reporters=[reporter]).get(reporter, [])
    if warning_among(standing) is None:
        raise MeasureChangedError(_("A warning comes first, and none stands against this reporter."))
    if suspension_among(standing) is not None:
        raise MeasureChangedError(_("This reporter’s reports are not being processed already. Nothing has changed."))
    record = records(tx, now=now, reporters=[reporter]).get(reporter, Record())
    if not enough(record.decided, record.rejected, warned=True):
        raise MeasureChangedError(_("Too little that this reporter sent since the warning was rejected. Look again."))
    return enter(
        tx,
        actor=actor,
        now=now,
        reporter=reporter,
        kind=SUSPENSION,
        by=by,
        record=record,
        judged=found,
        until=now + days * DAY,
    )
