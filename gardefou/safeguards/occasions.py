"""Which rules speak together, on the occasions that a rulebook tells apart: kind by kind, tier by tier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from gardefou.guard.facts import TIERS, Value
from gardefou.guard.rulebook import MACHINE, Rule, Rulebook, matching, settled, together
from gardefou.guard.terms import SUBJECT_NAMES
from gardefou.orders.kinds import SHAPES, Kind

ON_SHIFT: Final = "on shift"
#: What a plain day leaves out and rules often ask for; whatever else they ask, a rule is looked at by itself.
_VARIED: Final[Mapping[str, tuple[Value, ...]]] = {
    "restored_lately": (False, True),
    "duration_minutes": (0, 15),
    "reason": ("", "child abuse"),
    "weakens": (False, True),
}
_PLAIN: Final[dict[str, Value]] = {
    name: False if declared.type is bool else declared.least if declared.type is int else ""
    for name, declared in SUBJECT_NAMES.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Rules that speak together, and what else asks the very same of people.

    Attributes:
        names: the ids of the rules that say who may propose.
        rules: the rules, all of which must be met.
    """

    names: tuple[str, ...]
    rules: tuple[Rule, ...]


def occasions(book: Rulebook) -> tuple[Occasion, ...]:
    """Return what a rulebook asks of people on shift, each demand once, in the order of its rules."""
    found: dict[object, list[tuple[Rule, ...]]] = {}
    for rules in _sets(book):
        found.setdefault(_demand(rules), []).append(rules)
    order = {rule.id: place for place, rule in enumerate(book.rules)}
    made = [Occasion(names=_names(sets, order), rules=sets[0]) for sets in found.values()]
    return tuple(sorted(made, key=lambda one: order[one.names[0]]))


def _names(sets: list[tuple[Rule, ...]], order: Mapping[str, int]) -> tuple[str, ...]:
    proposing = {rule.id for rules in sets for rule in rules if rule.propose}
    return tuple(sorted(proposing, key=order.__getitem__))


def _sets(book: Rulebook) -> Iterator[tuple[Rule, ...]]:
    """Yield the sets of rules that match somewhere, then every rule that was in none of them, alone."""
    seen: dict[tuple[str, ...], tuple[Rule, ...]] = {}
    for facts in _asked(book):
        rules = matching(book, str(facts["kind"]), settled(book, str(facts["kind"]), facts))
        if _by_people(rules) and any(_on_shift(rule) for rule in rules):
            seen.setdefault(tuple(rule.id for rule in rules), rules)
    yield from seen.values()
    told = {name for ids in seen for name in ids}
    yield from ((rule,) for rule in book.rules if rule.id not in told and _by_people((rule,)) and _on_shift(rule))


def _on_shift(rule: Rule) -> bool:
    return any(need.text == ON_SHIFT for need in rule.needs)


def _by_people(rules: tuple[Rule, ...]) -> bool:
    proposing = [rule.propose for rule in rules if rule.propose]
    return bool(proposing) and not any(role.startswith(MACHINE) for roles in proposing for role in roles)


def _asked(book: Rulebook) -> Iterator[dict[str, Value]]:
    for kind in sorted({kind for rule in book.rules if _on_shift(rule) for kind in rule.kinds}):
        about = SHAPES[Kind(kind)].subject_kind if kind in set(Kind) else kind.partition(".")[0]
        for tier, *values in product(TIERS, *_VARIED.values()):
            varied = dict(zip(_VARIED, values, strict=True))
            tiers = {"tier": tier, "assigned_tier": tier, "protected": tier != TIERS[0]}
            yield _PLAIN | varied | tiers | {"kind": kind, "subject_kind": about}


def _demand(rules: tuple[Rule, ...]) -> object:
    """Return what these rules ask of people: who proposes, which places, and what of each person."""
    proposing = frozenset(rule.propose for rule in rules if rule.propose)
    places = tuple(sorted((place.role, place.other) for place in together(rules).places))
    return proposing, places, frozenset(need.text for rule in rules for need in rule.needs if need.personal)
