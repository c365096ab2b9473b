"""Answer a reporter who contests: it stays, or it is taken back. Never by whoever decided it."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.reports.errors import MeasureChangedError, WorkerError
from gardefou.reports.misuse.enter import say
from gardefou.reports.misuse.judged import require_judge, words_given
from gardefou.reports.misuse.locked import locked
from gardefou.reports.misuse.tables import measure
from gardefou.storage import Tx
from gardefou.words import gettext as _


def answer(tx: Tx, *, actor: Actor, now: int, measure_id: int, keeps: bool, words: str) -> None:
    """Answer what a reporter said against a warning or a suspension.

    Args:
        tx: the open transaction.
        actor: a reviewer or a duty manager who had no part in it.
        now: the instant.
        measure_id: the warning or the suspension.
        keeps: whether it stays.
        words: why, in words that the reporter reads.

    Raises:
        UnknownMeasureError: there is none by that number.
        WorkerError: the actor may not decide it, or decided it the first time.
        MisuseError: nothing is said why.
        MeasureChangedError: nobody contests it, or it was answered.
    """
    found = locked(tx, measure_id)
    by = require_judge(tx, actor=actor, now=now, reporter=found.reporter)
    if by == found.by:
        raise WorkerError(_("You decided this: somebody who had no part in it answers."))
    why = words_given(words, _("Say why, in words that the reporter reads."))
    if not found.waits_for_answer:
        raise MeasureChangedError(_("Nobody waits for an answer here any more."))
    values: dict[str, object] = {"answered_at": now, "answered_by": by, "answer": why}
    # What has run out meanwhile is taken back all the same: that it was wrong is worth saying.
    if not keeps and found.lifted_at is None:
        values |= {"lifted_at": now, "lifted_by": by, "lifted_because": why}
    tx.execute(update(measure).where(measure.c.id == found.id).values(**values))
    say(tx, actor=actor, now=now, of=found, what="kept" if keeps else "lifted")
