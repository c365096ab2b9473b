"""What would become of an order if this person proposed it now; writes nothing."""

from dataclasses import dataclass
from typing import Any

from gardefou.errors import ConflictError
from gardefou.events import Actor
from gardefou.guard.caps import caps_met
from gardefou.guard.rules import Plan
from gardefou.guard.verdict import Reason, Verdict
from gardefou.orders.kinds import Kind
from gardefou.orders.ports import Ports, Subject
from gardefou.orders.propose import prepare
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an act would do and need.

    Attributes:
        kind: the kind of order.
        subject: what it would act upon.
        verdict: what the guard would say to this person, now.
        plan: the people and the time it takes; None where no rule allows it to anybody.
        target: the standing it would set.
        caps: the caps it is past, for which the plan asks more than for one such act alone.
    """

    kind: Kind
    subject: Subject
    verdict: Verdict
    plan: Plan | None
    target: str | None
    caps: tuple[Reason, ...]


def preview(tx: Tx, ports: Ports, *, actor: Actor, now: int, **asked: Any) -> Preview | None:
    """Return what the act would do and need; None when it cannot be done there now (nothing to restore).

    Args:
        tx: the open transaction.
        ports: what plugs in.
        actor: who would propose.
        now: the instant.
        asked: what they would propose, as `propose.prepare` takes it.
    """
    try:
        draft = prepare(tx, ports, actor=actor, now=now, **asked)
    except ConflictError:
        return None
    return Preview(
        kind=draft.kind,
        subject=draft.subject,
        verdict=draft.verdict,
        plan=draft.verdict.plan,
        target=draft.target,
        caps=tuple(caps_met(draft.book, draft.kind.value, draft.facts.asked.values)),
    )
