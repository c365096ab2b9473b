"""TOML → rulebook. Whatever is missing, unknown, doubled or of the wrong type is refused, naming the key and why."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from gardefou.guard.errors import RulebookError
from gardefou.guard.facts import KINDS, MACHINES, RESTORING, ROLES, SILENCING, TIERS
from gardefou.guard.rulebook import (
    MACHINE,
    POLICY_CLAUSE,
    SIGNATURE,
    UNITS,
    Clause,
    Need,
    Rule,
    Rulebook,
    witness_within,
)
from gardefou.guard.terms import PERSON_NAMES, SUBJECT_NAMES, TIER_NAMES, Term, parse

MOST_PEOPLE: Final = 9
LONGEST: Final = 512 * 1024
#: What is shown as part of a line, and what is read as a clause of the policy, in characters.
LONGEST_NAME: Final = 100
LONGEST_CLAUSE: Final = 2000

_DURATION: Final = re.compile(r"([1-9][0-9]{0,5}) (s|min|h)")
_CLAUSE: Final = re.compile(r"[A-Za-z0-9.-]{1,40}")
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLAIN_NEEDS: Final = frozenset({"on shift", "evidence", "reason", POLICY_CLAUSE, SIGNATURE})
_EXTRA: Final = ("reviewer", "duty manager")

_TOP_KEYS: Final = frozenset({"name", "tier", "rule", "veto", "settings", "policy"})
_RULE_KEYS: Final = frozenset(
    {"id", "kind", "when", "propose", "approve", "needs", "hold", "approve_within", "execute_within"}
)

_MISSING: Final = object()


def _hidden(value: str) -> str:
    """Return the first character that is not shown as itself on one line; nothing when there is none."""
    return next((c for c in value if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"), "")


class _Table:
    """One TOML table, read key by key; what was not declared is an error."""

    def __init__(self, value: object, key: str, known: frozenset[str]) -> None:
        if not isinstance(value, dict):
            raise RulebookError(key, "must be a table")
        self.key = key
        self.values: Mapping[str, object] = value
        for name in value:
            if name not in known:
                raise RulebookError(self.at(name), f"unknown key; known here: {', '.join(sorted(known))}")

    def at(self, name: str) -> str:
        """Return the full name of a key."""
        shown = ascii(name[:LONGEST_NAME])[1:-1] if _hidden(name) or len(name) > LONGEST_NAME else name
        return f"{self.key}.{shown}" if self.key else shown

    def has(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str) -> object:
        """Return a value that must be there."""
        value = self.values.get(name, _MISSING)
        if value is _MISSING:
            raise RulebookError(self.at(name), "missing")
        return value

    def text(self, name: str) -> str:
        """Return a string that must be there and not be empty."""
        value = self.get(name)
        if not isinstance(value, str) or not value.strip():
            raise RulebookError(self.at(name), f"must be a string that is not empty, not {value!r}")
        return value

    def line(self, name: str, longest: int) -> str:
        """Return a string that can be shown on one line as it is: nothing in it moves a cursor or hides a word."""
        value = self.text(name)
        if len(value) > longest:
            raise RulebookError(self.at(name), f"longer than {longest} characters")
        hidden = _hidden(value)
        if hidden:
            raise RulebookError(self.at(name), f"must be one line of plain words, without U+{ord(hidden):04X}")
        return value

    def texts(self, name: str, known: Sequence[str] | frozenset[str]) -> tuple[str, ...]:
        """Return one known string or several."""
        value = self.get(name)
        items = value if isinstance(value, list) else [value]
        if not items:
            raise RulebookError(self.at(name), "must not be empty")
        for item in items:
            if not isinstance(item, str) or item not in known:
                raise RulebookError(self.at(name), f"unknown {item!r}; known here: {', '.join(known)}")
        if len(set(items)) != len(items):
            raise RulebookError(self.at(name), "names something twice")
        return tuple(str(item) for item in items)

    def duration(self, name: str) -> int:
        """Return a length of time in microseconds; 0 when it is not given."""
        if not self.has(name):
            return 0
        found = _DURATION.fullmatch(self.text(name))
        if found is None:
            raise RulebookError(self.at(name), f'must be like "30 s", "10 min" or "2 h", not {self.get(name)!r}')
        return int(found[1]) * UNITS[found[2]]


def read(text: str) -> Rulebook:
    """Read a rulebook; whether one person could use it alone is not looked at here.

    Raises:
        RulebookError: the text is not a rulebook.
    """
    if len(text) > LONGEST:
        raise RulebookError("the file", f"longer than {LONGEST} characters")
    try:
        top = _Table(tomllib.loads(text), "", _TOP_KEYS)
        digest = sha256(text.encode()).digest()
    except (ValueError, RecursionError) as error:  # No TOML, no UTF-8, or a number of thousands of digits.
        raise RulebookError("the file", f"is not TOML: {error}") from error
    veto = _Table(top.get("veto"), "veto", frozenset({"role"}))
    settings = _Table(top.values.get("settings", {}), "settings", frozenset({"extra_role"}))
    policy, rules = _policy(top), _rules(top.get("rule"))
    _check_policy(policy, rules)
    return Rulebook(
        name=top.line("name", LONGEST_NAME),
        digest=digest,
        tiers=_tiers(top),
        rules=rules,
        veto=veto.texts("role", ROLES),
        extra=settings.texts("extra_role", ROLES) if settings.has("extra_role") else _EXTRA,
        policy=policy,
    )


def _policy(top: _Table) -> dict[str, str]:
    """Read the clauses of the house's policy: what each is called, and its words."""
    value = top.values.get("policy", {})
    table = _Table(value, "policy", frozenset(value) if isinstance(value, dict) else frozenset())
    for name in table.values:
        if not _CLAUSE.fullmatch(name):
            raise RulebookError(table.at(name), "a clause is called by 1 to 40 letters, digits, dots and hyphens")
    return {name: table.line(name, LONGEST_CLAUSE) for name in table.values}


def _check_policy(policy: Mapping[str, str], rules: Sequence[Rule]) -> None:
    """A rule that asks for a clause where there is none could never be met."""
    for rule in rules:
        if not policy and any(need.text == POLICY_CLAUSE for need in rule.needs):
            raise RulebookError(f"rule {rule.id}.needs", f"“{POLICY_CLAUSE}” can never be met: [policy] names none")


def _tiers(top: _Table) -> dict[str, Term]:
    tiers = _Table(top.values.get("tier", {}), "tier", frozenset(TIERS[1:]))
    found = {}
    for name in tiers.values:
        tier = _Table(tiers.get(name), tiers.at(name), frozenset({"when"}))
        found[name] = parse(tier.text("when"), TIER_NAMES, key=tier.at("when"))
    return found


def _rules(value: object) -> tuple[Rule, ...]:
    if not isinstance(value, list) or not value:
        raise RulebookError("rule", "must be a list of [[rule]] tables that is not empty")
    rules: dict[str, Rule] = {}
    for place, item in enumerate(value, 1):
        rule = _rule(_Table(item, f"rule {place}", _RULE_KEYS))
        if rule.id in rules:
            raise RulebookError(f"rule {rule.id}.id", "two rules have this id")
        rules[rule.id] = rule
    return tuple(rules.values())


def _rule(table: _Table) -> Rule:
    name = table.text("id")
    if not _ID.fullmatch(name):
        raise RulebookError(table.at("id"), f"must be lower-case words joined by hyphens, not {name!r}")
    table.key = f"rule {name}"
    when = table.text("when")
    rule = Rule(
        id=name,
        kinds=frozenset(table.texts("kind", sorted(KINDS))),
        when=parse(when, SUBJECT_NAMES, key=table.at("when")),
        when_text=when,
        propose=_propose(table),
        approve=_clauses(table),
        needs=_needs(table),
        hold=table.duration("hold"),
        approve_within=table.duration("approve_within"),
        execute_within=table.duration("execute_within"),
    )
    _check_clocks(rule)
    return rule


def _propose(table: _Table) -> tuple[str, ...]:
    if not table.has("propose"):
        return ()
    propose = _Table(table.get("propose"), table.at("propose"), frozenset({"role", "machine"}))
    if propose.has("role") == propose.has("machine"):
        raise RulebookError(propose.key, "names either a role or a machine")
    if propose.has("machine"):
        return tuple(MACHINE + name for name in propose.texts("machine", MACHINES))
    return propose.texts("role", ROLES)


def _clauses(table: _Table) -> tuple[Clause, ...]:
    if not table.has("approve"):
        return ()
    value = table.get("approve")
    if not isinstance(value, list) or not value:
        raise RulebookError(table.at("approve"), "must be a list of clauses that is not empty")
    clauses = tuple(_clause(item, f"{table.at('approve')} {place}") for place, item in enumerate(value, 1))
    if sum(clause.n for clause in clauses) > MOST_PEOPLE:
        raise RulebookError(table.at("approve"), f"asks more than {MOST_PEOPLE} people")
    return clauses


def _clause(value: object, key: str) -> Clause:
    table = _Table(value, key, frozenset({"n", "role", "other"}))
    n = table.get("n")
    if type(n) is not int or not 1 <= n <= MOST_PEOPLE:
        raise RulebookError(table.at("n"), f"must be an integer from 1 to {MOST_PEOPLE}, not {n!r}")
    other = table.texts("other", ("team", "employer")) if table.has("other") else ("",)
    if len(other) != 1:
        raise RulebookError(table.at("other"), 'must be "team" or "employer"')
    return Clause(n=n, roles=table.texts("role", ROLES), other=other[0])


def _needs(table: _Table) -> tuple[Need, ...]:
    if not table.has("needs"):
        return ()
    key = table.at("needs")
    value = table.get("needs")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RulebookError(key, "must be a list of strings")
    if len(set(value)) != len(value):
        raise RulebookError(key, "names something twice")
    return tuple(_need(item, key) for item in value)


def _need(item: str, key: str) -> Need:
    if item in _PLAIN_NEEDS or witness_within([item]):
        return Need(text=item)
    if item.split(" ", 1)[0] == "witness":
        raise RulebookError(key, f'a fresh witness is asked for as in "witness <= 10 min", not {item!r}')
    return Need(text=item, term=parse(item, PERSON_NAMES, key=key))


def _check_clocks(rule: Rule) -> None:
    """Nothing waits for ever, nothing that silences happens late (promise 5), and bringing back waits for nothing."""
    witness = witness_within(need.text for need in rule.needs)
    if (rule.approve or rule.hold or witness) and not rule.approve_within:
        what = "approvers or a hold" if rule.approve or rule.hold else "a need of a witness"
        raise RulebookError(f"rule {rule.id}.approve_within", f"missing: a rule with {what} says how long")
    if witness and rule.kinds & RESTORING:
        raise RulebookError(f"rule {rule.id}.needs", "bringing back needs no witness")
    if rule.propose and rule.kinds & SILENCING and not rule.execute_within:
        raise RulebookError(f"rule {rule.id}.execute_within", "missing: nothing that silences may happen late")
