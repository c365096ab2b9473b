"""The one place where a case changes because reports of it are set aside, or count again."""

from dataclasses import asdict

from sqlalchemy import update

from gardefou.events import Actor, record
from gardefou.events.record import Body
from gardefou.reports.aside import Aside
from gardefou.reports.case import Case
from gardefou.reports.priority import Weighed, rank_at
from gardefou.reports.tables import cases
from gardefou.storage import Tx


def count_aside(
    tx: Tx, *, actor: Actor, now: int, case: Case, found: Aside, kind: str, more: int, again: Weighed
) -> None:
    """Count reports of a case as set aside, and say so.

    Nothing else moves reports in or out of what counts. What was taken out of the case's weight weighs again here, at
    once; who weighs nothing any more is taken out after it (take_out.py). Its state, its account and its reports stay
    as they are.

    Args:
        tx: the open transaction, in which the case is locked.
        actor: who did it.
        now: the instant.
        case: the case, as it was locked.
        found: the set that they are in, or were.
        kind: what the event is called.
        more: how many more are set aside; fewer below nought.
        again: what weighs again.
    """
    who = case.who + again
    rank = rank_at(due_at=case.due_at, who=who, reach=case.reach)
    changed = {"set_aside": cases.c.set_aside + more, "version": case.version + 1, "updated_at": now, "rank_at": rank}
    tx.execute(update(cases).where(cases.c.id == case.id).values(**changed, **asdict(who)))
    body: Body = {"set": str(found.id), "reports": abs(more), "by": str(actor)}
    record(tx, now=now, kind=kind, subject=case.subject, body=body)
