"""The claims, one by one. The first three are about sequences of orders; the last three about one order at a time.

- `silence`: no order in reach silences a protected account, other than as promise 12 allows (`openings.alone`).
- `rules`: neither `rulebook.replace` nor `setting.change` is in reach.
- `rights`: no order about people, roles or rotas, or that lets a machine in, is in reach: neither those by which
  somebody gains what silencing or replacing the rules takes, nor those that remove whoever would veto or restore, nor
  that which reads one person's deeds in the record, or that which erases who did them.
- `restore`: for each of account and post, where it can be hidden at all: every one of agent, reviewer and duty manager
  may propose under every matching rule, nobody else is needed, nothing else is asked, and nothing is waited for. Only
  where `hidden_as_grave`, one more of the three.
- `lift`: for each of account and post, where something done to it can be set to end: once the end has passed, whatever
  else is so, the clock may propose under every matching rule, and there is nobody to agree, no need and no wait.
- `lower`: for every account, and every order that weakens its protection: at least as many people, and as long a hold,
  as hiding that account takes on a day with nothing else going on.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import z3

from gardefou.guard.errors import ProverError
from gardefou.guard.facts import SILENCING, Value
from gardefou.guard.prove import words
from gardefou.guard.prove.answers import Counterexample, Difference
from gardefou.guard.prove.openings import (
    Goal,
    Opening,
    allowed,
    dull,
    openings,
    people,
    solver_of,
    spoken,
    told,
    witness,
    world,
)
from gardefou.guard.prove.reach import LOWER, MOST_SYMBOLIC, REPLACE, Reach
from gardefou.guard.prove.story import Hand, Step, Wanted, story
from gardefou.guard.prove.translate import Book, Symbols, Truth, of_rules, possible, symbols
from gardefou.guard.rulebook import MACHINE, Rule, Rulebook

RESTORERS: Final = frozenset({"agent", "reviewer", "duty manager"})

_PEOPLE: Final = (
    "person.enrol", "person.engage", "role.grant", "person.notice", "person.end", "role.take", "shift.add",
    "shift.remove", "rota.enter", "person.search", "person.erase", "credential.enrol", "credential.end", "person.join",
    "token.issue", "person.offer",
)  # fmt: skip
_UNDONE_BY: Final = {
    "account.restore": frozenset({"account.hide", "account.limit", "account.freeze"}),
    "post.restore": frozenset({"post.hide"}),
}
_LIFTED_BY: Final = {
    "account.lift": frozenset(kind for kind in SILENCING if kind.startswith("account.")),
    "post.lift": frozenset({"post.hide"}),
}
_ENDLESS: Final = {"account.lift": "endless", "post.lift": "endless post"}
#: What hiding is compared under: a day on which nothing else has happened.
_QUIET: Final = (
    "weakens", "role", "restored_lately", "acts_by_person_1h", "acts_by_house_1h", "reach_this_shift",
)  # fmt: skip

#: Told in the words that everybody knows, where several acts would do.
_FIRST: Final = ("account.hide", "account.freeze", "account.limit", "post.hide")
_SILENCING: Final = (*_FIRST, *sorted(SILENCING - set(_FIRST)))

WANTED: Final[Mapping[str, Wanted]] = {
    "silence": Wanted(
        goals=tuple(Goal(kind=kind, on="protected") for kind in _SILENCING),
        lowered=tuple(Goal(kind=kind, on="unprotected") for kind in _SILENCING),
    ),
    "rules": Wanted(goals=REPLACE),
    "rights": Wanted(goals=tuple(Goal(kind=kind) for kind in _PEOPLE)),
}


def sequence(rulebook: Rulebook, claim: str, humans: int, reached: Reach | None) -> Counterexample | None:
    """Return how so many humans break one of the first three claims; nothing when they cannot.

    Args:
        rulebook: the rules.
        claim: `silence`, `rules` or `rights`.
        humans: how many.
        reached: what the solver says they reach from any start; None where they are too many for it.

    Raises:
        ProverError: the solver and the search for a story do not agree.
    """
    wanted = WANTED[claim]
    steps = story(rulebook, wanted, humans)
    if reached is not None and within(rulebook, reached, wanted) is (steps is None):
        raise ProverError(f"the solver and the search for a story do not agree on {claim!r}; nothing is proved")
    return None if steps is None else _broken(rulebook, claim, humans, steps)


def within(rulebook: Rulebook, reached: Reach, wanted: Wanted) -> bool:
    """Return whether the solver says that what is wanted is within reach, from some start."""
    lowered = wanted.lowered if reached.lowers else ()
    return reached.can(_all(rulebook, wanted.goals), or_after=_all(rulebook, lowered))


def _all(rulebook: Rulebook, goals: Iterable[Goal]) -> list[Opening]:
    return [opening for goal in goals for opening in openings(rulebook, goal)]


def smallest(rulebook: Rulebook) -> dict[str, int | None]:
    """Return, for each claim about sequences, the fewest humans of nine who can break it; None when they cannot."""
    return {
        claim: next((humans for humans in range(1, 10) if story(rulebook, wanted, humans) is not None), None)
        for claim, wanted in WANTED.items()
    }


def symbolic(humans: int) -> bool:
    """Return whether the solver looks at every start for so many humans."""
    return humans <= MOST_SYMBOLIC


def restoring(rulebook: Rulebook, humans: int) -> Counterexample | None:
    """Return an order to restore that asks for more than it may; nothing when none does."""
    for kind, hides in _UNDONE_BY.items():
        if any(rule.kinds & hides for rule in rulebook.rules):
            rules = tuple(rule for rule in rulebook.rules if kind in rule.kinds)
            if not rules:
                return _broken(rulebook, "restore", humans, (_single(kind, {}, "slow"),))
            known, book = told(rules, rulebook.tiers.items())
            solver = solver_of(world(known, kind), _slow(known, book))
            if possible(solver):
                steps = (_witnessed(solver, known, book, kind, spoken(rules, rulebook) | {"hidden_as_grave"}, "slow"),)
                return _broken(rulebook, "restore", humans, steps)
    return None


def _slow(known: Symbols, book: Book) -> Truth:
    grave = known.of["hidden_as_grave"]
    barred = [rule for rule in book.rules if rule.propose and not set(rule.propose) >= RESTORERS]
    slower = [rule for rule in book.rules if rule.hold or rule.needs]
    choosy = [rule for rule in book.rules if any(_choosy(clause.roles, clause.other) for clause in rule.approve)]
    return z3.Or(
        z3.Not(allowed(book)),
        book.any_of([*barred, *slower, *choosy]),
        people(book) > z3.If(grave, 2, 1),
    )


def _choosy(roles: Iterable[str], other: str) -> bool:
    return bool(other) or not set(roles) >= RESTORERS


def lifting(rulebook: Rulebook, humans: int) -> Counterexample | None:
    """Return something set to end that the clock would not end by itself; nothing when there is none."""
    stays = next(filter(None, (_stays(rulebook, kind) for kind in _LIFTED_BY)), None)
    return None if stays is None else _broken(rulebook, "lift", humans, (stays,))


def no_longer_lifted(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    """Yield what ended by itself under the old rulebook, and does not always under the new one."""
    for kind in _LIFTED_BY:
        stays = _stays(new, kind)
        if stays is not None and _stays(old, kind) is None:
            yield Difference(kind=kind, what="lift", was="by itself", now="not always", facts=stays.facts)


def _stays(rulebook: Rulebook, kind: str) -> Step | None:
    """Return facts under which the clock cannot lift what was set to end, where anything can be."""
    if not any(rule.kinds & _LIFTED_BY[kind] for rule in rulebook.rules):
        return None
    rules = tuple(rule for rule in rulebook.rules if kind in rule.kinds)
    known, book = told(rules, rulebook.tiers.items())
    solver = solver_of(world(known, kind), known.of["set_end_passed"], _asked_of_the_clock(book))
    if not possible(solver):
        return None
    return _witnessed(solver, known, book, kind, spoken(rules, rulebook) | {"set_end_passed"}, _ENDLESS[kind])


def _asked_of_the_clock(book: Book) -> Truth:
    """Return that nobody may do it, or not the clock, or not without somebody or something else."""
    barred = [rule for rule in book.rules if rule.propose and MACHINE + "clock" not in rule.propose]
    slower = [rule for rule in book.rules if rule.hold or rule.needs or rule.approve]
    return z3.Or(z3.Not(allowed(book)), book.any_of([*barred, *slower]))


def lowering(rulebook: Rulebook, humans: int) -> Counterexample | None:
    """Return an order that weakens protection and takes less than hiding would; nothing when none does."""
    hides = tuple(rule for rule in rulebook.rules if "account.hide" in rule.kinds)
    for goal in LOWER:
        rules = tuple(rule for rule in rulebook.rules if goal.kind in rule.kinds)
        if rules and hides:
            solver, known, book = _compared(rulebook, goal.kind, rules, hides)
            if possible(solver):
                steps = (_witnessed(solver, known, book, goal.kind, spoken((*rules, *hides), rulebook), "less"),)
                return _broken(rulebook, "lower", humans, steps)
    return None


def _compared(
    rulebook: Rulebook, kind: str, rules: tuple[Rule, ...], hides: tuple[Rule, ...]
) -> tuple[Any, Symbols, Book]:
    """Return a solver for an account that hiding protects better than an order of this kind does."""
    tiers = tuple(rulebook.tiers.items())
    known = symbols([*(rule.when for rule in (*rules, *hides)), *rulebook.tiers.values()])
    book = of_rules(rules, tiers, known)
    quiet = {name: _constant(dull(name), known, name) for name in _QUIET}
    hidden = {"kind": z3.IntVal(known.number("kind", "account.hide"))}
    about = {"subject_kind": z3.IntVal(known.number("subject_kind", "account"))}
    hide = of_rules(hides, tiers, Symbols(of={**known.of, **quiet, **hidden, **about}, spelt=known.spelt))
    less = z3.Or(people(book) < people(hide), hold(book) < hold(hide))
    asked = (known.of["weakens"], book.protected, allowed(book), allowed(hide), less)
    return solver_of(world(known, kind), *asked), known, book


def _constant(value: Value, known: Symbols, name: str) -> Any:
    if isinstance(value, bool):
        return z3.BoolVal(value)
    return z3.IntVal(known.number(name, value) if isinstance(value, str) else value)


def hold(book: Book) -> Any:
    """Return the longest hold of the matching rules."""
    longest = z3.IntVal(0)
    for rule, match in sorted(zip(book.rules, book.matches, strict=True), key=lambda pair: pair[0].hold):
        if rule.hold:
            longest = z3.If(match, rule.hold, longest)
    return longest


def _single(kind: str, facts: Mapping[str, Value], gains: str, rules: tuple[str, ...] = ()) -> Step:
    return Step(kind=kind, facts=facts, rules=rules, proposer=Hand(name="A", roles=()), approvers=(), gains=gains)


def _witnessed(solver: Any, known: Symbols, book: Book, kind: str, names: set[str], gains: str) -> Step:
    """Return one order for which the solver's terms hold, with facts as dull as can be."""
    found = witness(solver, known, book, names)
    solver.add(*(known.equals(name, value) for name, value in found.items() if name != "tier"))
    possible(solver)
    return _single(kind, found, gains, tuple(rule.id for rule in book.matched(solver.model())))


def _broken(rulebook: Rulebook, claim: str, humans: int, steps: tuple[Step, ...]) -> Counterexample:
    return Counterexample(
        rulebook=rulebook.digest.hex(), humans=humans, claim=claim, steps=steps, words=words.story(steps)
    )
