"""Rules as frozen values, and which of them speak about a request.

All matching rules apply: their places add up, their needs are joined, the longest hold and the shortest clocks win. A
rule without `propose` only adds conditions; where no rule says who may propose, nobody may.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gardefou.guard.errors import RulebookError
from gardefou.guard.facts import TIERS, Value, by_rank
from gardefou.guard.terms import SUBJECT_NAMES, Term, check, holds

#: How a place that several roles may fill is written: "reviewer or duty manager".
OR = " or "

#: The need that an order names a clause of the rulebook's own policy.
POLICY_CLAUSE = "policy clause"

#: The need that whoever proposes or approves signs for it with a credential of their own.
SIGNATURE = "signature"

#: The need that outsiders have signed a head of the record lately: `witness <= 10 min`.
_WITNESS: Final = re.compile(r"witness <= ([1-9][0-9]{0,5}) (s|min|h)")

_SECOND: Final = 1_000_000
UNITS: Final = {"s": _SECOND, "min": 60 * _SECOND, "h": 3600 * _SECOND}

#: How a machine is written where roles are listed.
MACHINE = "machine "


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`n` people of these roles, the proposer not counted; `other` says from whom they must differ, and in what."""

    n: int
    roles: tuple[str, ...]
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A condition besides people and time; `term` is asked of the proposer and of each approver."""

    text: str
    term: Term | None = None

    @property
    def personal(self) -> bool:
        """Whether it is asked of each person rather than of the request."""
        return self.term is not None or self.text in ("on shift", SIGNATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the rulebook; lengths of time in microseconds, 0 for none."""

    id: str
    kinds: frozenset[str]
    when: Term
    when_text: str
    propose: tuple[str, ...] = ()
    approve: tuple[Clause, ...] = ()
    needs: tuple[Need, ...] = ()
    hold: int = 0
    approve_within: int = 0
    execute_within: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The rules in force, and the digest of the text they were read from.

    `policy` has the clauses of the house's policy that an order may name, each with its words.
    """

    name: str
    digest: bytes
    tiers: Mapping[str, Term]
    rules: tuple[Rule, ...]
    veto: tuple[str, ...]
    extra: tuple[str, ...]
    policy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Room for one person: of which role, differing in what, by which rule; `because` marks one added later."""

    role: str
    other: str = ""
    rule: str = ""
    because: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that may fill it."""
        return tuple(self.role.split(OR))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the matching rules ask together; a machine that may propose is written `machine clock`."""

    rules: tuple[str, ...]
    propose: tuple[tuple[str, tuple[str, ...]], ...]
    places: tuple[Place, ...]
    hold: int
    approve_within: int
    execute_within: int
    needs: frozenset[str]


def tier_of(rulebook: Rulebook, values: Mapping[str, Value]) -> str:
    """Return the tier in force: the highest of the computed, the assigned and the reached one.

    Raises:
        MissingFactError: a fact that a tier is computed from is missing.
    """
    computed = next(
        (tier for tier in reversed(TIERS) if tier in rulebook.tiers and holds(rulebook.tiers[tier], values)), TIERS[0]
    )
    kept = higher(str(values.get("assigned_tier", "")), str(values.get("reached_tier", "")))
    return higher(computed, kept)


def higher(one: str, other: str) -> str:
    """Return the higher of two tiers; an empty one counts for nothing."""
    return max((one or TIERS[0], other or TIERS[0]), key=TIERS.index)


def settled(rulebook: Rulebook, kind: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the facts with the tier settled here, whatever lower tier the caller had read.

    Raises:
        MissingFactError: a declared fact is missing or of another type.
    """
    facts: dict[str, Value] = {"assigned_tier": "", **values, "kind": kind}
    check(facts, SUBJECT_NAMES)
    tier = higher(tier_of(rulebook, facts), str(facts["tier"]))
    return {**facts, "tier": tier, "protected": tier != TIERS[0] or facts["protected"] is True}


def matching(rulebook: Rulebook, kind: str, facts: Mapping[str, Value]) -> tuple[Rule, ...]:
    """Return the rules that speak about settled facts: none when no rule says who may propose."""
    found = tuple(rule for rule in rulebook.rules if kind in rule.kinds and holds(rule.when, facts))
    return found if any(rule.propose for rule in found) else ()


def plan(rulebook: Rulebook, kind: str, values: Mapping[str, Value]) -> Plan | None:
    """Return what the matching rules ask together; none when nobody may do this.

    Raises:
        MissingFactError: a declared fact is missing or of another type.
        RulebookError: the kind is unknown.
    """
    if kind not in (SUBJECT_NAMES["kind"].values or ()):
        raise RulebookError("kind", f"unknown kind {kind!r}")
    rules = matching(rulebook, kind, settled(rulebook, kind, values))
    return together(rules) if rules else None


def together(rules: tuple[Rule, ...]) -> Plan:
    """Return what these rules ask together."""
    return Plan(
        rules=tuple(rule.id for rule in rules),
        propose=tuple((rule.id, rule.propose) for rule in rules if rule.propose),
        places=tuple(
            Place(role=named(clause.roles), other=clause.other, rule=rule.id)
            for rule in rules
            for clause in rule.approve
            for _ in range(clause.n)
        ),
        hold=max(rule.hold for rule in rules),
        approve_within=_shortest(rule.approve_within for rule in rules),
        execute_within=_shortest(rule.execute_within for rule in rules),
        needs=frozenset(need.text for rule in rules for need in rule.needs),
    )


def named(roles: tuple[str, ...]) -> str:
    """Write roles as a place does."""
    return OR.join(by_rank(frozenset(roles)))


def witness_within(needs: Iterable[str]) -> int:
    """Return how old a co-signed head of the record may be by these needs, in microseconds; 0 where none asks."""
    found = (_WITNESS.fullmatch(need) for need in needs)
    return _shortest(int(one[1]) * UNITS[one[2]] for one in found if one)


def asks_for_witness(rulebook: Rulebook) -> bool:
    """Return whether any rule asks that outsiders have signed a head of the record lately."""
    return any(witness_within(need.text for need in rule.needs) for rule in rulebook.rules)


def _shortest(lengths: Iterable[int]) -> int:
    return min((length for length in lengths if length), default=0)
