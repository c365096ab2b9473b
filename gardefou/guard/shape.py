"""Whether one person could silence a protected account under a rulebook (promise 1), tried over every case.

A term compares names with values, so it can only change its mind at finitely many values of each name. Every
combination of them is tried for every act that silences. This looks at one order at a time: it says nothing of
sequences of orders; that is for the proof.

What one person may do alone is promise 12, and nothing else: a duty manager on shift freezes for fifteen minutes at
most, once a day; a reviewer on shift hides one post for one of three reasons, twice a day. Neither within the time
after a restoration in which the strictest rule applies.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Final

from gardefou.guard.errors import RulebookError
from gardefou.guard.facts import SILENCING, TIERS, Value
from gardefou.guard.rulebook import MACHINE, Rule, Rulebook, matching
from gardefou.guard.terms import SUBJECT_NAMES, And, Compare, Declared, Name, Term, comparisons

MOST_CASES: Final = 200_000
BRIEF_MINUTES: Final = 15
BRIEF_A_DAY: Final = 1
URGENT_A_DAY: Final = 2
URGENT_REASONS: Final = frozenset({"child abuse", "terrorism", "threat to life"})

_SET_HERE: Final = frozenset({"kind", "tier", "protected"})


def check_shape(rulebook: Rulebook) -> None:
    """Insist that no single person can silence a protected account, and that one person can restore.

    Raises:
        RulebookError: names the rule and the case.
    """
    for kind in sorted(SILENCING):
        for facts in _cases(rulebook, kind, protected=True):
            _check_silencing(rulebook, kind, facts)
    for kind in ("account.restore", "post.restore"):
        for facts in _cases(rulebook, kind, protected=False):
            _check_restoring(rulebook, kind, facts)


def _check_silencing(rulebook: Rulebook, kind: str, facts: Mapping[str, Value]) -> None:
    rules = matching(rulebook, kind, facts)
    if not rules or _humans(rules) > 1 or _break_glass(rules, kind, facts):
        return
    who = next(rule for rule in rules if rule.propose)
    why = f"one person alone could do {kind} to a protected account, when {_spoken(rulebook, kind, facts)}"
    raise RulebookError(f"rule {who.id}", why)


def _check_restoring(rulebook: Rulebook, kind: str, facts: Mapping[str, Value]) -> None:
    if facts["hidden_as_grave"] is True:
        return
    for rule in matching(rulebook, kind, facts):
        if rule.approve or rule.hold:
            raise RulebookError(f"rule {rule.id}", "restoring takes one person and no wait")


def _humans(rules: tuple[Rule, ...]) -> int:
    """Return how many distinct people these rules ask for together."""
    proposers = 0 if any(role.startswith(MACHINE) for rule in rules for role in rule.propose) else 1
    return proposers + sum(clause.n for rule in rules for clause in rule.approve)


def _break_glass(rules: tuple[Rule, ...], kind: str, facts: Mapping[str, Value]) -> bool:
    """Return whether this is one of the two things that one person may do alone."""
    if facts["restored_lately"] is True or not any(need.text == "on shift" for rule in rules for need in rule.needs):
        return False
    roles = [set(rule.propose) for rule in rules if rule.propose]
    if kind == "account.freeze":
        brief = 1 <= int(facts["duration_minutes"]) <= BRIEF_MINUTES
        return brief and int(facts["brief_freezes_today"]) < BRIEF_A_DAY and {"duty manager"} in roles
    if kind == "post.hide":
        return (
            facts["reason"] in URGENT_REASONS
            and int(facts["urgent_posts_today"]) < URGENT_A_DAY
            and {"reviewer"} in roles
        )
    return False


def _cases(rulebook: Rulebook, kind: str, *, protected: bool) -> Iterator[dict[str, Value]]:
    """Yield every case that a rule about this kind can tell apart."""
    for tier in TIERS[1:] if protected else TIERS:
        terms = [rule.when for rule in rulebook.rules if kind in rule.kinds]
        points = _points([term for term in terms if _possible(term, tier)])
        names = sorted(points)
        if prod(len(points[name]) for name in names) * len(TIERS) > MOST_CASES:
            raise RulebookError("rule", f"the rules about {kind} tell too many cases apart to try them all")
        for values in product(*(points[name] for name in names)):
            yield dict(zip(names, values, strict=True)) | {"kind": kind, "tier": tier, "protected": tier != TIERS[0]}


def _possible(term: Term, tier: str) -> bool:
    """Return whether a term that asks for one tier, among other things, could hold of this one."""
    parts = term.parts if isinstance(term, And) else (term,)
    asked = [part for part in parts if isinstance(part, Compare) and (part.name, part.op) == ("tier", "==")]
    return all(part.value == tier for part in asked)


def _points(terms: list[Term]) -> dict[str, list[Value]]:
    """Return, for each name, values among which is one for every way the terms can go."""
    leaves = [leaf for term in terms for leaf in comparisons(term)]
    points: dict[str, list[Value]] = {}
    for name, declared in SUBJECT_NAMES.items():
        if name not in _SET_HERE:
            spoken = [leaf for leaf in leaves if leaf.name == name]
            points[name] = sorted(_tell_apart(declared, spoken) | _ALWAYS.get(name, frozenset()), key=str)
    return points


def _tell_apart(declared: Declared, spoken: list[Compare | Name]) -> set[Value]:
    """Return one value of a name for every way the terms that speak of it can go."""
    named: set[Value] = {leaf.value for leaf in spoken if isinstance(leaf, Compare)}
    if declared.type is bool:
        return {False, True} if spoken else {False}
    if declared.type is str:
        any_other: set[Value] = {"(any other)"} if declared.values is None else set(declared.values)
        return named | any_other if spoken else {min(any_other, key=str)}
    near: set[Value] = {int(value) + step for value in named for step in (-1, 0, 1)}
    return {value for value in near if int(value) >= declared.least} | {declared.least}


#: The borders of what is allowed alone are tried whether or not a rule speaks of them.
_ALWAYS: Final[Mapping[str, frozenset[Value]]] = {
    "restored_lately": frozenset({False, True}),
    "hidden_as_grave": frozenset({False, True}),
    "duration_minutes": frozenset({0, 1, BRIEF_MINUTES, BRIEF_MINUTES + 1}),
    "brief_freezes_today": frozenset({0, BRIEF_A_DAY}),
    "urgent_posts_today": frozenset({0, URGENT_A_DAY}),
    "reason": frozenset({"", *URGENT_REASONS}),
}


def _spoken(rulebook: Rulebook, kind: str, facts: Mapping[str, Value]) -> str:
    """Return the facts that matter here, for the error."""
    leaves = {leaf.name for rule in rulebook.rules if kind in rule.kinds for leaf in comparisons(rule.when)}
    said = sorted((leaves - {"kind", "protected"}) | {"tier"})
    return ", ".join(f"{name} is {str(facts[name]).lower() or 'empty'}" for name in said)
