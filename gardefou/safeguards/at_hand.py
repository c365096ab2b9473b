"""What the people at hand could satisfy of a rulebook."""

from collections.abc import Sequence
from dataclasses import replace

from gardefou.guard.facts import Machine, Person
from gardefou.guard.match import Slot, fill
from gardefou.guard.questions import may_propose, not_counted
from gardefou.guard.rulebook import MACHINE, Place, Rule, Rulebook, named, together
from gardefou.staff.queries import people, persons_facts
from gardefou.storage import Tx

_NOBODY = Machine(name="doctor")


def unsatisfied(tx: Tx, book: Rulebook, now: int) -> tuple[list[str], list[str]]:
    """Return the rules that nobody here could ever satisfy, and those that nobody on shift at `now` could."""
    engaged = [one.id for one in people(tx, now) if one.engaged]
    present = list(persons_facts(tx, engaged, now).values())
    everybody = [replace(person, on_shift=True) for person in present]
    by_people = [rule for rule in book.rules if any(not role.startswith(MACHINE) for role in rule.propose)]
    never = [rule.id for rule in by_people if not satisfiable(rule, everybody, now)]
    not_now = [rule.id for rule in by_people if rule.id not in never and not satisfiable(rule, present, now)]
    return never, not_now


def satisfiable(rule: Rule, present: Sequence[Person], now: int) -> bool:
    """Return whether some of these people could propose and others approve what a rule speaks of."""
    places = together((rule,)).places
    slots = [Slot(roles=place.roles, other=place.other) for place in places]
    door = (Place(role=named(rule.propose), rule=rule.id),)
    for proposer in present:
        if not may_propose(rule, proposer):
            continue
        if not_counted((rule,), person=proposer, proposer=_NOBODY, places=door, now=now):
            continue
        others = [
            one
            for one in present
            if not_counted((rule,), person=one, proposer=proposer, places=places, now=now) is None
        ]
        if None not in fill(slots, others, proposer):
            return True
    return False
