"""The coming seven days, hour by hour: when could nobody do what the rules allow, for want of people on shift?

The guard's own matching is asked, with the people as they will be. It is asked once for each set of people that differs
in what the rules look at: roles, team, employer, and whether they count at all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gardefou.clock import DAY
from gardefou.guard.facts import SIGNED, Person
from gardefou.guard.rulebook import Place, Rule, Rulebook, together
from gardefou.safeguards.at_hand import at_best, counts, parts, ripened
from gardefou.safeguards.occasions import Occasion, occasions
from gardefou.staff.ahead import ahead
from gardefou.storage import Tx

WEEK = 7 * DAY
#: A gap that begins within the week is followed this far, so that its end is known.
SEEN = WEEK + DAY

#: What the rules look at in somebody who counts.
_Sort = tuple[frozenset[str], str, str]
#: What somebody is like from each instant on.
_Course = Sequence[tuple[int, Person]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of time, [starts, ends), in which nobody could do what some rules allow.

    Attributes:
        rules: the ids of those rules, which ask the same of people.
        starts: when it begins; the instant of asking if it has begun.
        ends: when it ends; `SEEN` from the instant of asking if it lasts longer.
        missing: the places that nobody would fill at its beginning.
        keys: whether those on shift would do, if only each of them had a key that signs.
    """

    rules: tuple[str, ...]
    starts: int
    ends: int
    missing: tuple[Place, ...]
    keys: bool = False


def gaps(tx: Tx, book: Rulebook, now: int) -> list[Gap]:
    """Return every gap that begins within the coming seven days, rule by rule."""
    until = now + SEEN
    courses = [[(at, one.at(at)) for at in (now, *one.turns(now, until))] for one in ahead(tx, now, until)]
    found = [gap for one in occasions(book) for gap in _of_one(one, courses, now, until)]
    return [gap for gap in found if gap.starts < now + WEEK]


def _of_one(one: Occasion, courses: Sequence[_Course], now: int, until: int) -> list[Gap]:
    """Return the gaps of one occasion, each with its true cause: for want of people, or only of keys that sign."""
    found = _gaps(one.names, one.rules, courses, now, until)
    if not found or all(person.signature in SIGNED for course in courses for _at, person in course):
        return found
    signing = [[(at, ripened(person)) for at, person in course] for course in courses]
    return list(_told_apart(found, _gaps(one.names, one.rules, signing, now, until)))


def _told_apart(found: Sequence[Gap], people: Sequence[Gap]) -> Iterator[Gap]:
    """Yield each gap in parts: those that keys would not close, and between them those that they would."""
    for gap in found:
        at = gap.starts
        for other in people:
            starts, ends = max(gap.starts, other.starts), min(gap.ends, other.ends)
            if starts >= ends:
                continue
            if at < starts:
                yield replace(gap, starts=at, ends=starts, keys=True)
            yield replace(gap, starts=starts, ends=ends, missing=other.missing)
            at = ends
        if at < gap.ends:
            yield replace(gap, starts=at, keys=True)


def _gaps(
    names: tuple[str, ...], rules: tuple[Rule, ...], courses: Sequence[_Course], now: int, until: int
) -> list[Gap]:
    found: list[Gap] = []
    for starts, ends, missing in _stretches(rules, courses, now, until):
        if found and found[-1].ends == starts:
            found[-1] = replace(found[-1], ends=ends)
        else:
            found.append(Gap(rules=names, starts=starts, ends=ends, missing=missing))
    return found


def _stretches(
    rules: tuple[Rule, ...], courses: Sequence[_Course], now: int, until: int
) -> Iterator[tuple[int, int, tuple[Place, ...]]]:
    """Yield the stretches between two changes in which places stay open."""
    # Of one sort, more people than there are places, and one to propose, make no difference.
    enough = len(together(rules).places) + 1
    comings, examples = _comings(rules, courses, now)
    present: Counter[_Sort] = Counter()
    # A crew that is there is enough, whoever else is; so is the answer for the same people.
    crews: list[Counter[_Sort]] = []
    known: dict[frozenset[tuple[_Sort, int]], tuple[Place, ...]] = {}
    turns = sorted(comings)
    for at, after in pairwise([*turns, until]):
        present.update(comings[at])
        if any(crew <= present for crew in crews):
            continue
        there = frozenset((sort, min(count, enough)) for sort, count in present.items() if count)
        if there not in known:
            people = _people(there, examples)
            best = at_best(rules, list(people), at)
            known[there] = best.missing
            if not best.missing:
                crews.append(Counter(sort for person, sort in people.items() if person.id in best.people))
                continue
        yield at, after, known[there]


def _comings(
    rules: tuple[Rule, ...], courses: Sequence[_Course], now: int
) -> tuple[dict[int, Counter[_Sort]], dict[_Sort, Person]]:
    """Return how many of each sort come and go at each instant, and somebody of each sort."""
    doors, places = parts(rules)
    every = (*doors, *places)
    looked_at = {role for place in every for role in place.roles}
    comings: dict[int, Counter[_Sort]] = {now: Counter()}
    examples: dict[_Sort, Person] = {}
    for course in courses:
        before: _Sort | None = None
        for at, person in course:
            sort = None
            if counts(rules, person, every, at):
                sort = (person.roles & looked_at, person.team, person.employer)
                examples.setdefault(sort, person)
            if sort == before:
                continue
            changes = comings.setdefault(at, Counter())
            changes.update({one: step for one, step in ((before, -1), (sort, 1)) if one is not None})
            before = sort
    return comings, examples


def _people(there: Iterable[tuple[_Sort, int]], examples: Mapping[_Sort, Person]) -> dict[Person, _Sort]:
    """Return people of these sorts, as many as there are."""
    sorts = [sort for sort, count in there for _ in range(count)]
    return {replace(examples[sort], id=str(number)): sort for number, sort in enumerate(sorts)}
