"""Warn a reporter who often reports what is manifestly unfounded: the first step, which takes nothing from them."""

from gardefou.events import Actor
from gardefou.reports.errors import MeasureChangedError
from gardefou.reports.misuse.criteria import enough
from gardefou.reports.misuse.enter import enter
from gardefou.reports.misuse.judged import Judged, require_judge
from gardefou.reports.misuse.measure import WARNING
from gardefou.reports.misuse.records import Record, records
from gardefou.reports.misuse.standing_of import in_force
from gardefou.storage import Tx
from gardefou.words import gettext as _


def warn(tx: Tx, *, actor: Actor, now: int, reporter: str, found: Judged) -> int:
    """Warn a reporter.

    Args:
        tx: the open transaction.
        actor: the reviewer or duty manager who decides.
        now: the instant.
        reporter: whom, as a report keeps them.
        found: what they found on looking into the reports.

    Returns:
        The warning's number.

    Raises:
        WorkerError: the actor may not decide it.
        UnknownMeasureError: nobody by that key ever reported.
        MeasureChangedError: a warning or a suspension stands already, or the numbers are no reason any more.
    """
    by = require_judge(tx, actor=actor, now=now, reporter=reporter)
    if in_force(tx, now=now, reporters=[reporter]):
        raise MeasureChangedError(_("This reporter has been warned already. Nothing has changed."))
    record = records(tx, now=now, reporters=[reporter]).get(reporter, Record())
    if not enough(record.decided, record.rejected, warned=False):
        raise MeasureChangedError(_("Too few of this reporter’s reports were rejected lately. Nothing has changed."))
    return enter(
        tx, actor=actor, now=now, reporter=reporter, kind=WARNING, by=by, record=record, judged=found, until=None
    )
