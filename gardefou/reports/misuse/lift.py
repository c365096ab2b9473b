"""Take a warning or a suspension back: one person, at once."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.reports.errors import MeasureChangedError
from gardefou.reports.misuse.enter import say
from gardefou.reports.misuse.judged import require_judge, words_given
from gardefou.reports.misuse.locked import locked
from gardefou.reports.misuse.tables import measure
from gardefou.storage import Tx
from gardefou.words import gettext as _


def lift(tx: Tx, *, actor: Actor, now: int, measure_id: int, because: str) -> None:
    """Take back what was decided; reports are processed again from this instant.

    Args:
        tx: the open transaction.
        actor: a reviewer or a duty manager, whoever decided it.
        now: the instant.
        measure_id: the warning or the suspension.
        because: why, in words that the reporter reads.

    Raises:
        UnknownMeasureError: there is none by that number.
        WorkerError: the actor may not decide it.
        MisuseError: nothing is said why.
        MeasureChangedError: it does not stand any more.
    """
    found = locked(tx, measure_id)
    by = require_judge(tx, actor=actor, now=now, reporter=found.reporter)
    why = words_given(because, _("Say why, in words that the reporter reads."))
    if not found.stands(now):
        raise MeasureChangedError(_("This does not stand any more. Nothing has changed."))
    values: dict[str, object] = {"lifted_at": now, "lifted_by": by, "lifted_because": why}
    if found.waits_for_answer:  # Who contested it has got what they asked for.
        values |= {"answered_at": now, "answered_by": by, "answer": why}
    tx.execute(update(measure).where(measure.c.id == found.id).values(**values))
    say(tx, actor=actor, now=now, of=found, what="lifted")
