"""The one place where a case changes because reports of it are set aside, or count again."""

from collections import Counter

from sqlalchemy import update

from gardefou.events import Actor, record
from gardefou.events.record import Body
from gardefou.reports.aside import Aside
from gardefou.reports.case import Case
from gardefou.reports.leads import Lead
from gardefou.reports.move_sums import give_back, move_kinds
from gardefou.reports.priority import Weighed, rank_at
from gardefou.reports.tables import cases
from gardefou.storage import Tx


def count_aside(
    tx: Tx, *, actor: Actor, now: int, case: Case, kind: str, lead: Lead, before: Aside | None, after: Aside | None
) -> None:
    """Count reports of a case as set aside, and say so.

    Nothing else moves reports in or out of what counts. What leads the case and when it is due change with it, and what
    was taken out of its weight and of its sums comes back here, at once; who weighs nothing any more, and the posts
    that nobody names any more, are taken out after it (take_out.py). Its state, its account and its reports stay as
    they are.

    Args:
        tx: the open transaction, in which the case is locked.
        actor: who did it.
        now: the instant.
        case: the case, as it was locked.
        kind: what the event is called.
        lead: what leads the case now.
        before: the set as it was; None where it is new.
        after: the set as it is; None where it counts again.
    """
    more = _reports(after) - _reports(before)
    who = case.who + (before.taken_out if before else Weighed())
    changed = {
        "set_aside": cases.c.set_aside + more,
        "category": lead.category.value,
        "severity": lead.severity,
        "due_at": lead.due_at,
        "version": case.version + 1,
        "updated_at": now,
        "rank_at": rank_at(due_at=lead.due_at, who=who, reach=case.reach),
    }
    tx.execute(update(cases).where(cases.c.id == case.id).values(**changed, **who.sums()))
    out = _kinds(after)
    out.subtract(_kinds(before))
    move_kinds(tx, case_id=case.id, out=out)
    if before is not None:
        give_back(tx, before)
    one = after or before
    body: Body = {"set": str(one.id) if one else "", "reports": abs(more), "by": str(actor)}
    record(tx, now=now, kind=kind, subject=case.subject, body=body)


def _reports(one: Aside | None) -> int:
    return one.reports if one else 0


def _kinds(one: Aside | None) -> Counter[str]:
    return Counter({each.category: each.reports for each in one.kinds} if one else {})
