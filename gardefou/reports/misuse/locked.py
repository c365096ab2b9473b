"""What was decided about a reporter, with its row locked."""

from sqlalchemy import select

from gardefou.reports.errors import UnknownMeasureError
from gardefou.reports.misuse.measure import Measure, measure_of
from gardefou.reports.misuse.tables import measure
from gardefou.storage import Tx
from gardefou.words import gettext as _


def locked(tx: Tx, measure_id: int) -> Measure:
    """Return a warning or a suspension, its row locked.

    Raises:
        UnknownMeasureError: there is none by that number.
    """
    row = tx.first(select(measure).where(measure.c.id == measure_id).with_for_update())
    if row is None:
        raise UnknownMeasureError(_("Nothing was decided about a reporter under that number."))
    return measure_of(row)
