"""Nobody decides about themselves, their employer or an account they follow: whom that binds in a decision (ADR 0040).

It binds whoever proposes and whoever approves, whatever they would do to an account or a post. A veto it does not bind:
that protects. Nor does it bind where it would leave nobody to stop something at once: what brings back, a freeze and
the hiding of one post stay with those too near while too few others are on shift.
"""

from dataclasses import replace

from gardefou.guard.facts import Machine, Person
from gardefou.guard.rules import Rulebook
from gardefou.guard.verdict import Refused, Waiting
from gardefou.orders.facts import Facts
from gardefou.orders.kinds import SHAPES, Kind
from gardefou.orders.ports import Ports, Subject
from gardefou.staff.queries import facts_of as person_facts_of
from gardefou.staff.queries import on_shift
from gardefou.storage import Tx

#: What cannot wait until somebody else comes on shift.
AT_ONCE = frozenset({kind for kind, shape in SHAPES.items() if shape.undoes} | {Kind.ACCOUNT_FREEZE, Kind.POST_HIDE})


def seen_near(tx: Tx, ports: Ports, book: Rulebook, facts: Facts, *, kind: Kind, subject: Subject) -> Facts:
    """Return the facts of an order with who of its people is too near to its account."""
    people = [int(one.id) for one in (facts.proposer, *facts.approvers) if isinstance(one, Person)]
    if subject.account_id is None or not people:
        return facts
    near = {str(one) for one in ports.nearness(tx, account_id=subject.account_id, people=people)}
    if not near or (kind in AT_ONCE and not _others_can(tx, ports, book, facts, account_id=subject.account_id)):
        return facts
    return replace(
        facts,
        proposer=_marked(facts.proposer, near),
        approvers=tuple(replace(one, too_near=one.id in near) for one in facts.approvers),
    )


def _marked(proposer: Person | Machine, near: set[str]) -> Person | Machine:
    return replace(proposer, too_near=proposer.id in near) if isinstance(proposer, Person) else proposer


def _others_can(tx: Tx, ports: Ports, book: Rulebook, facts: Facts, *, account_id: int) -> bool:
    """Return whether those on shift to whom the account is not near could do the same among themselves, now."""
    there = on_shift(tx, facts.now)
    near = ports.nearness(tx, account_id=account_id, people=[one.id for one in there])
    others = [person_facts_of(one, facts.now) for one in there if one.id not in near]
    told = replace(facts.clocks, notices="accepted")
    for one in others:
        rest = tuple(other for other in others if other is not one)
        verdict = replace(facts, proposer=one, approvers=rest, clocks=told).decide(book)
        if not isinstance(verdict, Refused | Waiting):
            return True
    return False
