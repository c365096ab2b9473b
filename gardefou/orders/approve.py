"""Approve an order: a person's yes to one exact order (promises 1 to 3)."""

import hmac
from dataclasses import replace

from sqlalchemy import insert

from gardefou.events import Actor
from gardefou.guard.rules import Rulebook
from gardefou.guard.verdict import Reason, Refused, Verdict
from gardefou.orders import attempt, move, queries, rulebook, sign
from gardefou.orders.drive import drive
from gardefou.orders.errors import AlreadyVotedError, NotOpenError, OtherOrderError
from gardefou.orders.facts import Facts, facts_of
from gardefou.orders.lifecycle import State
from gardefou.orders.near import seen_near
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.propose import Outcome
from gardefou.orders.step import Step
from gardefou.orders.subject import locked
from gardefou.orders.tables import vote
from gardefou.orders.texts import short_enough
from gardefou.storage import Tx


def approve(
    tx: Tx, ports: Ports, *, actor: Actor, now: int, order_id: int, digest_hex: str, why: str = "", said: str = ""
) -> Outcome:
    """Give a person's yes, and take the order as far as it then goes.

    Args:
        tx: the open transaction.
        ports: what plugs in.
        actor: who approves.
        now: the instant.
        order_id: the order.
        digest_hex: the digest of the order as it was read; another one is refused.
        why: free text for colleagues.
        said: what their passkey said to the order, as JSON, where the rules ask for a signature.

    Returns:
        The order and the verdict: Refused when this person may not fill any open place, with the reasons.

    Raises:
        UnknownOrderError, TextTooLongError, NotOpenError, OtherOrderError, AlreadyVotedError: nothing is written.
    """
    short_enough(why)
    order, subject = locked(tx, ports, order_id=order_id, now=now)
    if order.state is not State.WAITING:
        raise NotOpenError(f"order {order.id} is {order.state}: it asks nobody any more", state=order.state.value)
    if not hmac.compare_digest(digest_hex.encode(), order.digest.hex().encode()):
        raise OtherOrderError
    if any(str(row["person_id"]) == actor.key for row in queries.approvals(tx, order.id)):
        raise AlreadyVotedError
    book = rulebook.in_force(tx, ports.load_rulebook)
    facts, after, against = judge(tx, ports, book, order=order, subject=subject, actor=actor, now=now)
    signed = None
    if not against and sign.asked_by(after.plan):
        signed = sign.sign(tx, ports, actor=actor, verb="approve", digest=order.digest, said=said, now=now)
    if not against:
        status = "" if signed is None else signed.status
        facts, after, against = judge(
            tx, ports, book, order=order, subject=subject, actor=actor, now=now, signature=status
        )
    if against:
        verdict = Refused(reasons=against, plan=after.plan, filled=order.verdict.filled)
        tried = Step(actor=actor, subject=subject, verdict=verdict, now=now, why=why)
        return attempt.refused(tx, ports, order=order, step=tried)
    _store(tx, order=order, actor=actor, now=now, why=why)
    if signed is not None:
        sign.keep(tx, order_id=order.id, actor=actor, verb="approve", signed=signed, now=now)
    order = move.remember(tx, order=order, verdict=after)
    yes = Step(actor=actor, subject=subject, verdict=after, facts=facts, now=now, why=why, signed=signed)
    move.tell(tx, ports, deed="order.voted", order=order, before=order.state, step=yes)
    moved = drive(tx, ports, now=now, order_id=order.id, actor=actor)
    return Outcome(order=moved, verdict=after)


def judge(
    tx: Tx,
    ports: Ports,
    book: Rulebook,
    *,
    order: Order,
    subject: Subject,
    actor: Actor,
    now: int,
    signature: str | None = None,
) -> tuple[Facts, Verdict, tuple[Reason, ...]]:
    """Say whether this person's yes can count, writing nothing.

    It can when it fills a place, or would if it stood alone: which of several yeses fill which places is settled anew
    each time, so that an early signature never shuts out two people who together suffice. `signature` is what is known
    of theirs; None is that they would sign as well as they can.

    Returns:
        The facts with this yes, the verdict on them, and why it cannot count; no reason means that it can.
    """
    also = () if actor.person_id is None else (actor.person_id,)
    plain = facts_of(tx, book, order=order, subject=subject, now=now, also=also)
    facts = seen_near(tx, ports, book, plain, kind=order.kind, subject=subject)
    if signature is not None:
        facts = facts.with_signature(actor.key, signature)
    after = facts.decide(book)
    if actor.key in after.filled:
        return facts, after, ()
    alone = replace(facts, approvers=tuple(person for person in facts.approvers if person.id == actor.key))
    if actor.key in alone.decide(book).filled:
        return facts, after, ()
    return facts, after, _why_not(order, actor, after)


def _why_not(order: Order, actor: Actor, after: Verdict) -> tuple[Reason, ...]:
    if order.proposer == actor:
        return (Reason(code="self-approval", fields={"rule": order.rules[0] if order.rules else ""}),)
    about_me = tuple(reason for reason in after.reasons if reason.fields.get("person") == actor.key)
    # Refused whoever signs: it rests on somebody, or on something, that no longer holds.
    code = "proposer-ineligible" if isinstance(after, Refused) else "no-open-place"
    return about_me or (Reason(code=code, fields={"rule": order.rules[0] if order.rules else ""}),)


def _store(tx: Tx, *, order: Order, actor: Actor, now: int, why: str) -> None:
    tx.execute(
        insert(vote).values(
            id=tx.new_id(now),
            order_id=order.id,
            person_id=actor.person_id,
            verb="approve",
            account_id=order.account_id,
            order_digest=order.digest,
            at=now,
            why=why,
        )
    )
