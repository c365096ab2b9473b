"""Let reports that were set aside together count again: everything is as it was before."""

from sqlalchemy import select, update

from gardefou.events import Actor
from gardefou.reports.as_seen import Seen
from gardefou.reports.aside import aside_of
from gardefou.reports.count_aside import count_aside
from gardefou.reports.errors import UnknownAsideError
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.leads import lead_of
from gardefou.reports.offers import Follows
from gardefou.reports.tables import aside
from gardefou.reports.view import case as case_row
from gardefou.reports.workers import require_decider
from gardefou.storage import Tx
from gardefou.words import gettext as _


def take_back(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    case_id: int,
    aside_id: int,
    version: int,
    seen: Seen | None = None,
    follows: Follows | None = None,
) -> None:
    """Let the reports of a set count again, whoever set them aside.

    Raises:
        UnknownCaseError: there is no such case.
        CaseClosedError, CaseChangedError, HeldByAnotherError: it is not as the actor saw it.
        UnknownAsideError: nothing is set aside under that number in this case.
        WorkerError: the actor may not decide it.
    """
    require_decider(tx, actor, now, case_row(tx, case_id), follows)
    case = hold_to_act(tx, actor=actor, now=now, case_id=case_id, version=version, seen=seen, follows=follows)
    here = (aside.c.id == aside_id) & (aside.c.case_id == case_id) & aside.c.taken_back_at.is_(None)
    row = tx.first(select(aside).where(here))
    if row is None:
        raise UnknownAsideError(_("No reports are set aside under that number."))
    tx.execute(update(aside).where(aside.c.id == aside_id).values(taken_back_by=str(actor), taken_back_at=now))
    found = aside_of(row)
    theirs = lead_of({one.category: one.first_at for one in found.kinds}) or case.lead
    count_aside(
        tx,
        actor=actor,
        now=now,
        case=case,
        kind="case.counted_again",
        lead=theirs.joined(case.lead) if case.counting else theirs,
        before=found,
        after=None,
    )
