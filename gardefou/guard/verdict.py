"""The guard's answer: cleared, waiting, held or refused, always a value, never a yes.

A verdict refuses to be tested for truth: callers `match` and end on `assert_never`, so "held" is never taken for "yes".
Its written form is recorded and compared byte for byte when a decision is replayed: keys are appended, never changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeAlias

from gardefou.guard.errors import VerdictFormError, VerdictTruthError
from gardefou.guard.rulebook import Place, Plan

JSON: TypeAlias = "str | int | list[JSON] | dict[str, JSON]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: a stable code, and the fields its words are filled with."""

    code: str
    fields: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What every verdict carries; `filled` says who fills each of the plan's places."""

    reasons: tuple[Reason, ...] = ()
    plan: Plan | None = None
    filled: tuple[str | None, ...] = ()

    def __bool__(self) -> NoReturn:
        raise VerdictTruthError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared(_Answer):
    """It may take effect now."""

    __bool__ = _Answer.__bool__


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(_Answer):
    """People are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(_Answer):
    """Nobody is missing; time is. It takes effect at `until`, unless someone stops it."""

    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(_Answer):
    """It may not take effect."""


Verdict = Cleared | Waiting | Held | Refused

_WORDS: Final[Mapping[str, type[Cleared] | type[Waiting] | type[Refused]]] = {
    "cleared": Cleared,
    "waiting": Waiting,
    "refused": Refused,
}


def to_json(verdict: Verdict) -> dict[str, JSON]:
    """Write a verdict; an open place is an empty string, an absent plan an absent key."""
    written: dict[str, JSON] = {
        "verdict": type(verdict).__name__.lower(),
        "reasons": [{"code": reason.code, "fields": dict(reason.fields)} for reason in verdict.reasons],
        "filled": _texts(person or "" for person in verdict.filled),
    }
    if verdict.plan is not None:
        written["plan"] = _plan_to_json(verdict.plan)
    if isinstance(verdict, Held):
        written["until"] = verdict.until
    return written


def _texts(items: Iterable[str]) -> list[JSON]:
    return list(items)


def _plan_to_json(plan: Plan) -> dict[str, JSON]:
    return {
        "rules": _texts(plan.rules),
        "propose": [[rule, _texts(roles)] for rule, roles in plan.propose],
        "places": [
            {"role": place.role, "other": place.other, "rule": place.rule, "because": place.because}
            for place in plan.places
        ],
        "hold": plan.hold,
        "approve_within": plan.approve_within,
        "execute_within": plan.execute_within,
        "needs": _texts(sorted(plan.needs)),
    }


def from_json(written: Mapping[str, object]) -> Verdict:
    """Read a verdict back.

    Raises:
        VerdictFormError: it is not written as we write them.
    """
    reasons = tuple(_reason(item) for item in _list(written, "reasons"))
    filled = tuple(_str(item) or None for item in _list(written, "filled"))
    plan = _plan_from_json(_dict(written["plan"])) if "plan" in written else None
    word = written.get("verdict")
    if word == "held":
        return Held(reasons=reasons, plan=plan, filled=filled, until=_int(written.get("until")))
    if word not in _WORDS:
        raise VerdictFormError(f"there is no verdict {word!r}")
    return _WORDS[str(word)](reasons=reasons, plan=plan, filled=filled)


def _reason(item: object) -> Reason:
    entry = _dict(item)
    fields = {name: _scalar(value) for name, value in _dict(entry.get("fields")).items()}
    return Reason(code=_str(entry.get("code")), fields=fields)


def _plan_from_json(written: Mapping[str, object]) -> Plan:
    places = [_dict(item) for item in _list(written, "places")]
    return Plan(
        rules=_strings(written.get("rules")),
        propose=tuple((_str(rule), _strings(roles)) for rule, roles in map(_pair, _list(written, "propose"))),
        places=tuple(
            Place(
                role=_str(place.get("role")),
                other=_str(place.get("other")),
                rule=_str(place.get("rule")),
                because=_str(place.get("because")),
            )
            for place in places
        ),
        hold=_int(written.get("hold")),
        approve_within=_int(written.get("approve_within")),
        execute_within=_int(written.get("execute_within")),
        needs=frozenset(_strings(written.get("needs"))),
    )


def _list(written: Mapping[str, object], key: str) -> list[object]:
    value = written.get(key)
    if not isinstance(value, list):
        raise VerdictFormError(f"{key} must be a list")
    return value


def _pair(value: object) -> tuple[object, object]:
    match value:
        case [first, second]:
            return first, second
    raise VerdictFormError(f"{value!r} is not a rule with its roles")


def _dict(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise VerdictFormError(f"{value!r} is not a table")
    return value


def _strings(value: object) -> tuple[str, ...]:
    return tuple(_str(item) for item in _list({"a list": value}, "a list"))


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise VerdictFormError(f"{value!r} is not a string")
    return value


def _int(value: object) -> int:
    if type(value) is not int:
        raise VerdictFormError(f"{value!r} is not an integer")
    return value


def _scalar(value: object) -> str | int:
    return value if isinstance(value, str) else _int(value)
