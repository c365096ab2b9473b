"""A reporter contests a warning or a suspension: once each, in their words; somebody who had no part in it answers."""

from sqlalchemy import update

from gardefou.events import Actor, record
from gardefou.reports.errors import MeasureChangedError, UnknownMeasureError
from gardefou.reports.misuse.judged import words_given
from gardefou.reports.misuse.locked import locked
from gardefou.reports.misuse.tables import measure
from gardefou.storage import Tx
from gardefou.words import gettext as _


def contest(tx: Tx, *, actor: Actor, now: int, measure_id: int, words: str) -> None:
    """Contest what was decided.

    Args:
        tx: the open transaction.
        actor: the reporter whom it is about.
        now: the instant.
        measure_id: the warning or the suspension.
        words: what they say.

    Raises:
        UnknownMeasureError: there is none by that number, or it is about somebody else: the answer is the same.
        MisuseError: they say nothing, or too much.
        MeasureChangedError: they have contested it already, or it has been lifted.
    """
    found = locked(tx, measure_id)
    if found.reporter != str(actor):
        raise UnknownMeasureError(_("Nothing was decided about a reporter under that number."))
    said = words_given(words, _("Say why, in your own words."))
    if found.contested_at is not None:
        raise MeasureChangedError(_("You have contested this already; what you wrote then is being read, or was."))
    if found.lifted_at is not None:
        raise MeasureChangedError(_("This was taken back already. Nothing is held against you."))
    tx.execute(update(measure).where(measure.c.id == found.id).values(contested_at=now, contest=said))
    record(tx, now=now, kind="reporter.contested", subject=f"measure:{found.id}", body={})
