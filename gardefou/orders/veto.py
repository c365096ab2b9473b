"""Veto an open order: one person's no ends it at once, once per person, account and day (promise 13)."""

from dataclasses import replace

from sqlalchemy import insert

from gardefou.events import Actor
from gardefou.guard.decide import may_veto
from gardefou.guard.facts import Machine
from gardefou.guard.verdict import Cleared, Reason, Refused, Verdict
from gardefou.orders import attempt, move, queries, rulebook, sign
from gardefou.orders.errors import NotOpenError
from gardefou.orders.facts import who
from gardefou.orders.lifecycle import VoidBecause
from gardefou.orders.order import Order
from gardefou.orders.ports import Ports
from gardefou.orders.propose import Outcome
from gardefou.orders.step import Step
from gardefou.orders.subject import locked
from gardefou.orders.tables import vote
from gardefou.orders.texts import short_enough
from gardefou.staff.queries import joined_into, logins_of
from gardefou.storage import Tx


def veto(tx: Tx, ports: Ports, *, actor: Actor, now: int, order_id: int, why: str, said: str = "") -> Outcome:
    """Stop an open order.

    Args:
        tx: the open transaction.
        ports: what plugs in.
        actor: who stops it.
        now: the instant.
        order_id: the order.
        why: one sentence that the proposer and the approvers will read.
        said: what their passkey said to the order, as JSON, where the rules ask for a signature.

    Returns:
        The void order; or the order as it was, with Refused and the reasons.

    Raises:
        UnknownOrderError, TextTooLongError, NotOpenError: nothing is written.
    """
    short_enough(why)
    order, subject = locked(tx, ports, order_id=order_id, now=now)
    if not order.open:
        raise NotOpenError(f"order {order.id} is {order.state}: there is nothing left to stop", state=order.state.value)
    verdict, signed = judge(tx, ports, actor=actor, order=order, now=now), None
    if isinstance(verdict, Cleared) and sign.asked_by(order.verdict.plan):
        signed = sign.sign(tx, ports, actor=actor, verb="veto", digest=order.digest, said=said, now=now)
        verdict = judge(tx, ports, actor=actor, order=order, now=now, signature=signed.status)
    step = Step(actor=actor, subject=subject, verdict=verdict, now=now, why=why, signed=signed)
    if isinstance(verdict, Refused):
        return attempt.refused(tx, ports, order=order, step=step)
    tx.execute(
        insert(vote).values(
            id=tx.new_id(now),
            order_id=order.id,
            person_id=actor.person_id,
            verb="veto",
            account_id=order.account_id,
            order_digest=order.digest,
            at=now,
            why=why,
        )
    )
    if signed is not None:
        sign.keep(tx, order_id=order.id, actor=actor, verb="veto", signed=signed, now=now)
    # The order keeps who had signed which place: the rail shows what the veto has spent.
    step = replace(step, verdict=replace(verdict, plan=order.verdict.plan, filled=order.verdict.filled))
    ended = move.void(tx, ports, order=order, because=VoidBecause.VETOED, step=step)
    return Outcome(order=ended, verdict=verdict)


def judge(tx: Tx, ports: Ports, *, actor: Actor, order: Order, now: int, signature: str | None = None) -> Verdict:
    """Return whether this person may stop this order, writing nothing.

    Who is too near to the account may (ADR 0040): a veto decides nothing, once a day it asks one more person to agree;
    and refusing one could leave nobody awake to stop what should not happen.

    `signature` is what is known of theirs; None is that they would sign as well as they can.
    """
    person = who(tx, actor, now, acting=True)
    if isinstance(person, Machine):
        return Refused(reasons=(Reason(code="veto-people-only", fields={}),), plan=None, filled=())
    if signature is not None:
        person = replace(person, signature=signature)
    left = queries.vetoes_left(tx, logins=logins_of(tx, int(person.id)), account_id=order.account_id, now=now)
    verdict = may_veto(
        rulebook.in_force(tx, ports.load_rulebook),
        person=person,
        kind=order.kind.value,
        proposer_id=_human(tx, order.proposer),
        used_today=left == 0,
        signed=sign.asked_by(order.verdict.plan),
    )
    assert isinstance(verdict, Cleared | Refused)  # noqa: S101  # the guard has no third answer to a veto
    return verdict


def _human(tx: Tx, proposer: Actor) -> str:
    """Return whose order it is by now: somebody may have been joined into another since."""
    into = None if proposer.person_id is None else joined_into(tx, proposer.person_id)
    return proposer.key if into is None else str(into)
