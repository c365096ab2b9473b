"""Deciding a case: close it, undo that, or hand it to reviewers.

Closing changes one row, however many reports it gathers; the reports stay as they were filed. What the decision says
about the reporters, who was right, is counted with it (tally.py), and the record has an entry of it; telling them
begins a few minutes later (`telling`). `version` is what the person saw: if what they decided on has changed since,
nothing happens.
"""

from typing import Any

from sqlalchemy import delete, select, update

from gardefou.accounts.queries import account as account_row
from gardefou.events import Actor, record
from gardefou.ledger import store
from gardefou.ledger.entry import EntryKind
from gardefou.orders.entries import who_did
from gardefou.reports.as_seen import Seen, require_as_seen
from gardefou.reports.case import Case, Outcome
from gardefou.reports.errors import CaseChangedError, ReportError
from gardefou.reports.locked import locked
from gardefou.reports.offers import Follows, require_not_too_near
from gardefou.reports.tables import cases, lease
from gardefou.reports.tally import count_outcome
from gardefou.reports.telling.begin import stop_telling, tell_of_case
from gardefou.reports.workers import require_decider, require_worker
from gardefou.storage import Tx
from gardefou.words import gettext as _

REVIEWERS_QUEUE = "reviewer"


def close(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    case_id: int,
    outcome: str,
    version: int,
    seen: Seen | None = None,
    follows: Follows | None = None,
    order_id: int | None = None,
) -> None:
    """Close a case as upheld or rejected.

    Args:
        tx: the open transaction.
        actor: the person who decides, or the house when an order has taken effect.
        now: the instant, microseconds.
        case_id: the case.
        outcome: `upheld` or `rejected`.
        version: the version the actor saw.
        seen: what they saw of it, to be told what has changed since.
        follows: who knows which accounts members follow; None where nobody does.
        order_id: the order by whose effect it closes; None where it closes without one.

    Raises:
        ReportError: there is no such outcome.
        UnknownCaseError: there is no such case.
        CaseClosedError, CaseChangedError, HeldByAnotherError: it is not as the actor saw it.
        WorkerError: the actor may not decide it.
    """
    decided = _outcome(outcome)
    case = locked(tx, case_id)
    require_as_seen(tx, case, actor=actor, now=now, version=version, seen=seen, follows=follows)
    require_decider(tx, actor, now, case, follows)
    _set(tx, case, now, state="closed", outcome=decided.value, closed_at=now, closed_by=str(actor), order_id=order_id)
    count_outcome(tx, actor=actor, now=now, case=case, outcome=decided, step=1)
    tx.execute(delete(lease).where(lease.c.case_id == case_id))
    record(tx, now=now, kind="case.closed", subject=case.subject, body={"outcome": decided.value, "by": str(actor)})
    _enter(tx, case, actor=actor, now=now, kind=EntryKind.CASE_CLOSED, outcome=decided)
    tell_of_case(tx, actor=actor, now=now, case_id=case_id, what=decided.value)


def reopen(tx: Tx, *, actor: Actor, now: int, case_id: int, version: int, follows: Follows | None = None) -> None:
    """Undo the closing of a case: it is as it was, its reporters' counts too.

    Raises:
        UnknownCaseError: there is no such case.
        WorkerError: the actor may not decide it.
        CaseChangedError: it is open, or has changed, or a newer case on the account is open.
    """
    case = locked(tx, case_id)
    require_decider(tx, actor, now, case, follows)
    if case.open or case.outcome is None or case.version != version:
        raise CaseChangedError(_("This case has changed since you looked. Look again."))
    newer = select(cases.c.id).where(cases.c.account_id == case.account_id, cases.c.state == "open")
    if tx.scalar(newer) is not None:
        raise CaseChangedError(_("A newer case on this account is open; this one stays closed."))
    _set(tx, case, now, state="open", outcome=None, closed_at=None, closed_by=None, order_id=None)
    count_outcome(tx, actor=actor, now=now, case=case, outcome=case.outcome, step=-1)
    record(tx, now=now, kind="case.reopened", subject=case.subject, body={"by": str(actor)})
    _enter(tx, case, actor=actor, now=now, kind=EntryKind.CASE_REOPENED, outcome=case.outcome)
    stop_telling(tx, actor=actor, now=now, case_id=case_id)


def hand_to_reviewers(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    case_id: int,
    version: int,
    seen: Seen | None = None,
    follows: Follows | None = None,
) -> None:
    """Put a case into the reviewers' queue; whoever hands it over lets go of it, and no order answers it any more.

    Raises:
        UnknownCaseError: there is no such case.
        WorkerError: the actor does not work on cases.
        CaseClosedError, CaseChangedError, HeldByAnotherError: it is not as the actor saw it.
        TooNearError: it is about an account too near to them.
    """
    case = locked(tx, case_id)
    require_worker(tx, actor, now)
    require_as_seen(tx, case, actor=actor, now=now, version=version, seen=seen, follows=follows)
    require_not_too_near(tx, person_id=actor.person_id, account_id=case.account_id, follows=follows)
    _set(tx, case, now, handed_to=REVIEWERS_QUEUE, order_id=None)
    tx.execute(delete(lease).where(lease.c.case_id == case_id))
    record(tx, now=now, kind="case.handed", subject=case.subject, body={"to": REVIEWERS_QUEUE, "by": str(actor)})


def _outcome(name: str) -> Outcome:
    try:
        return Outcome(name)
    except ValueError:
        raise ReportError(_("A case is closed as upheld or as rejected, nothing else.")) from None


def _set(tx: Tx, case: Case, now: int, **values: Any) -> None:
    tx.execute(update(cases).where(cases.c.id == case.id).values(version=case.version + 1, updated_at=now, **values))


def _enter(tx: Tx, case: Case, *, actor: Actor, now: int, kind: EntryKind, outcome: Outcome) -> None:
    """Put it on the record; nobody who reported is in it, by name or by commitment."""
    handle = account_row(tx, case.account_id)["handle"]
    body = {
        "case": str(case.id),
        "outcome": outcome.value,
        "who": who_did(tx, actor=actor, now=now),
        "subject": store.commit_to(tx, now=now, key=f"account:{case.account_id}", content=f"@{handle}"),
        "subject_kind": "account",
    }
    store.append(tx, now=now, kind=kind, order_id=None, body=body, about=())
