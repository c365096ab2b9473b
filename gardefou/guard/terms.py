"""The guard language: and, or, not; comparisons of a name with an integer, a boolean or a named value. Nothing else.

    tier == 'critical' and not (1 <= duration_minutes <= 15)

Text is parsed by Python's own `ast` and turned at once into small frozen terms; none of it is ever executed. Every name
is declared with its type. A comparison has a name on one side and a value on the other, so that whoever checks a
rulebook may try the finitely many values at which a term can change its mind, and miss nothing.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gardefou.guard.errors import MissingFactError, RulebookError
from gardefou.guard.facts import KINDS, ROLES, TIERS, Value

LONGEST: Final = 2_000
LARGEST: Final = 2**53
DEEPEST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A name's type and, for a named value, the values it can have; `least` bounds an integer from below."""

    type: type[int] | type[bool] | type[str]
    values: frozenset[str] | None = None
    least: int = 0


_INT = Declared(type=int)
_BOOL = Declared(type=bool)
_STR = Declared(type=str)


def _one_of(*values: str) -> Declared:
    return Declared(type=str, values=frozenset(values))


#: What a rule's `when` may speak of: the subject and the request.
SUBJECT_NAMES: Final[Mapping[str, Declared]] = {
    "kind": _one_of(*KINDS),
    "tier": _one_of(*TIERS),
    "protected": _BOOL,
    "roster": _one_of("", "notable", "critical"),
    "assigned_tier": _one_of("", *TIERS),
    "office": _BOOL,
    "followers": _INT,
    "peak_followers_90d": _INT,
    "restored_lately": _BOOL,
    "duration_minutes": _INT,
    "brief_freezes_today": _INT,
    "urgent_posts_today": _INT,
    "acts_by_person_1h": _INT,
    "acts_by_house_1h": _INT,
    "reach_this_shift": _INT,
    "weakens": _BOOL,
    "role": _one_of("", *ROLES),
    "hidden_as_grave": _BOOL,
    "set_end_passed": _BOOL,
    "reason": _STR,
    "subject_kind": _one_of("account", "post", "statement", "person", "house"),
}

#: What a tier's `when` may speak of: the account alone, so that no request can choose its own tier.
TIER_NAMES: Final[Mapping[str, Declared]] = {
    name: SUBJECT_NAMES[name] for name in ("roster", "office", "followers", "peak_followers_90d")
}

#: What `needs` may ask of each person.
PERSON_NAMES: Final[Mapping[str, Declared]] = {"engagement_days": _INT, "engagement_days_left": _INT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """An integer, a boolean or a named value."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A declared name; alone it must be a boolean."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A name compared with a value."""

    name: str
    op: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The contrary."""

    part: "Term"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of them."""

    parts: tuple["Term", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """At least one of them."""

    parts: tuple["Term", ...]


Term = Constant | Name | Compare | Not | And | Or

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SIGNS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_TURNED: Final[Mapping[str, str]] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TYPE_WORDS: Final[Mapping[type, str]] = {int: "an integer", bool: "true or false", str: "a named value"}


def parse(text: str, names: Mapping[str, Declared], *, key: str) -> Term:
    """Read a term that is true or false.

    Args:
        text: the guard language.
        names: the names it may speak of.
        key: where in the rulebook it stands, for the error.

    Raises:
        RulebookError: the text is outside the language.
    """
    if len(text) > LONGEST:
        raise RulebookError(key, f"longer than {LONGEST} characters")
    if "#" in text:
        raise RulebookError(key, "has a comment inside; put it on a line of its own, outside the quotation marks")
    try:
        tree = ast.parse(" ".join(line.strip() for line in text.splitlines()).strip(), mode="eval")
        return _Reader(names, key).term(tree.body)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise RulebookError(key, f"cannot be read: {text!r}") from error


class _Reader:
    """Turns one parsed text into terms."""

    def __init__(self, names: Mapping[str, Declared], key: str) -> None:
        self.names = names
        self.key = key
        self.depth = 0

    def error(self, why: str) -> RulebookError:
        return RulebookError(self.key, why)

    def term(self, node: ast.expr) -> Term:
        """Return a term that is true or false."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"nested more than {DEEPEST} deep")
        read = self.any_term(node)
        self.depth -= 1
        return read

    def any_term(self, node: ast.expr) -> Term:
        """Return a term, its depth having been looked at."""
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return And(parts=tuple(self.term(value) for value in values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return Or(parts=tuple(self.term(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(part=self.term(operand))
            case ast.Compare():
                return self.comparison(node)
        side = self.side(node)
        kind = self.declared(side).type if isinstance(side, Name) else type(side.value)
        if kind is not bool:
            raise self.error(f"{ast.unparse(node)!r} is {_TYPE_WORDS[kind]}, not true or false")
        return side

    def comparison(self, node: ast.Compare) -> Term:
        """Return a comparison; `1 <= n <= 15` is two of them."""
        sides = [self.side(side) for side in (node.left, *node.comparators)]
        signs = [_SIGNS.get(type(op)) for op in node.ops]
        parts = tuple(
            self.pair(left, sign, right, node) for left, sign, right in zip(sides[:-1], signs, sides[1:], strict=True)
        )
        return parts[0] if len(parts) == 1 else And(parts=parts)

    def pair(self, left: Name | Constant, sign: str | None, right: Name | Constant, whole: ast.Compare) -> Compare:
        """Return one comparison of a name with a value, the name first."""
        if sign is None:
            raise self.error(f"{ast.unparse(whole)!r} compares by something other than ==, !=, <, <=, > or >=")
        if isinstance(left, Constant) and isinstance(right, Name):
            left, sign, right = right, _TURNED[sign], left
        if not isinstance(left, Name) or not isinstance(right, Constant):
            raise self.error(f"{ast.unparse(whole)!r} does not compare a name with a value")
        declared = self.declared(left)
        if type(right.value) is not declared.type:
            raise self.error(f"{left.name} is {_TYPE_WORDS[declared.type]}, never {right.value!r}")
        if declared.type is not int and sign not in {"==", "!="}:
            raise self.error(f"{left.name} is {_TYPE_WORDS[declared.type]}, so only == and != compare it")
        if declared.values is not None and right.value not in declared.values:
            known = ", ".join(repr(value) for value in sorted(declared.values))
            raise self.error(f"{left.name} is never {right.value!r}; it is one of {known}")
        return Compare(name=left.name, op=sign, value=right.value)

    def side(self, node: ast.expr) -> Name | Constant:
        """Return a name or a value."""
        match node:
            case ast.Name(id="true"):
                return Constant(value=True)
            case ast.Name(id="false"):
                return Constant(value=False)
            case ast.Name(id=name):
                found = Name(name=name)
                self.declared(found)
                return found
            case ast.Constant(value=bool() | int() | str() as value):
                if isinstance(value, int) and value > LARGEST:
                    raise self.error(f"{value} is too large")
                return Constant(value=value)
        raise self.error(f"{ast.unparse(node)!r} is outside the guard language")

    def declared(self, name: Name) -> Declared:
        """Return what is known of a name."""
        if name.name not in self.names:
            raise self.error(f"unknown name {name.name!r}; known here: {', '.join(sorted(self.names))}")
        return self.names[name.name]


def holds(term: Term, values: Mapping[str, Value]) -> bool:
    """Return whether a term is true of these values; total on values that `check` accepts."""
    match term:
        case Constant(value=value):
            return value is True
        case Name(name=name):
            return _fact(values, name) is True
        case Compare(name=name, op=op, value=value):
            return _OPERATORS[op](_fact(values, name), value)
        case Not(part=part):
            return not holds(part, values)
        case And(parts=parts):
            return all(holds(part, values) for part in parts)
        case Or(parts=parts):
            return any(holds(part, values) for part in parts)


def _fact(values: Mapping[str, Value], name: str) -> Value:
    try:
        return values[name]
    except KeyError as error:
        raise MissingFactError(f"the guard was asked without {name}", name=name) from error


def check(values: Mapping[str, Value], names: Mapping[str, Declared]) -> None:
    """Insist that every declared name has a value of its type.

    Raises:
        MissingFactError: one is missing or of another type.
    """
    for name, declared in names.items():
        value = _fact(values, name)
        if type(value) is not declared.type:
            raise MissingFactError(f"{name} must be {_TYPE_WORDS[declared.type]}, not {value!r}", name=name)
        if declared.values is not None and value not in declared.values:
            raise MissingFactError(f"{name} is never {value!r}", name=name)


def comparisons(term: Term) -> Iterator[Compare | Name]:
    """Walk the leaves of a term that depend on a name."""
    match term:
        case Compare() | Name():
            yield term
        case Not(part=part):
            yield from comparisons(part)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from comparisons(part)
        case Constant():
            return
