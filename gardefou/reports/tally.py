"""Count for or against reporters how their cases were decided, once for each case.

The reporters of a case are counted in the step that decides it, where they are few. A storm's are counted by the
worker, a slice of its reports at a time, so that closing a case takes no longer for a million reports than for one.
What is undone is counted back the same way, in its turn.
"""

from collections.abc import Mapping

from sqlalchemy import delete, func, insert, select, text, update

from gardefou.events import Actor
from gardefou.reports.case import Case, Outcome
from gardefou.reports.tables import report, tally
from gardefou.storage import Tx

#: So many reports of a case are counted at once.
SLICE = 2_000

#: Whoever has several reports in a case is counted at the first. The rows are locked in one order, so that nobody who
#: counts the same reporters waits in a circle; what is taken back never falls below nothing.
_WHO = """
    SELECT one.reporter FROM report AS one WHERE one.case_id = :case_id AND one.id > :after AND one.id <= :last
    AND NOT EXISTS (SELECT 1 FROM report AS other WHERE other.reporter = one.reporter
                    AND other.case_id = one.case_id AND other.id < one.id)
"""
_COUNTED = """
    {outcome} = CASE WHEN reporter.{outcome} + :step < 0 THEN 0 ELSE reporter.{outcome} + :step END,
    decided_at = CASE WHEN :step < 0 OR reporter.decided_at > :at THEN reporter.decided_at ELSE :at END
"""
_LOCKED = "WITH mine AS (SELECT key FROM reporter WHERE key IN ({who}) ORDER BY key FOR UPDATE) "
_COUNT = {
    "postgresql": _LOCKED + "UPDATE reporter SET {counted} FROM mine WHERE reporter.key = mine.key",
    "sqlite": "UPDATE reporter SET {counted} WHERE key IN ({who})",
}
_STATEMENTS = {
    (dialect, outcome): text(words.format(who=_WHO, counted=_COUNTED.format(outcome=outcome)))
    for dialect, words in _COUNT.items()
    for outcome in Outcome
}
_NEXT = select(tally).order_by(tally.c.id).limit(1)


def count_outcome(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor
    now: int,
    case: Case,
    outcome: Outcome,
    step: int,
) -> None:
    """Count for or against everybody who reported in a case, or take that back; later, where they are many.

    Args:
        tx: the open transaction; the case's row is locked in it.
        actor: who decided, or undoes it.
        now: the instant, microseconds.
        case: the case.
        outcome: how it was decided.
        step: 1 to count, -1 to take it back.
    """
    last = int(tx.scalar(select(func.coalesce(func.max(report.c.id), 0)).where(report.c.case_id == case.id)))
    told = {"case_id": case.id, "outcome": outcome.value, "step": step, "after": 0, "last": last, "at": now}
    waiting = tx.scalar(select(tally.c.id).where(tally.c.case_id == case.id).limit(1))
    if case.reports > SLICE or waiting is not None:
        tx.execute(insert(tally).values(id=tx.new_id(now), **told))
    else:
        _count(tx, told)


def waits_to_be_counted(tx: Tx) -> bool:
    """Return whether anything waits to be counted."""
    return tx.first(_NEXT) is not None


def count_on(tx: Tx, *, actor: Actor) -> bool:  # noqa: ARG001  # every write names its actor
    """Count the next slice of what waits.

    Args:
        tx: the open transaction.
        actor: the house's own hand.

    Returns:
        Whether anything waited.
    """
    row = tx.first(_NEXT.with_for_update())
    if row is None:
        return False
    here = (report.c.case_id == row["case_id"], report.c.id > row["after"], report.c.id <= row["last"])
    beyond = select(report.c.id).where(*here).order_by(report.c.id).offset(SLICE - 1).limit(1)
    last = tx.scalar(beyond)
    _count(tx, {**row, "last": row["last"] if last is None else last})
    if last is None:
        tx.execute(delete(tally).where(tally.c.id == row["id"]))
    else:
        tx.execute(update(tally).where(tally.c.id == row["id"]).values(after=last))
    return True


def _count(tx: Tx, told: Mapping[str, object]) -> None:
    asked = {name: told[name] for name in ("case_id", "after", "last", "step", "at")}
    tx.execute(_STATEMENTS[tx.dialect, Outcome(str(told["outcome"]))], asked)
