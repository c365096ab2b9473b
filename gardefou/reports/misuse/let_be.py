"""Let a proposal be: somebody looked into the reports and found no reason to warn or to suspend."""

from sqlalchemy import select

from gardefou.events import Actor, record
from gardefou.reports.errors import MeasureChangedError
from gardefou.reports.misuse.enter import looked_into
from gardefou.reports.misuse.judged import require_judge
from gardefou.reports.misuse.tables import misuse
from gardefou.storage import Tx
from gardefou.words import gettext as _


def let_be(tx: Tx, *, actor: Actor, now: int, reporter: str) -> None:
    """Let a proposal be; what this reporter sends from now on counts anew.

    Raises:
        WorkerError: the actor may not decide it.
        UnknownMeasureError: nobody by that key ever reported.
        MeasureChangedError: nothing is proposed about them.
    """
    by = require_judge(tx, actor=actor, now=now, reporter=reporter)
    here = (misuse.c.reporter == reporter) & (misuse.c.state == "proposed")
    if tx.first(select(misuse.c.reporter).where(here)) is None:
        raise MeasureChangedError(_("Nothing is proposed about this reporter any more."))
    looked_into(tx, actor=actor, now=now, reporter=reporter)
    record(tx, now=now, kind="reporter.let_be", subject=f"reporter:{by}", body={"by": str(actor)})
