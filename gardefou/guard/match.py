"""Distinct people to places (promise 2): one person never fills two, and the proposer fills none.

Places that ask for another team or employer are tried person by person, since their choice forbids colleagues
everywhere else; the rest is bipartite matching along augmenting paths. Few people, few places: the search is complete,
so one approver more never undoes what the others had filled.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from gardefou.guard.facts import Machine, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place as the matching sees it; nobody of `outside` may fill it."""

    roles: tuple[str, ...]
    other: str = ""
    outside: frozenset[str] = frozenset()


_Choice = dict[int, Person]


def fill(slots: Sequence[Slot], people: Sequence[Person], proposer: Person | Machine) -> tuple[str | None, ...]:
    """Return who fills each place, as many of them as can be filled.

    Args:
        slots: the places.
        people: who approved and may; each human once counts, whatever the list says.
        proposer: never counts.

    Returns:
        A person's id or nothing for each place, in their order.
    """
    candidates = list({person.id: person for person in reversed(people) if not _same(person, proposer)}.values())[::-1]
    strict = [index for index, slot in enumerate(slots) if slot.other]
    best: _Choice = {}
    for chosen in _choices(slots, strict, candidates, proposer):
        matched = chosen | _augment(slots, candidates, chosen)
        if len(matched) > len(best):
            best = matched
        if len(best) == len(slots):
            break
    return tuple(best[index].id if index in best else None for index in range(len(slots)))


def _same(person: Person, proposer: Person | Machine) -> bool:
    return isinstance(proposer, Person) and person.id == proposer.id


def _fits(slot: Slot, person: Person) -> bool:
    return bool(person.roles.intersection(slot.roles)) and person.id not in slot.outside


def _differs(other: str, one: Person, two: Person) -> bool:
    """Return whether two people are known to be of another team or employer; unknown is not different.

    A name spelt otherwise, in capitals or with another space, is the same name.
    """
    first, second = (one.team, two.team) if other == "team" else (one.employer, two.employer)
    return _key(first) != _key(second) and "" not in {_key(first), _key(second)}


def _key(name: str) -> str:
    return " ".join(normalize("NFKC", name).casefold().split())


def _choices(
    slots: Sequence[Slot], strict: list[int], people: Sequence[Person], proposer: Person | Machine
) -> Iterator[_Choice]:
    """Yield every way to fill the places that ask for another team or employer, fuller ones first."""
    if not strict:
        yield {}
        return
    *before, index = strict
    slot = slots[index]
    for chosen in _choices(slots, before, people, proposer):
        for person in people:
            if (
                _fits(slot, person)
                and (isinstance(proposer, Machine) or _differs(slot.other, person, proposer))
                and _compatible(slots, chosen, person)
                and all(_differs(slot.other, person, taken) for taken in chosen.values())
            ):
                yield chosen | {index: person}
        yield chosen


def _compatible(slots: Sequence[Slot], chosen: _Choice, person: Person) -> bool:
    """Return whether a person may stand beside those who fill the strict places."""
    return all(person.id != taken.id and _differs(slots[index].other, taken, person) for index, taken in chosen.items())


def _augment(slots: Sequence[Slot], people: Sequence[Person], chosen: _Choice) -> _Choice:
    """Fill as many of the plain places as can be, by augmenting paths."""
    allowed = [person for person in people if _compatible(slots, chosen, person)]
    taken: dict[str, int] = {}

    def place(index: int, seen: set[str]) -> bool:
        fitting = [person for person in allowed if _fits(slots[index], person)]
        # Whoever is still free goes first, so that a place once filled keeps its person when it can.
        for person in sorted(fitting, key=lambda one: one.id in taken):
            if person.id in seen:
                continue
            seen.add(person.id)
            if person.id not in taken or place(taken[person.id], seen):
                taken[person.id] = index
                return True
        return False

    for index, slot in enumerate(slots):
        if not slot.other:
            place(index, set())
    by_id = {person.id: person for person in allowed}
    return {index: by_id[person] for person, index in taken.items()}
