"""One step of an order, as everything that records or reports it sees it."""

from dataclasses import dataclass

from gardefou.events import Actor
from gardefou.guard.verdict import Verdict
from gardefou.orders.facts import Facts
from gardefou.orders.ports import Subject
from gardefou.orders.sign import Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Everything that is true of one step.

    Attributes:
        actor: who takes it.
        subject: what the order acts upon.
        verdict: what the guard said.
        now: the instant.
        facts: what the verdict rests on; None where the guard was not asked about the order itself.
        why: free text given with the step.
        signed: the signature given with it, where one was.
    """

    actor: Actor
    subject: Subject
    verdict: Verdict
    now: int
    facts: Facts | None = None
    why: str = ""
    signed: Signed | None = None
