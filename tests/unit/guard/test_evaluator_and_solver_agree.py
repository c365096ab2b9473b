"""One guard tree, two readers: what Python evaluates and what the solver is told never differ."""

import random
from collections.abc import Iterable
from functools import lru_cache

import pytest
import z3

from gardefou.guard.facts import KINDS, TIERS, Value
from gardefou.guard.prove.translate import ANY_OTHER, Symbols, bounds, of_rules, symbols, translate
from gardefou.guard.rulebook import settled
from gardefou.guard.terms import SUBJECT_NAMES, And, Compare, Constant, Name, Not, Or, Term, comparisons, holds
from tests.factories.guard import SHIPPED, values

REASONS = ["", "spam", "terrorism", "threat to life", "nobody names this"]
NUMBERS = [0, 1, 2, 14, 15, 16, 29, 30, 99_999, 100_000, 10_000_000]
INTS = [name for name, declared in SUBJECT_NAMES.items() if declared.type is int]
BOOLS = [name for name, declared in SUBJECT_NAMES.items() if declared.type is bool]
TEXTS = [name for name, declared in SUBJECT_NAMES.items() if declared.type is str]


def known_values(name: str) -> list[str]:
    return sorted(SUBJECT_NAMES[name].values or REASONS)


def drawn_term(chance: random.Random, depth: int = 3) -> Term:
    """Draw a term of the guard language."""
    shape = chance.randrange(6 if depth else 3)
    if shape == 0:
        return Compare(name=chance.choice(INTS), op=chance.choice(["==", "!=", "<", "<=", ">", ">="]),
                       value=chance.choice(NUMBERS))  # fmt: skip
    if shape == 1:
        name = chance.choice(TEXTS)
        return Compare(name=name, op=chance.choice(["==", "!="]), value=chance.choice(known_values(name)))
    if shape == 2:
        leaves: list[Term] = [Name(name=chance.choice(BOOLS)), Constant(value=True), Constant(value=False)]
        return chance.choice(leaves)
    parts = tuple(drawn_term(chance, depth - 1) for _ in range(chance.randint(1, 3)))
    joined: list[Term] = [Not(part=parts[0]), And(parts=parts), Or(parts=parts)]
    return joined[shape - 3]


def drawn_facts(chance: random.Random) -> dict[str, Value]:
    """Draw facts, near the borders that terms name."""
    facts: dict[str, Value] = {name: max(0, chance.choice(NUMBERS) + chance.choice([-1, 0, 0, 1])) for name in INTS}
    facts |= {name: chance.random() < 0.5 for name in BOOLS}
    return facts | {name: chance.choice(known_values(name)) for name in TEXTS}


@lru_cache(typed=True)
def constant(value: int) -> z3.ExprRef:
    return z3.BoolVal(value) if isinstance(value, bool) else z3.IntVal(value)


def told(known: Symbols, facts: dict[str, Value], names: Iterable[str]) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    """Return what to put in the place of each variable."""
    pairs = []
    for name in names:
        value = facts[name]
        put = constant(known.number(name, value)) if isinstance(value, str) else constant(value)
        pairs.append((known.of[name], put))
    return pairs


def said(term: z3.ExprRef, pairs: list[tuple[z3.ExprRef, z3.ExprRef]]) -> bool:
    answer = z3.simplify(z3.substitute(term, *pairs))
    assert z3.is_true(answer) or z3.is_false(answer)
    return bool(z3.is_true(answer))


def agree(pairs: int, seed: int) -> int:
    """Compare the two readers on this many pairs, and return how often both said yes."""
    chance = random.Random(seed)  # noqa: S311  # a test's own dice
    yes = 0
    while pairs > 0:
        term = drawn_term(chance)
        known = symbols([term])
        translated = translate(term, known)
        names = {leaf.name for leaf in comparisons(term)}
        for _ in range(min(pairs, 20)):
            facts = drawn_facts(chance)
            here = holds(term, facts)
            assert said(translated, told(known, facts, names)) is here, (term, facts)
            yes += here
            pairs -= 1
    return yes


@pytest.mark.promise(1)
def test_the_evaluator_and_the_translation_agree() -> None:
    yes = agree(20_000, seed=2017)
    assert 4_000 < yes < 16_000


@pytest.mark.full
def test_the_evaluator_and_the_translation_agree_a_million_times() -> None:
    assert agree(1_000_000, seed=1102)


@pytest.mark.promise(1)
def test_both_settle_the_same_tier_and_match_the_same_rules() -> None:
    chance = random.Random(41)  # noqa: S311  # a test's own dice
    terms = [rule.when for rule in SHIPPED.rules]
    known = symbols(terms)
    for _ in range(400):
        kind = chance.choice(sorted(KINDS))
        facts = drawn_facts(chance) | {"kind": kind}
        rules = tuple(rule for rule in SHIPPED.rules if kind in rule.kinds)
        book = of_rules(rules, tuple(SHIPPED.tiers.items()), known)
        pairs = told(known, facts, facts)
        here = settled(SHIPPED, kind, facts)
        assert said(book.protected, pairs) is here["protected"]
        assert said(book.tier == TIERS.index(str(here["tier"])), pairs)
        for rule, match in zip(book.rules, book.matches, strict=True):
            assert said(match, pairs) is holds(rule.when, here), rule.id


def test_every_fact_has_a_variable_within_its_bounds() -> None:
    known = symbols([])
    assert set(known.of) == set(SUBJECT_NAMES)
    solver = z3.Solver()
    solver.add(*bounds(known))
    assert solver.check() == z3.sat
    model = solver.model()
    for name, declared in SUBJECT_NAMES.items():
        found = known.value(model, name)
        assert type(found) is declared.type
        assert declared.values is None or found in declared.values
    solver.add(known.of["followers"] < 0)
    assert solver.check() == z3.unsat


def test_a_reason_that_no_rule_names_is_any_other() -> None:
    known = symbols([Compare(name="reason", op="==", value="terrorism")])
    assert known.spelt["reason"] == (ANY_OTHER, "", "terrorism")
    assert known.number("reason", "a rare word") == known.number("reason", ANY_OTHER)
    assert known.number("reason", "terrorism") != known.number("reason", str(values()["reason"]))
