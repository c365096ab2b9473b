"""What a report can be about, as the numbered rules that clients offer: the gravest is number 1."""

from collections.abc import Collection
from typing import Any

from gardefou.network.api.errors import ParameterError
from gardefou.network.ports import Neighbours
from gardefou.words import gettext as _


def rules(neighbours: Neighbours) -> list[dict[str, Any]]:
    """Return the rules, in the words of the language spoken now."""
    choices = enumerate(neighbours.categories(), start=1)
    return [{"id": str(number), "text": choice.label, "hint": ""} for number, choice in choices]


def rules_of_category(neighbours: Neighbours, category: str) -> list[dict[str, Any]]:
    """Return the rule that a category of the house's is, as a list of one; of none it is none."""
    numbered = zip(rules(neighbours), neighbours.categories(), strict=True)
    return [rule for rule, choice in numbered if choice.value == category]


def category_of_rules(neighbours: Neighbours, rule_ids: Collection[int]) -> str:
    """Return the house's category for some rules: that of the gravest.

    Raises:
        ParameterError: one of them is no rule of ours, or there is none.
    """
    choices = neighbours.categories()
    if not rule_ids or not all(1 <= one <= len(choices) for one in rule_ids):
        raise ParameterError(_("%(name)s is not what it must be", name="rule_ids"), name="rule_ids")
    return choices[min(rule_ids) - 1].value
