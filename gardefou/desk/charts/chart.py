"""A chart as a plain value: what it is called, its columns and rows, and which columns are drawn, and how."""

from dataclasses import dataclass
from enum import StrEnum

from gardefou.clock import DAY, to_iso
from gardefou.words.numbers import duration, number, percent, weekday_and_day, weekday_and_time

#: What stands in a row: a count, an instant or a length in microseconds, a share from 0 to 1, a word; None of nothing.
Value = int | float | str | None


class Kind(StrEnum):
    """What the values of a column are."""

    TIME = "time"
    COUNT = "count"
    LENGTH = "length"
    SHARE = "share"
    WORD = "word"


class Shape(StrEnum):
    """How a column is drawn. What counts is solid, what was taken back is hollow; nine in ten is a broken line."""

    BARS = "bars"
    HOLLOW = "hollow"
    LINE = "line"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the rows.

    Attributes:
        name: what it is called in a file; it never changes.
        title: what it is called on the page; empty for one that stands in files alone.
        kind: what its values are.
        shape: how it is drawn; None for one that is only read.
    """

    name: str
    title: str
    kind: Kind
    shape: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart.

    Attributes:
        key: what it is called in addresses; it never changes.
        title: what it shows.
        about: how it is counted, in a sentence; empty where its title says it all.
        columns: what stands in each row; the first names it.
        rows: the figures.
        words: what each row is called on the page, where its first value is for files; empty where it is an instant.
        step: how long the stretch of each row is; 0 where rows are no stretches.
        edges: where rows are no stretches, what stands where each bar begins.
        under_way: whether the last row's stretch has not ended yet.
        empty: what is said when there is nothing at all.
        lying: whether its bars lie in the table, a row each, and there is no other picture.
    """

    key: str
    title: str
    about: str = ""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    words: tuple[str, ...] = ()
    step: int = 0
    edges: tuple[str, ...] = ()
    under_way: bool = False
    empty: str
    lying: bool = False

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to draw: no row, or nought in all of them."""
        counts = [place for place, column in self.shown if column.kind is Kind.COUNT]
        return not any(row[place] for row in self.rows for place in counts)

    def called(self, place: int) -> str:
        """Return what a row is called on the page."""
        return self.words[place] if self.words else _stretch(int(self.rows[place][0] or 0), self.step)

    @property
    def shown(self) -> tuple[tuple[int, Column], ...]:
        """The columns of the table beside it, but for the first, with their places."""
        return tuple((place, one) for place, one in enumerate(self.columns) if place and one.title)

    def table(self) -> list[tuple[str, list[str]]]:
        """Return the table: what each row is called, and its figures in words; of stretches, the newest first."""
        lines = [
            (self.called(place), [in_words(row[at], column.kind) for at, column in self.shown])
            for place, row in enumerate(self.rows)
        ]
        return lines[::-1] if self.step else lines


def in_words(value: Value, kind: Kind) -> str:
    """Return a value as people read it; a dash of nothing."""
    if value is None:
        return "–"
    match kind:
        case Kind.COUNT:
            return number(int(value))
        case Kind.LENGTH:
            return duration(int(value))
        case Kind.SHARE:
            return percent(float(value))
        case Kind.TIME | Kind.WORD:
            return str(value)


def in_a_file(value: Value, kind: Kind) -> str:
    """Return a value as programs read it: ISO 8601, seconds, a decimal fraction; nothing of nothing."""
    if value is None:
        return ""
    match kind:
        case Kind.TIME:
            return to_iso(int(value))
        case Kind.LENGTH:
            return f"{int(value) / 1_000_000:.6f}".rstrip("0").rstrip(".")
        case Kind.SHARE:
            return f"{float(value):.4f}"
        case Kind.COUNT | Kind.WORD:
            return str(value)


def _stretch(at: int, step: int) -> str:
    return weekday_and_day(at) if step >= DAY else weekday_and_time(at)
