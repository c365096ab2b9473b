"""A prepared statement is put together once for each shape of its arguments, and asked with other values each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Executable, Select, create_engine, literal, select

from gardefou.storage.among import among
from gardefou.storage.prepared import MOST_SHAPES, prepared


class Side(Enum):
    """A word that is shape."""

    LEFT = "left"


@dataclass(frozen=True)
class Part:
    """Values and shape together."""

    count: int
    below: int | None = None


built: list[object] = []


@prepared
def _wanted(number: int, names: list[str], part: Part, *, exact: bool, side: Side = Side.LEFT) -> Executable:
    built.append(side)
    rows = select(literal(1).label("one")).subquery()
    found = select((rows.c.one == number).label("same")).where(among(literal("a"), names)).limit(part.count)
    if part.below is not None:
        found = found.where(rows.c.one < part.below)
    return found if exact else found.where(rows.c.one > 0)


def test_values_are_filled_in_and_shapes_are_built() -> None:
    built.clear()
    first, values = _wanted(1, ["a"], Part(5), exact=True)
    again, others = _wanted(2, ["a", "b"], Part(7), exact=True)
    assert first is again
    assert (values["number"], others["number"], others["part_count"]) == (1, 2, 7)
    assert _wanted(1, ["a"], Part(5), exact=False)[0] is not first
    assert _wanted(1, ["a"], Part(5, below=3), exact=True)[0] is not first
    assert len(built) == 3
    assert _answer(first, values) == [True]
    assert _answer(again, others) == [False]
    assert _answer(*_wanted(1, ["b"], Part(5), exact=True)) == []
    assert _answer(*_wanted(1, ["a"], Part(5, below=1), exact=True)) == []


def _answer(statement: Executable, values: Mapping[str, Any]) -> list[bool]:
    with create_engine("sqlite://").connect() as connection:
        return [row.same for row in connection.execute(statement, values)]


def test_no_more_shapes_are_kept_than_there_is_room_for() -> None:
    built.clear()

    @prepared
    def of(kind: tuple[int, ...]) -> Select[tuple[int]]:
        built.append(kind)
        return select(literal(len(kind)))

    for number in range(2 * MOST_SHAPES + 1):
        of((number,))
    of((0,))
    assert len(built) == 2 * MOST_SHAPES + 2
