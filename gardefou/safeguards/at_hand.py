"""What the people at hand could satisfy of a rulebook."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gardefou.guard.facts import SIGNED, Machine, Person
from gardefou.guard.match import Slot, fill
from gardefou.guard.questions import may_propose, not_counted
from gardefou.guard.rulebook import MACHINE, Place, Rule, Rulebook, named, together
from gardefou.staff.credentials import TOO_NEW, VALID
from gardefou.staff.queries import people, persons_facts
from gardefou.storage import Tx

_NOBODY = Machine(name="doctor")
#: What a house can do without: where nobody could, nobody does, and nothing else rests on it.
SPARE = frozenset({"person.search"})
#: How a place is marked that stands for whoever proposes.
PROPOSES = "proposes"


def unsatisfied(tx: Tx, book: Rulebook, now: int) -> tuple[list[str], list[str]]:
    """Return the rules that nobody here could ever satisfy, and those that nobody on shift at `now` could."""
    engaged = [one.id for one in people(tx, now) if one.engaged]
    present = list(persons_facts(tx, engaged, now).values())
    # A key ripens in three days by itself; that somebody has none is another matter.
    everybody = [replace(person, on_shift=True, signature=_ripe(person.signature)) for person in present]
    by_people = [rule for rule in book.rules if any(not role.startswith(MACHINE) for role in rule.propose)]
    by_people = [rule for rule in by_people if not rule.kinds <= SPARE]
    never = [rule.id for rule in by_people if not satisfiable(rule, everybody, now)]
    not_now = [rule.id for rule in by_people if rule.id not in never and not satisfiable(rule, present, now)]
    return never, not_now


def for_want_of_keys(tx: Tx, book: Rulebook, now: int, rules: Sequence[str]) -> list[str]:
    """Return those of these rules that people at hand could satisfy now if each of them had a key that signs."""
    engaged = [one.id for one in people(tx, now) if one.engaged]
    signing = [ripened(person) for person in persons_facts(tx, engaged, now).values()]
    return [rule.id for rule in book.rules if rule.id in rules and satisfiable(rule, signing, now)]


def ripened(person: Person) -> Person:
    """Return a person as if they had a key that signs."""
    return person if person.signature in SIGNED else replace(person, signature=VALID)


def _ripe(signature: str) -> str:
    return VALID if signature == TOO_NEW else signature


def satisfiable(rule: Rule, present: Sequence[Person], now: int) -> bool:
    """Return whether some of these people could propose and others approve what a rule speaks of."""
    return not at_best((rule,), present, now).missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who would sign under rules that speak together, at best, and the places that would stay open all the same.

    Where nobody could even propose, that is the one place that is open.
    """

    people: frozenset[str]
    missing: tuple[Place, ...]


def at_best(rules: tuple[Rule, ...], present: Sequence[Person], now: int) -> Crew:
    """Return the fullest crew that these people could make."""
    doors, places = parts(rules)
    slots = [Slot(roles=place.roles, other=place.other) for place in places]
    able = [one for one in present if counts(rules, one, places, now)]
    best = Crew(people=frozenset(), missing=doors[:1])
    tried = set()
    for proposer in present:
        same = (proposer.roles, proposer.team, proposer.employer)
        if same in tried or not _proposes(rules, proposer, doors, now):
            continue
        tried.add(same)
        filled = fill(slots, able, proposer)
        crew = Crew(
            people=frozenset({proposer.id, *(who for who in filled if who is not None)}),
            missing=tuple(place for place, who in zip(places, filled, strict=True) if who is None),
        )
        if _fullness(crew) > _fullness(best):
            best = crew
        if not best.missing:
            break
    return best


def _fullness(crew: Crew) -> tuple[int, int]:
    """Return what makes one crew better; of two that are as full, the one that says most of who is missing."""
    return len(crew.people), sum(bool(place.other) for place in crew.missing)


def parts(rules: tuple[Rule, ...]) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Return the door of each rule that says who may propose, the narrowest first, and the places of them all."""
    doors = sorted((rule for rule in rules if rule.propose), key=lambda rule: len(rule.propose))
    named_doors = tuple(Place(role=named(rule.propose), rule=rule.id, because=PROPOSES) for rule in doors)
    return named_doors, together(rules).places


def counts(rules: tuple[Rule, ...], person: Person, places: Sequence[Place], now: int) -> bool:
    """Return whether a person may fill one of these places, whoever else does."""
    return not_counted(rules, person=person, proposer=_NOBODY, places=places, now=now) is None


def _proposes(rules: tuple[Rule, ...], person: Person, doors: tuple[Place, ...], now: int) -> bool:
    return all(may_propose(rule, person) for rule in rules if rule.propose) and counts(rules, person, doors, now)
