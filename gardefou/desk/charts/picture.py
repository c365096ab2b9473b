"""A chart's picture: across in hundredths of its width, down in pixels, so that it stretches and its words do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gardefou.clock import DAY, HOUR
from gardefou.desk.charts.chart import Chart, Column, Shape, in_words
from gardefou.desk.charts.scale import said, ticks
from gardefou.words import gettext as _
from gardefou.words.numbers import clock_time, day_of_month

HEIGHT = 160
#: How much of its place a bar takes.
_FILL = 0.76
MOST_LABELS = 6
_HOURS, _DAYS = (1, 2, 3, 6, 12, 24), (1, 2, 7, 14, 21, 28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A bar."""

    x: float
    width: float
    y: float
    height: float
    hollow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line between two neighbours."""

    x1: float
    y1: float
    x2: float
    y2: float
    broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One value of a line."""

    x: float
    y: float
    hollow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The room of one row, from top to bottom, and what it says when it is pointed at."""

    x: float
    width: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn.

    Attributes:
        lines: where the lines of the scale stand, from nought up.
        scale: what stands at them, from the top down.
        boxes: the bars, those behind first.
        strokes: lines between values.
        dots: the values themselves.
        places: a title for each row.
        labels: what stands below, and where.
        key: what each shape means, where that is not plain.
    """

    lines: tuple[float, ...]
    scale: tuple[str, ...]
    boxes: tuple[Box, ...]
    strokes: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    places: tuple[Place, ...]
    labels: tuple[tuple[float, str], ...]
    key: tuple[tuple[Shape, str], ...]


def picture(chart: Chart) -> Picture:
    """Draw a chart."""
    drawn = [(place, column) for place, column in enumerate(chart.columns) if column.shape is not None]
    kind = drawn[0][1].kind
    most = max((float(row[place] or 0) for row in chart.rows for place, _column in drawn), default=0)
    lines = ticks(most, kind)
    top = lines[-1]
    return Picture(
        lines=tuple(_y(at, top) for at in lines),
        scale=tuple(reversed(said(lines, kind))),
        boxes=tuple(box for place, column in drawn for box in _boxes(chart, place, column, top)),
        strokes=tuple(one for place, column in drawn for one in _strokes(chart, place, column, top)),
        dots=tuple(one for place, column in drawn for one in _dots(chart, place, column, top)),
        places=tuple(_places(chart)),
        labels=tuple(_labels(chart)),
        key=tuple(_key(chart, drawn)),
    )


def _x(place: float, number: int) -> float:
    return round(100 * place / number, 3)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - HEIGHT * value / top, 2)


def _boxes(chart: Chart, place: int, column: Column, top: float) -> Iterator[Box]:
    if column.shape not in {Shape.BARS, Shape.HOLLOW}:
        return
    number = len(chart.rows)
    for at, row in enumerate(chart.rows):
        if row[place]:
            y = _y(float(row[place] or 0), top)
            # What has not ended yet is not drawn as if it had, where hollow does not say something else already.
            hollow = column.shape is Shape.HOLLOW or (at == number - 1 and _last_is_hollow(chart))
            x, width = _x(at + (1 - _FILL) / 2, number), _x(_FILL, number)
            yield Box(x=x, width=width, y=y, height=round(HEIGHT - y, 2), hollow=hollow)


def _last_is_hollow(chart: Chart) -> bool:
    return chart.under_way and not any(one.shape is Shape.HOLLOW for one in chart.columns)


def _key(chart: Chart, drawn: Sequence[tuple[int, Column]]) -> Iterator[tuple[Shape, str]]:
    """Yield what each shape means: where there are several columns, and where the last bar is hollow."""
    if len(drawn) > 1:
        yield from ((column.shape, column.title) for _place, column in drawn if column.shape)
    bars = [place for place, column in drawn if column.shape is Shape.BARS]
    if _last_is_hollow(chart) and any(chart.rows[-1][place] for place in bars):
        yield Shape.HOLLOW, _("so far: this stretch of time is not over")


def _points(chart: Chart, place: int, column: Column, top: float) -> list[tuple[int, float, float]]:
    """Return a line's values, each with its row; where there is none the line has a gap."""
    if column.shape not in {Shape.LINE, Shape.BROKEN}:
        return []
    number = len(chart.rows)
    return [
        (at, _x(at + 0.5, number), _y(float(value), top))
        for at, value in enumerate(row[place] for row in chart.rows)
        if value is not None
    ]


def _strokes(chart: Chart, place: int, column: Column, top: float) -> Iterator[Stroke]:
    for (at, x1, y1), (then, x2, y2) in pairwise(_points(chart, place, column, top)):
        if then == at + 1:
            yield Stroke(x1=x1, y1=y1, x2=x2, y2=y2, broken=column.shape is Shape.BROKEN)


def _dots(chart: Chart, place: int, column: Column, top: float) -> Iterator[Dot]:
    for _at, x, y in _points(chart, place, column, top):
        yield Dot(x=x, y=y, hollow=column.shape is Shape.BROKEN)


def _places(chart: Chart) -> Iterator[Place]:
    number = len(chart.rows)
    for at, row in enumerate(chart.rows):
        figures = [
            _("%(name)s: %(value)s", name=column.title, value=in_words(row[place], column.kind))
            for place, column in chart.shown
        ]
        head = chart.called(at)
        if chart.under_way and at == number - 1:
            head = _("%(stretch)s, so far", stretch=head)
        yield Place(x=_x(at, number), width=_x(1, number), says="\n".join([head, *figures]))


def _labels(chart: Chart) -> Iterator[tuple[float, str]]:
    number = len(chart.rows)
    if not chart.step:
        # The bars of a histogram meet where one age ends and the next begins.
        yield from ((_x(at, number), word) for at, word in enumerate(chart.edges))
        return
    unit, strides = (DAY, _DAYS) if chart.step >= DAY else (HOUR, _HOURS)
    stride = next((one for one in strides if number / one <= MOST_LABELS), strides[-1])
    for place, row in enumerate(chart.rows):
        at = int(row[0] or 0)
        if (at // unit % stride if unit == HOUR else place % stride) == 0:
            yield _x(place + 0.5, number), _below(at, unit)


def _below(at: int, unit: int) -> str:
    return day_of_month(at) if unit == DAY or at % DAY == 0 else clock_time(at)
