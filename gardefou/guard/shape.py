"""What is seen of a rulebook at once, without a solver: on a plain day, one person silences no protected account.

It reads a rulebook that was proved when it came into force, many times a day; so it looks at one case for each kind and
tier, and refuses nothing that `prove` accepts. What holds in every case, and over every sequence of orders, is for the
proof alone.
"""

from typing import Final

from gardefou.guard.errors import RulebookError
from gardefou.guard.facts import SILENCING, TIERS, Value
from gardefou.guard.rulebook import MACHINE, Rule, Rulebook, matching
from gardefou.guard.terms import SUBJECT_NAMES

#: Nothing asked for, nothing known, nothing done yet.
_PLAIN: Final[dict[str, Value]] = {
    name: False if declared.type is bool else declared.least if declared.type is int else ""
    for name, declared in SUBJECT_NAMES.items()
}


def check_shape(rulebook: Rulebook) -> None:
    """Insist that on a plain day no single person can silence a protected account, and that one person can restore.

    Raises:
        RulebookError: names the rule and the case.
    """
    for tier in TIERS[1:]:
        for kind in sorted(SILENCING):
            rules = _matching(rulebook, kind, tier)
            if rules and _humans(rules) < 2:  # noqa: PLR2004  # promise 1
                who = next(rule for rule in rules if rule.propose)
                raise RulebookError(f"rule {who.id}", f"one person alone could do {kind} to a {tier} account")
        for kind in ("account.restore", "post.restore"):
            for rule in _matching(rulebook, kind, tier):
                if rule.approve or rule.hold:
                    raise RulebookError(f"rule {rule.id}", "restoring takes one person and no wait")


def _matching(rulebook: Rulebook, kind: str, tier: str) -> tuple[Rule, ...]:
    about = kind.partition(".")[0]
    facts = _PLAIN | {"kind": kind, "subject_kind": about, "tier": tier, "assigned_tier": tier, "protected": True}
    return matching(rulebook, kind, facts)


def _humans(rules: tuple[Rule, ...]) -> int:
    """Return how many distinct people these rules ask for together."""
    proposers = 0 if any(role.startswith(MACHINE) for rule in rules for role in rule.propose) else 1
    return proposers + sum(clause.n for rule in rules for clause in rule.approve)
