"""Propose an order: the one door through which anything guarded begins.

Whether it takes effect at once, waits for people, is held for a time or is refused, is the guard's word alone; all four
answers are written, the refusals too (promise 9).
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from sqlalchemy import insert

from gardefou.clock import DAY, HOUR, MINUTE
from gardefou.events import Actor
from gardefou.guard.facts import Clocks
from gardefou.guard.rules import Rulebook, plan
from gardefou.guard.verdict import Cleared, Held, Refused, Verdict, Waiting, to_json
from gardefou.ledger.entry import canonical
from gardefou.orders import move, queries, rulebook, sign
from gardefou.orders.digest import order_digest
from gardefou.orders.errors import (
    AlreadyInEffectError,
    AlreadyOpenError,
    ClocksError,
    ErasedError,
    ExecutionsStoppedError,
    NothingToRestoreError,
    OtherOrderError,
    UnknownClauseError,
    UnreadableChangeError,
)
from gardefou.orders.facts import Facts, asked, extras, target_of, who, witnessed_at
from gardefou.orders.kinds import (
    DEEDS,
    GRAVITY,
    RESTORING,
    SAFEGUARDS,
    SHAPES,
    SILENCING,
    Kind,
    kind_named,
    reason_named,
)
from gardefou.orders.lifecycle import State
from gardefou.orders.near import seen_near
from gardefou.orders.order import Order
from gardefou.orders.ports import Gathered, Ports, Subject
from gardefou.orders.step import Step
from gardefou.orders.subject import subject_of
from gardefou.orders.tables import orders
from gardefou.orders.texts import short_enough
from gardefou.storage import Tx
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _

#: The two clocks where the rules set none: nothing waits for ever, and nothing executes late (promise 5).
APPROVE_WITHIN = 2 * HOUR
EXECUTE_WITHIN = 30 * MINUTE
#: What was done beside a standing and can be taken back.
_GIVEN_BACK = tuple(sorted(kind for kind in DEEDS if not SHAPES[kind].final))
#: The farthest a set time or a set end may lie ahead.
FARTHEST = 366 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a request: the order as it is now, and the guard's word with its reasons."""

    order: Order
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An order's number, nonce and instant, kept for it while its proposer reads and signs.

    Attributes:
        id: the order's.
        nonce: the order's.
        digest: what the signature is for.
        drawn_at: when it was drawn up, and so proposed.
    """

    id: int
    nonce: bytes
    digest: bytes
    drawn_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order not yet written: what the guard was asked, and what it said."""

    kind: Kind
    subject: Subject
    facts: Facts
    verdict: Verdict
    book: Rulebook
    undone: Order | None
    target: str | None
    gathered: Gathered
    change: Mapping[str, str]

    def signed_as(self, status: str) -> "Draft":
        """Return the draft with what is known of the proposer's signature, the guard having been asked again."""
        facts = replace(self.facts, proposer=sign.signed_as(self.facts.proposer, status))
        same = facts == self.facts or not sign.asked_by(self.verdict.plan)
        return replace(self, facts=facts, verdict=self.verdict if same else facts.decide(self.book))

    @property
    def kind_undoes(self) -> bool:
        """Whether it takes another order back; that is never stopped."""
        return SHAPES[self.kind].undoes


def propose(
    tx: Tx,
    ports: Ports,
    *,
    actor: Actor,
    now: int,
    kind: str,
    subject_id: int,
    reason: str = "",
    clause: str = "",
    comment: str = "",
    change: Mapping[str, str] | None = None,
    evidence: Mapping[str, Any] | None = None,
    not_before: int | None = None,
    lift_at: int | None = None,
    case_id: int | None = None,
    reverses: int | None = None,
    said: str = "",
    paper: Paper | None = None,
) -> Outcome:
    """Propose an order and take it as far as the guard lets it go.

    Args:
        tx: the open transaction.
        ports: what plugs in.
        actor: who proposes.
        now: the instant.
        kind: `account.hide`, …
        subject_id: what it acts upon; 0 for what the order itself would create.
        reason: one of `OrderReason`, or empty.
        clause: the clause of the rulebook's policy that it rests on, or empty.
        comment: free text for colleagues, at most 2,000 characters.
        change: what is to become of the subject, where the kind alone does not say it; each kind says what it asks.
        evidence: what the proposer points at, for the evidence port.
        not_before: the set time before which it must not take effect.
        lift_at: the set end; None is until lifted by hand.
        case_id: the case it decides.
        reverses: the order it takes back; for a restore, the gravest in effect when None.
        said: what the proposer's passkey said to the paper, as JSON, where the rules ask for a signature.
        paper: the paper that was signed, whose order this is to be (`orders.papers`).

    Raises:
        OtherOrderError: the order would no longer be the one on the paper; nothing is written.
        UnknownKindError, UnknownReasonError, UnknownClauseError, UnknownSubjectError, ClocksError, TextTooLongError:
            bad input, nothing is written.
        ExecutionsStoppedError: the clock has stepped; nothing is written.
        NothingToRestoreError, AlreadyInEffectError, AlreadyOpenError: nothing to do, nothing is written.
    """
    short_enough(comment)
    draft = prepare(
        tx,
        ports,
        actor=actor,
        now=now,
        kind=kind,
        subject_id=subject_id,
        reason=reason,
        clause=clause,
        change=change,
        evidence=evidence,
        not_before=not_before,
        lift_at=lift_at,
        reverses=reverses,
        lock=True,
        begun=None if paper is None else paper.drawn_at,
    )
    _not_twice(tx, draft)
    if isinstance(draft.verdict, Cleared) and ports.stops(draft.kind, draft.change):
        raise ExecutionsStoppedError
    row = row_of(tx, draft, actor=actor, not_before=not_before, lift_at=lift_at, now=now, paper=paper)
    digest = order_digest(row)
    if paper is not None and digest != paper.digest:
        raise OtherOrderError
    draft, signed = _signed(tx, ports, draft, actor=actor, digest=digest, said=said, now=now)
    tx.execute(insert(orders).values(unwritten(draft, row=row, digest=digest, comment=comment, case_id=case_id)))
    order = queries.order(tx, int(row["id"]))
    if signed is not None and signed.good:
        sign.keep(tx, order_id=order.id, actor=actor, verb="propose", signed=signed, now=now)
    step = Step(
        actor=actor,
        subject=draft.subject,
        verdict=draft.verdict,
        facts=draft.facts,
        now=now,
        why=comment,
        signed=signed,
    )
    return Outcome(order=_first_step(tx, ports, draft, order, step), verdict=draft.verdict)


def _signed(
    tx: Tx, ports: Ports, draft: Draft, *, actor: Actor, digest: bytes, said: str, now: int
) -> tuple[Draft, sign.Signed | None]:
    """Return the draft as the proposer's signature leaves it, and the signature where the rules ask for one.

    Until then it stood as if they signed: what is refused anyway, nobody has to sign for.
    """
    if not sign.asked_by(draft.verdict.plan) or actor.person_id is None:
        return draft.signed_as(""), None
    if isinstance(draft.verdict, Refused):
        return draft, None
    signed = sign.sign(tx, ports, actor=actor, verb="propose", digest=digest, said=said, now=now)
    return draft.signed_as(signed.status), signed


def prepare(
    tx: Tx,
    ports: Ports,
    *,
    actor: Actor,
    now: int,
    kind: str,
    subject_id: int,
    reason: str = "",
    clause: str = "",
    change: Mapping[str, str] | None = None,
    evidence: Mapping[str, Any] | None = None,
    not_before: int | None = None,
    lift_at: int | None = None,
    reverses: int | None = None,
    lock: bool = False,
    begun: int | None = None,
) -> Draft:
    """Ask the guard what would become of an order, writing nothing, if the proposer signed as they can.

    `begun` is when the paper was drawn that the proposer has signed since.
    """
    wanted, why = kind_named(kind), reason_named(reason)
    subject = subject_of(
        tx, ports, kind=wanted, subject_id=subject_id or tx.new_id(now), change=change or {}, now=now, lock=lock
    )
    if subject.erased:
        raise ErasedError(_("That person was erased. Whoever works here again is enrolled anew."))
    changed = _changed(tx, ports, wanted, subject, change or {}, now)
    _check_clocks(wanted, now=now, not_before=not_before, lift_at=lift_at)
    undone = _undone(tx, wanted, subject, reverses)
    gathered = ports.evidence.gather(tx, subject=subject, refs=evidence or {})
    if lock and wanted in SILENCING:
        rulebook.hold_still(tx)
    book = rulebook.in_force(tx, ports.load_rulebook)
    if clause and clause not in book.policy:
        raise UnknownClauseError(
            f"the rulebook in force has no clause {clause[:40]!r} in its policy", clause=clause[:40]
        )
    plain = Facts(
        asked=asked(
            tx,
            book,
            actor=actor,
            before=BIGGEST,
            kind=wanted,
            subject=subject,
            change=changed,
            reason=why,
            clause=clause,
            evidence=gathered.found,
            lift_at=lift_at,
            starts=not_before or begun or now,
            undone=undone,
            now=now,
        ),
        proposer=who(tx, actor, now, acting=True),
        approvers=(),
        clocks=Clocks(
            proposed_at=begun or now,
            approve_by=None,
            held_from=None,
            not_before=not_before,
            execute_by=None,
            notices="pending",
            witnessed_at=witnessed_at(tx, book),
        ),
        extras=extras(tx, kind=wanted, account_id=subject.account_id, now=now),
        now=now,
    )
    facts = seen_near(tx, ports, book, plain, kind=wanted, subject=subject)
    return Draft(
        kind=wanted,
        subject=subject,
        facts=facts,
        verdict=facts.decide(book),
        book=book,
        undone=undone,
        target=target_of(tx, wanted, subject, undone),
        gathered=gathered,
        change=changed,
    )


def _changed(
    tx: Tx, ports: Ports, kind: Kind, subject: Subject, change: Mapping[str, str], now: int
) -> Mapping[str, str]:
    """Return what the order would change, in one spelling."""
    reader = ports.changes.get(kind.value)
    if reader is not None:
        return reader.check(tx, subject=subject, change=change, now=now)
    if change or kind in SAFEGUARDS | DEEDS:
        raise UnreadableChangeError(f"nobody here reads what {kind} would change", kind=kind.value)
    return {}


def _check_clocks(kind: Kind, *, now: int, not_before: int | None, lift_at: int | None) -> None:
    if lift_at is not None and SHAPES[kind].final:
        raise ClocksError(f"what {kind} does cannot be taken back, and so has no set end")
    if not_before is not None and not_before <= now:
        raise ClocksError("the set time lies in the past; leave it empty to begin at once")
    if lift_at is not None and lift_at <= (not_before or now):
        raise ClocksError("the set end lies before the beginning")
    if max(not_before or 0, lift_at or 0) > now + FARTHEST:
        raise ClocksError("a set time or a set end lies at most 366 days ahead")


def _undone(tx: Tx, kind: Kind, subject: Subject, reverses: int | None) -> Order | None:
    """Return the order to take back: the one named; or the gravest that set a standing; or the newest other one."""
    if not SHAPES[kind].undoes:
        return None
    if reverses is not None:
        return _named(tx, subject, reverses)
    effective = queries.in_effect(tx, subject.kind, subject.id)
    if not effective and kind in RESTORING.values():
        effective = queries.deeds_in_effect(tx, subject.id, *_GIVEN_BACK)[-1:] if subject.kind == "account" else []
        if effective:
            return effective[0]
    if not effective:
        raise NothingToRestoreError(f"{subject.label} is active: nothing is in effect there")
    return max(effective, key=lambda found: (GRAVITY.index(SHAPES[found.kind].target), found.id))


def _named(tx: Tx, subject: Subject, order_id: int) -> Order:
    found = queries.order(tx, order_id)
    of_it = (found.subject_kind, found.subject_id) == (subject.kind, subject.id)
    if not (of_it and found.in_effect and found.shape.silences):
        raise NothingToRestoreError(f"{subject.label}: order {order_id} is not in effect there", order=str(order_id))
    if found.shape.final:
        raise NothingToRestoreError(
            f"{subject.label}: what order {order_id} did cannot be taken back; propose another to set it right",
            order=str(order_id),
        )
    return found


def _not_twice(tx: Tx, draft: Draft) -> None:
    """Refuse what is so already, and a second open order of the same kind on the same subject."""
    subject = draft.subject
    found = queries.standing_on(tx, draft.kind, subject.kind, subject.id)
    if found is None or (draft.kind_undoes and not found.open):
        return  # What was taken back once can be taken back again.
    if draft.kind in SAFEGUARDS | DEEDS and not found.open:
        return  # What was changed once can be changed again.
    if found.open:
        raise AlreadyOpenError(f"{subject.label}: order {found.id} of that kind is open", order=str(found.id))
    raise AlreadyInEffectError(f"{subject.label}: order {found.id} did that already", order=str(found.id))


def row_of(
    tx: Tx,
    draft: Draft,
    *,
    actor: Actor,
    not_before: int | None,
    lift_at: int | None,
    now: int,
    paper: Paper | None = None,
) -> dict[str, Any]:
    """Return everything an order's digest is made of; with a paper, under its number, nonce and instant."""
    needed = plan(draft.book, draft.kind.value, draft.facts.asked.values)
    begun = now if paper is None else paper.drawn_at
    # A rule that asks nobody sets no first clock; a veto before this order can ask for somebody all the same.
    waits = isinstance(draft.verdict, Waiting)
    approve_within = (needed.approve_within if needed else 0) or (APPROVE_WITHIN if waits else 0)
    return {
        "id": tx.new_id(now) if paper is None else paper.id,
        "kind": draft.kind.value,
        "subject_kind": draft.subject.kind,
        "subject_id": draft.subject.id,
        "subject_version": draft.subject.version,
        "reason": draft.facts.asked.reason,
        "clause": draft.facts.asked.clause,
        "evidence_digest": draft.gathered.digest,
        "rulebook_digest": draft.book.digest,
        "proposer": str(actor),
        "proposed_at": begun,
        "not_before": not_before,
        "lift_at": lift_at,
        "approve_by": begun + approve_within if approve_within else None,
        "hold": needed.hold if needed else 0,
        "execute_within": (needed.execute_within if needed else 0) or EXECUTE_WITHIN,
        "reverses": draft.undone.id if draft.undone else None,
        "nonce": secrets.token_bytes(16) if paper is None else paper.nonce,
        "change": canonical(dict(draft.change)).decode() if draft.change else "",
    }


def unwritten(
    draft: Draft, *, row: Mapping[str, Any], digest: bytes, comment: str, case_id: int | None = None
) -> dict[str, Any]:
    """Return every column of an order in its first state, `proposed`, which lasts no longer than one transaction."""
    needed = plan(draft.book, draft.kind.value, draft.facts.asked.values)
    return dict.fromkeys(orders.c.keys()) | {
        **row,
        "state": State.PROPOSED.value,
        "version": 0,
        "account_id": draft.subject.account_id,
        "comment": comment,
        "evidence": json.dumps(dict(draft.gathered.refs), ensure_ascii=False),
        "rules": json.dumps(list(needed.rules) if needed else []),
        "digest": digest,
        "facts": canonical(draft.facts.to_json()).decode(),
        "verdict": canonical(to_json(draft.verdict)).decode(),
        "case_id": case_id,
    }


def _first_step(tx: Tx, ports: Ports, draft: Draft, order: Order, step: Step) -> Order:
    match draft.verdict:
        case Cleared():
            return move.execute(tx, ports, order=order, step=step)
        case Held(until=until):
            times = held_times(order, until=until, now=step.now)
            return move.move(tx, ports, order=order, to=State.HELD, step=step, **times)
        case Waiting():
            return move.move(tx, ports, order=order, to=State.WAITING, step=step)
        case Refused():
            return move.move(tx, ports, order=order, to=State.REFUSED, step=step, ended_at=step.now)
        case _ as never:
            assert_never(never)


def held_times(order: Order, *, until: int, now: int) -> dict[str, Any]:
    """Return an order's times once its hold has begun: the second clock counts from the end of the wait."""
    return {
        "quorum_at": now,
        "held_from": now,
        "effect_at": until,
        "execute_by": until + order.execute_within,
    }
