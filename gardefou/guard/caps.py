"""Caps: rules that speak because much was silenced of late; which of them an act is past, so that it can be told."""

from collections.abc import Iterator, Mapping

from gardefou.guard.facts import Value
from gardefou.guard.rulebook import Rulebook, matching, settled
from gardefou.guard.terms import Compare, comparisons, holds
from gardefou.guard.verdict import Reason

#: What a cap counts.
COUNTED = frozenset({"acts_by_person_1h", "acts_by_house_1h", "reach_this_shift"})


def caps_met(rulebook: Rulebook, kind: str, values: Mapping[str, Value]) -> Iterator[Reason]:
    """Yield each cap that an act is past: its rule, what is counted, how much that is, and from where on it speaks.

    Raises:
        MissingFactError: a declared fact is missing or of another type.
    """
    facts = settled(rulebook, kind, values)
    for rule in matching(rulebook, kind, facts):
        for one in comparisons(rule.when):
            if isinstance(one, Compare) and one.name in COUNTED and one.op in {">", ">="} and holds(one, facts):
                least = int(one.value) + (one.op == ">")
                fields: dict[str, str | int] = {"rule": rule.id, "cap": one.name, "least": least}
                yield Reason(code="cap", fields={**fields, "had": int(facts[one.name])})
