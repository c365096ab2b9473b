"""Statements that are put together once, for pages that are read all the time.

A page of posts asks some thirty predicates; putting them together anew costs more than the database needs to answer.
`prepared` runs the function that does it once for each shape its arguments can have, with a parameter in the place of
each value, and afterwards only fills in the values.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache, wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Executable, LargeBinary, Text, bindparam
from sqlalchemy.types import TypeEngine

from gardefou.storage.among import BYTES, NUMBERS, WORDS
from gardefou.storage.metadata import Int64

Given = ParamSpec("Given")
Made = TypeVar("Made", bound=Executable)
#: How many shapes of one statement are kept.
MOST_SHAPES = 64


def prepared(build: Callable[Given, Made]) -> Callable[Given, tuple[Made, Mapping[str, Any]]]:
    """Return a function that gives a statement and the values to ask it with: `tx.all(*wanted(...))`.

    Args:
        build: puts the statement together from its arguments. Whole numbers, texts, bytes and lists are the values:
            it gets a parameter for each, and must do nothing with it but compare, with a list by `among`. Everything
            else, such as None, yes and no, and members of an enumeration, is the statement's shape, and comes as it is;
            a dataclass is looked into, field by field.
    """
    asked = signature(build).parameters
    names, usual = tuple(asked), {name: one.default for name, one in asked.items() if one.default is not one.empty}
    made: dict[tuple[Hashable, ...], Made] = {}

    @wraps(build)
    def wanted(*args: Given.args, **kwargs: Given.kwargs) -> tuple[Made, Mapping[str, Any]]:
        # As `Signature.bind` would, which is slow; who gives too little is told when the statement is built.
        arguments = usual | dict(zip(names, args, strict=False)) | kwargs
        shape: list[Hashable] = []
        values: dict[str, Any] = {}
        for name, value in _parts(arguments):
            kind = _kind(value)
            shape.append((name, value if kind is None else kind))
            if kind is not None:
                values[name] = value
        statement = made.get(tuple(shape))
        if statement is None:
            if len(made) >= MOST_SHAPES:
                made.clear()
            open_arguments = {name: _open(name, value) for name, value in arguments.items()}
            statement = made[tuple(shape)] = build(**open_arguments)  # type: ignore[call-arg]  # the very arguments
        return statement, values

    return wanted


def _parts(arguments: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return every argument, a dataclass field by field, under a name of its own."""
    found: list[tuple[str, Any]] = []
    for name, value in arguments.items():
        inside = _inside(value.__class__)
        if inside:
            found += _parts({f"{name}_{one}": getattr(value, one) for one in inside})
        else:
            found.append((name, value))
    return found


@cache
def _inside(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass; none of what is none."""
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()


def _open(name: str, value: Any) -> Any:
    """Return a parameter in the place of a value; what is no value as it is."""
    inside = _inside(value.__class__)
    if inside:
        return replace(value, **{one: _open(f"{name}_{one}", getattr(value, one)) for one in inside})
    kind = _kind(value)
    if kind is None:
        return value
    return bindparam(name, type_=_TYPES[kind])


_TYPES: dict[tuple[str, str], TypeEngine[Any]] = {
    ("one", "int"): Int64,
    ("one", "str"): Text(),
    ("one", "bytes"): LargeBinary(),
    ("many", "int"): NUMBERS,
    ("many", "str"): WORDS,
    ("many", "bytes"): BYTES,
}


def _kind(value: Any) -> tuple[str, str] | None:
    """Return what kind of value it is, one or many; None for what is none."""
    if isinstance(value, list):
        return ("many", type(value[0]).__name__ if value else "int")
    return _kind_of_one(value.__class__)


@cache
def _kind_of_one(kind: type) -> tuple[str, str] | None:
    value = issubclass(kind, int | str | bytes) and not issubclass(kind, bool | Enum)
    return ("one", kind.__name__) if value else None
