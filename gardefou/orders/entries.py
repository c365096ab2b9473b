"""What the record says of an order: one entry for each step and each refused attempt, in the step's own transaction.

People, accounts and free text stand in it as salted commitments only (promise 15). The facts of the decision stand in
clear, since they name nobody, so that every verdict can be replayed from the record (`watch.audit`).
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from gardefou.accounts.queries import account
from gardefou.events import Actor
from gardefou.guard.facts import Person
from gardefou.guard.verdict import to_json
from gardefou.ledger import store
from gardefou.ledger.entry import canonical
from gardefou.orders import queries, sign
from gardefou.orders.facts import anonymous
from gardefou.orders.kinds import NAMING, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.orders.ports import Subject
from gardefou.orders.step import Step
from gardefou.staff.queries import person_row
from gardefou.storage import Tx


def write(
    tx: Tx,
    *,
    deed: str,
    order: Order,
    before: State,
    step: Step,
    standing: tuple[str, str] | None,
) -> None:
    """Append the entry of one step.

    Args:
        tx: the open transaction.
        deed: the ledger's word, `order.executed`, `order.voted`, `attempt.refused`.
        order: the order after the step.
        before: its state before.
        step: who took it, on what subject, with what verdict and facts; of its free text only the commitment is kept.
        standing: the subject's standing before and after, where it changed.
    """
    names = _pseudonyms(tx, order, step)
    body: dict[str, Any] = {
        "order_kind": order.kind.value,
        "digest": order.digest.hex(),
        "rulebook": order.rulebook_digest.hex(),
        "rules": list(order.rules),
        "state": {"before": before.value, "after": order.state.value},
        "who": who_did(tx, actor=step.actor, now=step.now),
        "subject": _subject(tx, step.subject, step.now),
        "subject_kind": step.subject.kind,
        "subject_version": str(order.subject_version),
        "reason": order.reason,
        "clause": order.clause,
        "verdict": anonymous(to_json(step.verdict), names),
    }
    if before is State.PROPOSED:
        body |= _proposed(tx, order, step.now)
    if order.case_id is not None:
        body["case"] = str(order.case_id)
    if step.subject.kind != "account" and step.subject.account_id is not None:
        body["account"] = _account(tx, step.subject.account_id, step.now)
    if step.facts is not None:
        body["facts"] = anonymous(step.facts.to_json(), names)
    if standing is not None:
        body["standing"] = {"before": standing[0], "after": standing[1]}
    if order.ended_because and order.state in (State.VOID, State.REVERSED):
        body["because"] = order.ended_because
    if order.reverses is not None:
        body["reverses"] = str(order.reverses)
    if order.reversed_by is not None:
        body["reversed_by"] = str(order.reversed_by)
    body |= _given(tx, order, step)
    about = _about(order, step.actor, step.subject)
    store.append(tx, now=step.now, kind=deed, order_id=order.id, body=body, about=about)


def _given(tx: Tx, order: Order, step: Step) -> dict[str, Any]:
    """Return what was given with a step: its free text, and its signature; of both only commitments."""
    given: dict[str, Any] = {}
    if step.why:
        # Why somebody was erased is all that is left of it: that stays.
        about = None if order.kind is Kind.PERSON_ERASE else _person_of(order)
        by = step.actor.person_id
        given["why"] = store.commit_text(tx, now=step.now, content=step.why, written_by=by, about_person=about)
    if step.signed is not None and step.signed.good and step.actor.person_id is not None:
        given |= sign.entered(tx, signed=step.signed, person_id=step.actor.person_id, now=step.now)
    return given


def _proposed(tx: Tx, order: Order, now: int) -> dict[str, Any]:
    """Return what only the first entry of an order says: what it rests on, and what it would change."""
    said: dict[str, Any] = {"proposed_at": str(order.proposed_at)}
    # The numbers and texts of posts are public: hashed alone, who tries them all learns whose account this is about.
    said["pointed_at"] = store.commit_text(tx, now=now, content=pointed_at(order.evidence_digest, order.evidence))
    if order.change:
        about = _person_of(order) if order.kind in NAMING else None
        content = canonical(order.change).decode()
        said["change"] = store.commit_text(tx, now=now, content=content, about_person=about)
    return said


def _person_of(order: Order) -> int | None:
    """Return the person an order is about, who may one day be erased; None where it is about no person."""
    return order.subject_id if order.subject_kind == "person" else None


def pointed_at(digest: bytes, refs: Mapping[str, Any]) -> str:
    """Return what the first entry of an order commits to of its evidence: what was pointed at, and how it read."""
    return canonical({"digest": digest.hex(), "refs": dict(refs)}).decode()


def refs_digest(refs: Mapping[str, Any]) -> str:
    """Return what stood in the record for what a proposer pointed at, before it was committed to."""
    return sha256(canonical(dict(refs))).hexdigest()


def _about(order: Order, actor: Actor, subject: Subject) -> list[str]:
    about = [f"{subject.kind}:{subject.id}"]
    if subject.account_id is not None and subject.kind != "account":
        about.append(f"account:{subject.account_id}")
    if actor.person_id is not None:
        about.append(f"person:{actor.key}")
    if order.case_id is not None:
        about.append(f"case:{order.case_id}")
    return about


def who_did(tx: Tx, *, actor: Actor, now: int) -> str:
    """Return a machine by its name, anyone else by commitment."""
    if actor.kind == "machine":
        return str(actor)
    return (
        _person(tx, actor.key, now)
        if actor.person_id is not None
        else store.commit_to(tx, now=now, key=str(actor), content=str(actor))
    )


def _person(tx: Tx, key: str, now: int) -> str:
    found = person_row(tx, int(key))
    return store.commit_to(tx, now=now, key=f"person:{key}", content=str(found["name"]) if found else key)


def _subject(tx: Tx, subject: Subject, now: int) -> str:
    return store.commit_to(tx, now=now, key=f"{subject.kind}:{subject.id}", content=subject.label)


def _account(tx: Tx, account_id: int, now: int) -> str:
    handle = account(tx, account_id)["handle"]
    return store.commit_to(tx, now=now, key=f"account:{account_id}", content=f"@{handle}")


def _pseudonyms(tx: Tx, order: Order, step: Step) -> Mapping[str, str]:
    """Return each person's id that may stand in the facts or the verdict, and its commitment."""
    keys = {found.key for found in (order.proposer, step.actor) if found.person_id is not None}
    # An order that ends keeps who had signed which place, although nobody was asked again.
    keys |= {key for key in step.verdict.filled if key is not None}
    keys |= {str(row["person_id"]) for row in queries.votes(tx, order.id)}
    if step.facts is not None:
        keys |= {person.id for person in (step.facts.proposer, *step.facts.approvers) if isinstance(person, Person)}
        keys |= {step.facts.asked.concerns} - {""}
        keys |= {key for extra in step.facts.extras for key in extra.outside}
    return {key: _person(tx, key, step.now) for key in sorted(keys)}
