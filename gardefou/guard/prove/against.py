"""What needs less than it did: for every kind of order and every case that either rulebook can tell apart.

One set of facts is put to both rulebooks, each with its own tiers. Less is: allowed where it was refused; fewer people;
a place that anyone may fill where a role was asked; a wider proposer; a need dropped or weakened; a shorter hold; a
longer clock. A cap that is gone is a person less past its number. Beside the rules: fewer who veto, more who
override. And one thing that needs more: what ended by itself, and does not any more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Final

import z3

from gardefou.guard.facts import KINDS, ROLES, TIERS, by_rank
from gardefou.guard.prove.answers import Difference
from gardefou.guard.prove.claims import hold, no_longer_lifted
from gardefou.guard.prove.openings import allowed, people, solver_of, speaks_of_kind, spoken, witness, world
from gardefou.guard.prove.translate import Book, Symbols, Truth, bounds, of_rules, possible, symbols, translate
from gardefou.guard.prove.words import length
from gardefou.guard.rulebook import MACHINE, Need, Rule, Rulebook, named, witness_within
from gardefou.guard.terms import PERSON_NAMES

#: Beyond so many sorts of places, not every group of them is looked at, only each one and all together.
MOST_SORTS: Final = 6

_ASKED: Final = (*ROLES, MACHINE + "clock")

#: The first half of the kinds that are about an account, which has a tier.
_ON_ACCOUNTS: Final = frozenset({"account", "post", "tier", "roster"})

Sort = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """One way of needing less; `was` and `now` are numbers of the solver, or words."""

    what: str
    less: Truth
    was: Any
    now: Any
    say: Callable[[int], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """Both rulebooks' answers about one kind of order, on the same facts."""

    kind: str
    known: Symbols
    old: Book
    new: Book
    names: frozenset[str]


def against(old: Rulebook, new: Rulebook) -> tuple[Difference, ...]:
    """Return everything that needs less under the new rulebook than under the old; nothing when nothing does."""
    return tuple(_less(old, new))


def needs_less(old: Rulebook, new: Rulebook) -> bool:
    """Return whether anything needs less under the new rulebook than under the old, without saying what else does."""
    return next(_less(old, new), None) is not None


def equivalent(one: Rulebook, other: Rulebook) -> bool:
    """Return whether neither rulebook needs less than the other, whatever the facts."""
    return not needs_less(one, other) and not needs_less(other, one)


def _less(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    yield from _beside(old, new)
    yield from no_longer_lifted(old, new)
    known: dict[object, list[Difference]] = {}
    for kind in sorted(KINDS):
        before = tuple(rule for rule in old.rules if kind in rule.kinds)
        after = tuple(rule for rule in new.rules if kind in rule.kinds)
        if not after or (before == after and dict(old.tiers) == dict(new.tiers)):
            continue
        # Kinds under the same rules differ alike, unless a rule looks at the kind itself.
        own = kind if speaks_of_kind((*before, *after)) else kind.partition(".")[0] in _ON_ACCOUNTS
        like = (before, after, own)
        if like not in known:
            known[like] = []
            for found in _about(_pair(old, new, kind)):
                known[like].append(found)
                yield found
            continue
        yield from (replace(found, kind=kind) for found in known[like])


def _beside(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    if frozenset(old.veto) - frozenset(new.veto):
        yield Difference(kind="", what="veto", was=named(old.veto), now=named(new.veto), facts={})
    if frozenset(new.extra) - frozenset(old.extra):
        yield Difference(kind="", what="extra", was=named(old.extra), now=named(new.extra), facts={})


def _pair(old: Rulebook, new: Rulebook, kind: str) -> _Pair:
    before = tuple(rule for rule in old.rules if kind in rule.kinds)
    after = tuple(rule for rule in new.rules if kind in rule.kinds)
    terms = [rule.when for rule in (*before, *after)]
    known = symbols([*terms, *old.tiers.values(), *new.tiers.values()])
    return _Pair(
        kind=kind,
        known=known,
        old=of_rules(before, tuple(old.tiers.items()), known),
        new=of_rules(after, tuple(new.tiers.items()), known),
        names=frozenset(spoken(before, old) | spoken(after, new)),
    )


def _about(pair: _Pair) -> Iterator[Difference]:
    measures = list(_measures(pair))
    solver = solver_of(world(pair.known, pair.kind), allowed(pair.new), z3.Or([measure.less for measure in measures]))
    if possible(solver):
        yield from _differences(pair, measures, solver)


def _differences(pair: _Pair, measures: Sequence[_Measure], solver: Any) -> Iterator[Difference]:
    """Yield one difference for each tier, measure, and pair of what it was and is."""
    by_account = pair.kind.partition(".")[0] in _ON_ACCOUNTS
    for tier in range(len(TIERS)) if by_account else (None,):
        solver.push()
        if tier is not None:
            solver.add(pair.old.tier == tier)
        for measure in measures:
            solver.push()
            solver.add(measure.less)
            yield from _each(pair, measure, solver)
            solver.pop()
        solver.pop()


def _each(pair: _Pair, measure: _Measure, solver: Any) -> Iterator[Difference]:
    while possible(solver):
        model = solver.model()
        was, now = _read(model, measure.was), _read(model, measure.now)
        if isinstance(measure.was, str):
            yield _difference(pair, measure, solver, measure.was, str(measure.now))
            return
        this = z3.And(measure.was == was, measure.now == now)
        solver.push()
        solver.add(this)
        found = _difference(pair, measure, solver, measure.say(was), measure.say(now))
        solver.pop()
        yield found
        solver.add(z3.Not(this))


def _read(model: Any, number: Any) -> int:
    return 0 if isinstance(number, str) else int(model.eval(number, model_completion=True).as_long())


def _difference(pair: _Pair, measure: _Measure, solver: Any, was: str, now: str) -> Difference:
    facts = witness(solver, pair.known, pair.old, pair.names)
    return Difference(kind=pair.kind, what=measure.what, was=was, now=now, facts=facts)


def _measures(pair: _Pair) -> Iterator[_Measure]:
    """Yield every way of needing less; all but the first where it was allowed before."""
    yield _Measure(what="allowed", less=z3.Not(allowed(pair.old)), was="refused", now="allowed")
    for measure in (
        _Measure(what="people", less=people(pair.new) < people(pair.old), was=people(pair.old), now=people(pair.new)),
        _Measure(what="hold", less=hold(pair.new) < hold(pair.old), was=hold(pair.old), now=hold(pair.new), say=length),
        *_clocks(pair),
        *_proposers(pair),
        *_places(pair),
        *_needs(pair),
    ):
        yield _Measure(
            what=measure.what,
            less=z3.And(allowed(pair.old), measure.less),
            was=measure.was,
            now=measure.now,
            say=measure.say,
        )


def _clocks(pair: _Pair) -> Iterator[_Measure]:
    for what in ("approve_within", "execute_within"):
        was, now = _shortest(pair.old, what), _shortest(pair.new, what)
        yield _Measure(what=what, less=z3.And(was > 0, z3.Or(now == 0, now > was)), was=was, now=now, say=length)


def _shortest(book: Book, what: str) -> Any:
    shortest = z3.IntVal(0)
    pairs = [(getattr(rule, what), match) for rule, match in zip(book.rules, book.matches, strict=True)]
    for time, match in sorted(pairs, key=lambda pair: -pair[0]):
        if time:
            shortest = z3.If(match, time, shortest)
    return shortest


def _proposers(pair: _Pair) -> Iterator[_Measure]:
    """Yield, for each role alone, and for any set of roles, that it proposes now and did not."""
    held = {role: z3.Bool(f"holds {role}") for role in _ASKED}
    machine = held[MACHINE + "clock"]
    someone = z3.Or(z3.Not(machine), z3.Not(z3.Or([held[role] for role in ROLES])))
    may_now, might = _may(pair.new, held), _may(pair.old, held)
    singles = [z3.And([held[role] == (role == one) for role in _ASKED]) for one in _ASKED]
    for role, single in zip(_ASKED, singles, strict=True):
        yield _Measure(what="propose", less=z3.And(single, may_now, z3.Not(might)), was="others", now=role)
    several = z3.And(someone, z3.Not(z3.Or(singles)), may_now, z3.Not(might))
    alone = z3.And([z3.Not(z3.And(_alone(pair.new, role), z3.Not(_alone(pair.old, role)))) for role in _ASKED])
    yield _Measure(what="propose", less=z3.And(several, alone), was="others", now="some who hold several roles")


def _may(book: Book, held: dict[str, Truth]) -> Truth:
    """Return that somebody who holds these roles may propose, under every matching rule."""
    asked = [
        z3.Implies(match, z3.Or([held[role] for role in rule.propose]))
        for rule, match in zip(book.rules, book.matches, strict=True)
        if rule.propose
    ]
    return z3.And(asked)


def _alone(book: Book, role: str) -> Truth:
    return z3.Not(book.any_of(rule for rule in book.rules if rule.propose and role not in rule.propose))


def _places(pair: _Pair) -> Iterator[_Measure]:
    """Yield groups of places for which there are fewer as strict ones now (Hall's condition)."""
    before, after = _sorts(pair.old), _sorts(pair.new)
    sizes = range(1, len(before) + 1) if len(before) <= MOST_SORTS else (1, len(before))
    told: list[tuple[set[Sort], Truth]] = []
    for size in sizes:
        for group in combinations(before, size):
            as_strict = [sort for sort in after if any(_strict(sort, one) for one in group)]
            was, now = _count(pair.old, group), _count(pair.new, as_strict)
            text = " or ".join(_written(sort) for sort in group)
            # What fewer people, or a smaller group, says already is not said again.
            new = [people(pair.new) >= people(pair.old), *(z3.Not(one) for part, one in told if part < set(group))]
            told.append((set(group), was > now))
            yield _Measure(what="place", less=z3.And(was > now, *new), was=was, now=now, say=_places_of(text))


def _places_of(text: str) -> Callable[[int], str]:
    return lambda number: f"{number} × {text}"


def _written(sort: Sort) -> str:
    roles, other = sort
    return named(roles) + (f" of another {other}" if other else "")


def _sorts(book: Book) -> list[Sort]:
    found = {(by_rank(frozenset(clause.roles)), clause.other) for rule in book.rules for clause in rule.approve}
    return sorted(found)


def _strict(one: Sort, other: Sort) -> bool:
    """Return whether whoever fills the first place would do for the second."""
    return set(one[0]) <= set(other[0]) and other[1] in {"", one[1]}


def _count(book: Book, sorts: Sequence[Sort]) -> Any:
    def asked(rule: Rule) -> int:
        return sum(c.n for c in rule.approve if (by_rank(frozenset(c.roles)), c.other) in sorts)

    pairs = zip(book.rules, book.matches, strict=True)
    return z3.Sum([z3.IntVal(0), *(z3.If(match, asked(rule), 0) for rule, match in pairs if asked(rule))])


def _needs(pair: _Pair) -> Iterator[_Measure]:
    """Yield every need that is asked no more; one about a person, when somebody meets all others and not this one."""
    person = symbols([], PERSON_NAMES)
    for need in sorted({need for rule in pair.old.rules for need in rule.needs}, key=lambda need: need.text):
        was = pair.old.any_of(rule for rule in pair.old.rules if need in rule.needs)
        if need.term is None:
            kept = pair.new.any_of(rule for rule in pair.new.rules if _keeps(rule, need))
            less = z3.And(was, z3.Not(kept))
        else:
            unmet = z3.Not(translate(need.term, person))
            less = z3.And(was, unmet, *bounds(person, PERSON_NAMES), _met(pair.new, person))
        yield _Measure(what="need", less=less, was=f"'{need.text}'", now="less" if need.term else "nothing")


def _keeps(rule: Rule, need: Need) -> bool:
    """Return whether a rule still asks for what is no condition of a person: the same, or a fresher witness."""
    within = witness_within([need.text])
    if not within:
        return need in rule.needs
    return 0 < witness_within(one.text for one in rule.needs) <= within


def _met(book: Book, person: Symbols) -> Truth:
    """Return that a person meets everything that is asked of each."""
    return z3.And(
        [
            z3.Implies(match, translate(need.term, person))
            for rule, match in zip(book.rules, book.matches, strict=True)
            for need in rule.needs
            if need.term is not None
        ]
    )
