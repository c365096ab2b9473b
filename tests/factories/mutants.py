"""Every way in which one line of a rulebook can be made to ask for less, or to speak of other cases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gardefou.guard.facts import KINDS, ROLES
from gardefou.guard.rulebook import Rule, Rulebook
from gardefou.guard.terms import And, Compare, Constant, Name, Not, Or, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A rulebook with one change: how it was changed, and where."""

    how: str
    where: str
    book: Rulebook


def mutants(book: Rulebook) -> Iterator[Mutant]:
    """Yield every mutant of every rule, and one for each kind left unguarded."""
    for place, rule in enumerate(book.rules):
        for how, changed in _changed(rule):
            rules = (*book.rules[:place], changed, *book.rules[place + 1 :])
            yield Mutant(how=how, where=rule.id, book=replace(book, rules=rules))
        others = (*book.rules[:place], *book.rules[place + 1 :])
        yield Mutant(how="drop a rule", where=rule.id, book=replace(book, rules=others))
    for kind in sorted(KINDS):
        yield Mutant(how="add an unguarded kind", where=kind, book=_unguarded(book, kind))


def _changed(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for place, clause in enumerate(rule.approve):
        fewer = (*rule.approve[:place], *rule.approve[place + 1 :])
        yield "drop a clause", replace(rule, approve=fewer)
        if clause.n > 1:
            yield "lower n", replace(rule, approve=(*fewer, replace(clause, n=clause.n - 1)))
        if clause.other:
            yield "drop another team", replace(rule, approve=(*fewer, replace(clause, other="")))
        yield "widen a place", replace(rule, approve=(*fewer, replace(clause, roles=ROLES)))
    if rule.propose and set(rule.propose) < set(ROLES):
        yield "widen who proposes", replace(rule, propose=ROLES)
    for place in range(len(rule.needs)):
        yield "remove a need", replace(rule, needs=(*rule.needs[:place], *rule.needs[place + 1 :]))
    if rule.hold:
        yield "shorten a hold", replace(rule, hold=rule.hold - 1_000_000)
        yield "drop a hold", replace(rule, hold=0)
    for name in ("approve_within", "execute_within"):
        if getattr(rule, name):
            yield "lengthen a clock", replace(rule, **{name: getattr(rule, name) + 1_000_000})
    for how, when in _guards(rule.when):
        yield ("raise a cap" if how == "one more" and not rule.propose else how), replace(rule, when=when)


def _guards(term: Term) -> Iterator[tuple[str, Term]]:
    """Yield a guard with one leaf moved by one, turned round, or left out."""
    match term:
        case Compare(value=value) if type(value) is int:
            yield "one more", replace(term, value=value + 1)
            if value:
                yield "one less", replace(term, value=value - 1)
            yield "leave a condition out", Constant(value=True)
        case Compare() | Name():
            yield "leave a condition out", Constant(value=True)
            yield "turn a condition round", Not(part=term)
        case Not(part=part):
            for how, changed in _guards(part):
                yield how, Not(part=changed)
        case And(parts=parts) | Or(parts=parts):
            for place, part in enumerate(parts):
                for how, changed in _guards(part):
                    yield how, type(term)(parts=(*parts[:place], changed, *parts[place + 1 :]))


def _unguarded(book: Rulebook, kind: str) -> Rulebook:
    """Take a kind from every rule, and let anyone do it."""
    kept = [replace(rule, kinds=rule.kinds - {kind}) for rule in book.rules]
    anyone = Rule(
        id="anyone", kinds=frozenset({kind}), when=Constant(value=True), when_text="true", propose=ROLES,
        execute_within=book.rules[0].execute_within,
    )  # fmt: skip
    return replace(book, rules=(*(rule for rule in kept if rule.kinds), anyone))
