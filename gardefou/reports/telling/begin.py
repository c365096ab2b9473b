"""Begin to tell those who reported what became of it; or stop, because it was undone.

Nobody is told at the instant itself: for a few minutes whoever decided can undo it, and then nothing was said. A person
who reported again after an earlier decision that said the same was told of that one already, and is not told again.
"""

from sqlalchemy import insert, select, update

from gardefou.clock import MINUTE
from gardefou.events import Actor, record
from gardefou.reports.telling.tables import telling
from gardefou.storage import Tx

#: For so long a decision can be undone before anybody hears of it.
UNDONE_WITHIN = 5 * MINUTE
TAKEN_BACK = "taken back"


def tell_of_case(tx: Tx, *, actor: Actor, now: int, case_id: int, what: str) -> int:  # noqa: ARG001  # every write names its actor
    """Let everybody who reported in a case be told what became of it.

    Args:
        tx: the open transaction.
        actor: who decided.
        now: the instant.
        case_id: the case; its row is locked.
        what: `upheld`, `rejected`, or `taken back`: what was done because it was upheld is no longer in effect.

    Returns:
        The number under which it is told.
    """
    _stop(tx, case_id)
    last = telling.c
    before = tx.first(
        select(last.what, last.told_to)
        .where(last.case_id == case_id, last.told_to > 0)
        .order_by(last.id.desc())
        .limit(1)
    )
    told_to = int(before["told_to"]) if before is not None and before["what"] == what else 0
    return _begin(tx, now, what, begins_at=now + UNDONE_WITHIN, case_id=case_id, told_to=told_to)


def stop_telling(tx: Tx, *, actor: Actor, now: int, case_id: int) -> None:  # noqa: ARG001  # every write names its actor
    """Tell nobody else what is undone now; its row is locked."""
    _stop(tx, case_id)


def tell_of_measure(tx: Tx, *, actor: Actor, now: int, measure_id: int, reporter: str, what: str) -> int:
    """Let a reporter be told what was decided about their reports, at once.

    Args:
        tx: the open transaction.
        actor: who decided.
        now: the instant.
        measure_id: the warning or the suspension.
        reporter: whom it is about, as a report keeps them.
        what: `warned`, `suspended`, `lifted`, or `kept`: it stays after they contested it.
    """
    record(tx, now=now, kind=f"reporter.{what}", subject=f"measure:{measure_id}", body={"by": str(actor)})
    return _begin(tx, now, what, begins_at=now, measure_id=measure_id, reporter=reporter)


def _stop(tx: Tx, case_id: int) -> None:
    due = (telling.c.case_id == case_id) & (telling.c.state == "due")
    tx.execute(update(telling).where(due).values(state="stopped"))


def _begin(tx: Tx, now: int, what: str, *, begins_at: int, told_to: int = 0, **about: int | str) -> int:
    telling_id = tx.new_id(now)
    kept = {"state": "due", "begins_at": begins_at, "told_to": told_to, "members": 0, "made_at": now}
    tx.execute(insert(telling).values(id=telling_id, what=what, **kept, **about))
    return telling_id
