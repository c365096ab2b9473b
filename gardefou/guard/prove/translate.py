"""The same terms for the solver: one guard tree, evaluated in Python by `terms.holds` and translated here.

Every fact is a variable: a truth, an integer not below its least, or the number of a named value in a list. What is
spelt freely (`reason`) is one of the values that a rulebook names, the empty one, or any other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import z3

from gardefou.guard.errors import ProverError
from gardefou.guard.facts import TIERS, Value
from gardefou.guard.rulebook import Rule, Rulebook
from gardefou.guard.terms import SUBJECT_NAMES, And, Compare, Constant, Declared, Name, Not, Or, Term, comparisons

#: z3 has no types of its own; these say at least what is meant.
Truth: TypeAlias = Any
Number: TypeAlias = Any

#: The value that no rule names.
ANY_OTHER: Final = "(any other)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbols:
    """The variable of each name, and the named values behind their numbers."""

    of: Mapping[str, Any]
    spelt: Mapping[str, tuple[str, ...]]

    def number(self, name: str, value: str) -> int:
        """Return the number of a named value; one that no rule names is any other."""
        known = self.spelt[name]
        return known.index(value if value in known else ANY_OTHER)

    def equals(self, name: str, value: Value) -> Truth:
        """Return that a fact has a value."""
        if isinstance(value, bool):
            return self.of[name] if value else z3.Not(self.of[name])
        return self.of[name] == (self.number(name, value) if isinstance(value, str) else value)

    def value(self, model: Any, name: str) -> Value:
        """Return what a fact is in a model."""
        found = model.eval(self.of[name], model_completion=True)
        if z3.is_bool(found):
            return bool(z3.is_true(found))
        number = int(found.as_long())
        return self.spelt[name][number] if name in self.spelt else number


def possible(solver: Any, *also: Truth) -> bool:
    """Return whether what a solver holds can be the case. No answer is never taken for a no.

    Raises:
        ProverError: the solver gave up.
    """
    found = solver.check(*also)
    if found == z3.unknown:
        raise ProverError("the solver gave no answer; nothing is proved")
    return bool(found == z3.sat)


def symbols(terms: Iterable[Term], names: Mapping[str, Declared] = SUBJECT_NAMES) -> Symbols:
    """Return variables for all names; `terms` say which values of freely spelt ones can be told apart."""
    leaves = [leaf for term in terms for leaf in comparisons(term) if isinstance(leaf, Compare)]
    spelt: dict[str, tuple[str, ...]] = {}
    for name, declared in names.items():
        if declared.type is str:
            said = {str(leaf.value) for leaf in leaves if leaf.name == name}
            spelt[name] = _spelt(name, declared, said)
    of = {name: z3.Bool(name) if declared.type is bool else z3.Int(name) for name, declared in names.items()}
    return Symbols(of=of, spelt=spelt)


def _spelt(name: str, declared: Declared, said: set[str]) -> tuple[str, ...]:
    if declared.values is None:
        return (ANY_OTHER, *sorted(said | {""}))
    # Tiers stand in their order, so that the higher one is the larger number.
    order = {tier: place for place, tier in enumerate(("", *TIERS))}
    if name in {"tier", "assigned_tier", "roster"}:
        return tuple(sorted(declared.values, key=lambda value: order[value]))
    return tuple(sorted(declared.values))


def bounds(known: Symbols, names: Mapping[str, Declared] = SUBJECT_NAMES) -> list[Truth]:
    """Return that every fact has a value of its type."""
    found = []
    for name, declared in names.items():
        if name in known.spelt:
            found.append(z3.And(known.of[name] >= 0, known.of[name] < len(known.spelt[name])))
        elif declared.type is int:
            found.append(known.of[name] >= declared.least)
    return found


def translate(term: Term, known: Symbols) -> Truth:
    """Return a term as the solver reads it."""
    match term:
        case Constant(value=value):
            return z3.BoolVal(value is True)
        case Name(name=name):
            return known.of[name]
        case Compare():
            return _comparison(term, known)
        case Not(part=part):
            return z3.Not(translate(part, known))
        case And(parts=parts):
            return z3.And([translate(part, known) for part in parts])
        case Or(parts=parts):
            return z3.Or([translate(part, known) for part in parts])


def _comparison(term: Compare, known: Symbols) -> Truth:
    if not isinstance(term.value, int) or isinstance(term.value, bool):
        same = known.equals(term.name, term.value)
        return same if term.op == "==" else z3.Not(same)
    fact: Number = known.of[term.name]
    match term.op:
        case "==":
            return fact == term.value
        case "!=":
            return fact != term.value
        case "<":
            return fact < term.value
        case "<=":
            return fact <= term.value
        case ">":
            return fact > term.value
    return fact >= term.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A rulebook's answers about one set of symbols: the tier that it settles, and which of its rules match.

    `matches` holds for one kind of order; `protected` and `tier` are as `rulebook.settled` has them.
    """

    rules: tuple[Rule, ...]
    matches: tuple[Truth, ...]
    tier: Number
    protected: Truth

    def any_of(self, chosen: Iterable[Rule]) -> Truth:
        """Return that one of these rules matches."""
        wanted = {rule.id for rule in chosen}
        return z3.Or([match for rule, match in zip(self.rules, self.matches, strict=True) if rule.id in wanted])

    def matched(self, model: Any) -> tuple[Rule, ...]:
        """Return the rules that match in a model."""
        pairs = zip(self.rules, self.matches, strict=True)
        return tuple(rule for rule, match in pairs if z3.is_true(model.eval(match, model_completion=True)))


def book(rulebook: Rulebook, kind: str, known: Symbols) -> Book:
    """Translate what a rulebook says about one kind of order."""
    rules = tuple(rule for rule in rulebook.rules if kind in rule.kinds)
    return of_rules(rules, tuple(rulebook.tiers.items()), known)


def of_rules(rules: tuple[Rule, ...], tiers: Sequence[tuple[str, Term]], known: Symbols) -> Book:
    """Translate rules about one kind, under tiers."""
    computed: Number = z3.IntVal(0)
    for place, name in enumerate(TIERS):
        for tier, when in tiers:
            if tier == name:
                computed = z3.If(translate(when, known), z3.IntVal(place), computed)
    tier = _higher(_higher(computed, known.of["tier"]), known.of["assigned_tier"] - 1)
    protected = z3.Or(tier > 0, known.of["protected"])
    settled = Symbols(of={**known.of, "tier": tier, "protected": protected}, spelt=known.spelt)
    matches = tuple(translate(rule.when, settled) for rule in rules)
    return Book(rules=rules, matches=matches, tier=tier, protected=protected)


def _higher(one: Number, other: Number) -> Number:
    return z3.If(one >= other, one, other)
