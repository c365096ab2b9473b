"""Ways in: every least set of rules that can match together, what it asks, and facts under which it matches.

All matching rules apply, so a larger set asks for everything that a smaller one asks, and more. The least sets are
therefore enough to know what can be reached; the others are shut out once a smaller one is found.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import z3

from gardefou.guard.facts import TIERS, Value
from gardefou.guard.prove.translate import ANY_OTHER, Book, Symbols, Truth, bounds, of_rules, possible, symbols
from gardefou.guard.rulebook import MACHINE, Place, Rule, Rulebook, together
from gardefou.guard.terms import SUBJECT_NAMES, Compare, Term, comparisons

#: What promise 12 lets one person do alone.
BRIEF_MINUTES: Final = 15
BRIEF_A_DAY: Final = 1
URGENT_A_DAY: Final = 2
URGENT_REASONS: Final = ("child abuse", "terrorism", "threat to life")

BREAK_GLASS: Final = frozenset({"account.freeze", "post.hide"})
ALONE_FACTS: Final = frozenset(
    {"restored_lately", "duration_minutes", "brief_freezes_today", "urgent_posts_today", "reason"}
)

#: Stands for every kind where the kind itself makes no difference.
ANY_KIND: Final = "account.hide"

#: The subject of an order follows from its kind, where the rooms that act on it say so.
_SUBJECTS: Final[Mapping[str, str]] = {"account": "account", "post": "post", "statement": "statement"}

#: What a fact is when nothing is asked of it; a witness differs from this only where it must.
_DULL: Final[Mapping[str, Value]] = {"reason": ANY_OTHER}
_ALWAYS: Final = frozenset({"weakens", "role"})

#: So that the solver can tell these reasons apart even where no rule names them.
_REASONS: Final = tuple(Compare(name="reason", op="==", value=reason) for reason in URGENT_REASONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What somebody may want: a kind of order, on which subjects, and for `role.grant`, which role."""

    kind: str
    on: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One way in: rules that can match together, and no others with them."""

    goal: Goal
    rules: tuple[Rule, ...]

    @property
    def proposing(self) -> tuple[tuple[str, ...], ...]:
        """For each rule that says who proposes, the roles that do; all must be met."""
        return tuple(rule.propose for rule in self.rules if rule.propose)

    @property
    def by_machine(self) -> bool:
        """Whether a machine proposes, so that no human has to."""
        return any(role.startswith(MACHINE) for roles in self.proposing for role in roles)

    @property
    def places(self) -> tuple[Place, ...]:
        """The places that approvers fill."""
        return together(self.rules).places

    @property
    def people(self) -> int:
        """How many distinct humans it takes."""
        return len(self.places) + (0 if self.by_machine else 1)


def openings(rulebook: Rulebook, goal: Goal) -> tuple[Opening, ...]:
    """Return the least sets of rules under which a goal is reached, fewest people first."""
    rules = tuple(rule for rule in rulebook.rules if goal.kind in rule.kinds)
    if not rules:
        return ()
    alike = goal if _own(goal, rules) else replace(goal, kind=ANY_KIND)
    found = _openings(rules, tuple(rulebook.tiers.items()), alike)
    return tuple(replace(opening, goal=goal) for opening in found)


def _own(goal: Goal, rules: Iterable[Rule]) -> bool:
    """Return whether the kind itself makes a difference, so that kinds under the same rules are not alike."""
    return (goal.on == "protected" and goal.kind in BREAK_GLASS) or speaks_of_kind(rules)


def speaks_of_kind(rules: Iterable[Rule]) -> bool:
    """Return whether a rule tells kinds of orders apart by more than its list of kinds."""
    return any(leaf.name in {"kind", "subject_kind"} for rule in rules for leaf in comparisons(rule.when))


@lru_cache(maxsize=4096)
def _openings(rules: tuple[Rule, ...], tiers: tuple[tuple[str, Term], ...], goal: Goal) -> tuple[Opening, ...]:
    known, book = told(rules, tiers)
    solver = solver_of(world(known, goal.kind), allowed(book), _wanted(known, book, goal))
    found = []
    while possible(solver):
        least = _shrunk(solver, book)
        found.append(Opening(goal=goal, rules=least))
        solver.add(z3.Not(z3.And([match for rule, match in _pairs(book) if rule in least])))
    return tuple(sorted(found, key=lambda opening: opening.people))


def told(rules: tuple[Rule, ...], tiers: Iterable[tuple[str, Term]]) -> tuple[Symbols, Book]:
    """Return symbols for rules about one kind, and the rules translated."""
    pairs = tuple(tiers)
    known = symbols([*(rule.when for rule in rules), *(when for _tier, when in pairs), *_REASONS])
    return known, of_rules(rules, pairs, known)


def solver_of(*terms: Truth) -> Any:
    """Return a solver that holds these to be true."""
    solver = z3.SolverFor("QF_LIA")
    solver.add(*terms)
    return solver


def world(known: Symbols, kind: str) -> Truth:
    """Return what is true of every order of a kind: facts of their types, the tier as the rulebook gives it."""
    as_given = (z3.Not(known.of["protected"]), known.equals("tier", TIERS[0]))
    facts = [*bounds(known), *as_given, known.equals("kind", kind)]
    subject = _SUBJECTS.get(kind.partition(".")[0])
    if subject is not None:
        facts.append(known.equals("subject_kind", subject))
    return z3.And(facts)


def allowed(book: Book) -> Truth:
    """Return that somebody may propose: some rule says who, and none of them asks for a machine and a human at once."""
    human = book.any_of(rule for rule in book.rules if rule.propose and not _machines(rule))
    machine = book.any_of(rule for rule in book.rules if _machines(rule))
    return z3.Xor(human, machine)


def _machines(rule: Rule) -> bool:
    return any(role.startswith(MACHINE) for role in rule.propose)


def people(book: Book) -> Any:
    """Return the number of distinct humans that the matching rules ask for."""
    machine = book.any_of(rule for rule in book.rules if _machines(rule))
    asked = [z3.If(match, sum(clause.n for clause in rule.approve), 0) for rule, match in _pairs(book) if rule.approve]
    return z3.Sum([z3.If(machine, 0, 1), *asked])


def exactly(book: Book, chosen: tuple[Rule, ...]) -> Truth:
    """Return that these rules match, and no other."""
    return z3.And([match if rule in chosen else z3.Not(match) for rule, match in _pairs(book)])


def _pairs(book: Book) -> Iterator[tuple[Rule, Truth]]:
    return zip(book.rules, book.matches, strict=True)


def _shrunk(solver: Any, book: Book) -> tuple[Rule, ...]:
    """Return a set of matching rules of which no smaller part would do."""
    least = book.matched(solver.model())
    solver.push()
    while True:
        solver.add(*(z3.Not(match) for rule, match in _pairs(book) if rule not in least))
        solver.add(z3.Or([z3.Not(match) for rule, match in _pairs(book) if rule in least]))
        if not possible(solver):
            solver.pop()
            return least
        least = book.matched(solver.model())


def _wanted(known: Symbols, book: Book, goal: Goal) -> Truth:
    """Return the facts under which reaching the goal counts."""
    wanted = []
    if goal.role:
        wanted.append(known.equals("role", goal.role))
    if goal.on == "protected":
        wanted += [book.protected, z3.Not(alone(known, book, goal.kind))]
    elif goal.on == "unprotected":
        wanted.append(z3.Not(book.protected))
    elif goal.on == "weakens":
        wanted += [known.of["weakens"], book.protected]
    return z3.And(wanted)


def alone(known: Symbols, book: Book, kind: str) -> Truth:
    """Return that this is one of the two things that one person may do alone on a protected account (promise 12)."""
    if kind == "account.freeze":
        role, fact = "duty manager", known.of["duration_minutes"]
        within = z3.And(fact >= 1, fact <= BRIEF_MINUTES, known.of["brief_freezes_today"] < BRIEF_A_DAY)
    elif kind == "post.hide":
        role, fact = "reviewer", known.of["urgent_posts_today"]
        within = z3.And(fact < URGENT_A_DAY, z3.Or([known.equals("reason", reason) for reason in URGENT_REASONS]))
    else:
        return z3.BoolVal(False)  # noqa: FBT003  # the solver's own word for it
    on_shift = book.any_of(rule for rule in book.rules if any(need.text == "on shift" for need in rule.needs))
    proposes = book.any_of(rule for rule in book.rules if rule.propose == (role,))
    return z3.And(within, z3.Not(known.of["restored_lately"]), on_shift, proposes)


def facts(rulebook: Rulebook, opening: Opening) -> dict[str, Value]:
    """Return facts under which exactly the opening's rules match, as dull as can be."""
    goal = opening.goal
    rules = tuple(rule for rule in rulebook.rules if goal.kind in rule.kinds)
    known, book = told(rules, rulebook.tiers.items())
    solver = solver_of(world(known, goal.kind), _wanted(known, book, goal), exactly(book, opening.rules))
    why = "assigned_tier" if goal.kind == "tier.assign" else "roster"
    # What keeps it from being one of the two exceptions matters, whether or not a rule speaks of it.
    bounds_of = ALONE_FACTS if goal.kind in BREAK_GLASS else frozenset()
    return witness(solver, known, book, spoken(rules, rulebook) | bounds_of, why=why)


def spoken(rules: Iterable[Rule], rulebook: Rulebook) -> set[str]:
    """Return the names that rules, and the tiers, speak of."""
    terms = [*(rule.when for rule in rules), *rulebook.tiers.values()]
    return {leaf.name for term in terms for leaf in comparisons(term)} | {"assigned_tier"}


def witness(solver: Any, known: Symbols, book: Book, names: Iterable[str], *, why: str = "roster") -> dict[str, Value]:
    """Return facts that the solver allows, the tier among them, without those that stay dull."""
    begun = solver.num_scopes()
    # What comes last is the last to be left dull, and so the likeliest to say why an account is protected.
    asked = sorted({*names, *_ALWAYS} - {"kind", "tier", "protected", "subject_kind"}, key=lambda n: (n == why, n))
    for name in asked:
        solver.push()
        solver.add(known.equals(name, dull(name)))
        if not possible(solver):
            solver.pop()
    model = _smallest(solver, [known.of[name] for name in asked if SUBJECT_NAMES[name].type is int])
    found = {name: known.value(model, name) for name in asked}
    tier = TIERS[model.eval(book.tier, model_completion=True).as_long()]
    solver.pop(solver.num_scopes() - begun)
    return {"tier": tier} | {name: found[name] for name in sorted(found) if found[name] != dull(name)}


def _smallest(solver: Any, numbers: Iterable[Any]) -> Any:
    """Return a model in which these numbers are small, so that the same question has the same answer."""
    optimum = z3.Optimize()
    optimum.add(solver.assertions())
    for number in numbers:
        optimum.minimize(number)
    possible(optimum)
    return optimum.model()


def dull(name: str) -> Value:
    """Return what a fact is when nothing is asked of it."""
    declared = SUBJECT_NAMES[name]
    plain: Value = False if declared.type is bool else declared.least if declared.type is int else ""
    return _DULL.get(name, plain)
