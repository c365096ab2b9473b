"""Acting on a case requires its hold and the version seen; a case that is free is taken in the same step.

For what leaves the case open, such as proposing an order. Closing a case and handing it over ask the same in their own
steps, and end the hold.
"""

from contextlib import suppress

from gardefou.events import Actor
from gardefou.reports.as_seen import Seen, require_as_seen
from gardefou.reports.case import Case
from gardefou.reports.errors import WorkerError
from gardefou.reports.leases import take_lease
from gardefou.reports.locked import locked
from gardefou.reports.offers import Follows, require_not_too_near
from gardefou.storage import Tx


def hold_to_act(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    case_id: int,
    version: int | None = None,
    seen: Seen | None = None,
    follows: Follows | None = None,
    guarded: bool = False,
) -> Case:
    """See that a case is as the actor saw it and in nobody else's hands, and take hold of it for them.

    Somebody who may not decide it takes no hold of it; what they may not do, the guard says, and records.

    Args:
        tx: the open transaction.
        actor: who wants to act on the case.
        now: the instant.
        case_id: the case.
        version: the version they saw; None where they looked at the account and not at the case.
        seen: what they saw of it, to be told what has changed since.
        follows: who knows which accounts members follow; None where nobody does.
        guarded: whether an order follows, of which the guard asks who is too near, and records it.

    Returns:
        The case, its row locked.

    Raises:
        UnknownCaseError: there is no such case.
        CaseClosedError, CaseChangedError, HeldByAnotherError: it is not as the actor saw it; nothing is written.
        TooNearError: it is about an account too near to them; nothing is written.
    """
    case = locked(tx, case_id)
    require_as_seen(tx, case, actor=actor, now=now, version=version, seen=seen, follows=follows)
    if not guarded:
        require_not_too_near(tx, person_id=actor.person_id, account_id=case.account_id, follows=follows)
    with suppress(WorkerError):
        take_lease(tx, actor=actor, now=now, case_id=case_id, follows=follows, over=True)
    return case
