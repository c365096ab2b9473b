"""Who works on cases: agents, reviewers and duty managers who are engaged. Administrators and auditors do not."""

from gardefou.events import Actor
from gardefou.events.actor import ActorKind
from gardefou.reports.case import Case
from gardefou.reports.errors import WorkerError
from gardefou.reports.offers import Follows, require_not_too_near
from gardefou.staff.queries import AtWork, at_work
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.words import gettext as _

WORKERS = frozenset({Role.AGENT, Role.REVIEWER, Role.DUTY_MANAGER})
REVIEWERS = frozenset({Role.REVIEWER, Role.DUTY_MANAGER})


def require_worker(tx: Tx, actor: Actor, now: int) -> AtWork:
    """Return the person who wants to work on a case.

    Raises:
        WorkerError: the actor is nobody who does, at this instant.
    """
    one = None if actor.person_id is None else at_work(tx, actor.person_id, now)
    if one is None or not one.engaged:
        raise WorkerError(_("Only people engaged here work on cases."))
    if not one.roles & WORKERS:
        raise WorkerError(_("Agents, reviewers and duty managers work on cases; your roles do not."))
    return one


def works_on_cases(tx: Tx, actor: Actor, now: int) -> bool:
    """Return whether the actor is somebody who works on cases at this instant."""
    try:
        require_worker(tx, actor, now)
    except WorkerError:
        return False
    return True


def require_decider(tx: Tx, actor: Actor, now: int, case: Case, follows: Follows | None = None) -> None:
    """See that the actor may decide this case: the house itself, or a person whom it is for.

    Raises:
        WorkerError: they may not; TooNearError, because of whom it is about.
    """
    if actor.kind is ActorKind.MACHINE:
        return
    one = require_worker(tx, actor, now)
    if case.for_reviewers and not one.roles & REVIEWERS:
        raise WorkerError(_("This case is for reviewers: a reviewer or a duty manager decides it."))
    require_not_too_near(tx, person_id=one.id, account_id=case.account_id, follows=follows)
