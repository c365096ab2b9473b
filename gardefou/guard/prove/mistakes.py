"""Rules that say nothing, or ask for what nobody can give: load errors that take a solver to see.

A rule must be able to apply to each of its kinds, under the rulebook's own tiers. A rule that says who proposes must,
in some case where it applies, ask for what some people could give together: one proposer for all the rules that match,
needs that one person can meet at once, and no more people than there may be.
"""

from typing import Final

import z3

from gardefou.guard.errors import RulebookError
from gardefou.guard.prove.openings import allowed, people, solver_of, told, world
from gardefou.guard.prove.translate import Book, Truth, bounds, possible, symbols, translate
from gardefou.guard.rulebook import MACHINE, Rule, Rulebook
from gardefou.guard.terms import PERSON_NAMES

#: As many people as one order may ever ask for, all the rules that match together.
MOST_PEOPLE: Final = 12


def check(rulebook: Rulebook) -> None:
    """Insist that every rule can apply, and be met.

    Raises:
        RulebookError: names the rule and says why.
    """
    met: set[str] = set()
    for kind in sorted({kind for rule in rulebook.rules for kind in rule.kinds}):
        rules = tuple(rule for rule in rulebook.rules if kind in rule.kinds)
        known, book = told(rules, rulebook.tiers.items())
        solver = solver_of(world(known, kind))
        for rule, match in zip(book.rules, book.matches, strict=True):
            if not possible(solver, _literal(solver, match)):
                raise RulebookError(f"rule {rule.id}.when", f"can never hold for {kind}")
        solver.add(allowed(book), people(book) <= MOST_PEOPLE, *_meetable(book))
        for rule, match in zip(book.rules, book.matches, strict=True):
            if rule.id not in met and rule.propose and possible(solver, _literal(solver, match)):
                met.add(rule.id)
    for rule in rulebook.rules:
        if rule.propose and rule.id not in met:
            raise RulebookError(
                f"rule {rule.id}", "asks, with the rules that apply beside it, for what nobody can meet"
            )


def _literal(solver: z3.Solver, term: Truth) -> Truth:
    """Return a variable that stands for a term, as the solver wants what it assumes."""
    literal = z3.FreshBool()
    solver.add(literal == term)
    return literal


def _meetable(book: Book) -> list[Truth]:
    """Return that one person meets every need that is asked of each, and a machine none of them."""
    person = symbols([], PERSON_NAMES)
    pairs = list(zip(book.rules, book.matches, strict=True))
    terms = [
        z3.Implies(match, translate(need.term, person))
        for rule, match in pairs
        for need in rule.needs
        if need.term is not None
    ]
    personal = book.any_of(rule for rule in book.rules if any(need.personal for need in rule.needs))
    return [*bounds(person, PERSON_NAMES), *terms, z3.Not(z3.And(book.any_of(_by_machine(book)), personal))]


def _by_machine(book: Book) -> list[Rule]:
    return [rule for rule in book.rules if any(role.startswith(MACHINE) for role in rule.propose)]
