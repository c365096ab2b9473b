"""Which charts there are: each says its words and its figures."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gardefou.clock import SECOND
from gardefou.desk import labels
from gardefou.desk.charts.chart import Chart, Column, Kind, Shape, Value
from gardefou.reports.figures import cells
from gardefou.reports.figures.backlog import EDGES
from gardefou.reports.figures.cells import Cell, Sum
from gardefou.reports.figures.overview import Figures, Line, by_category, by_locale
from gardefou.words import gettext as _
from gardefou.words.numbers import duration


def reports(found: Figures) -> Chart:
    """Return what was reported in each stretch."""
    return _over_time(
        found,
        key="reports",
        title=_("Reports"),
        about=_("Each report as it says itself what it is about, and in which language."),
        columns=(Column(name="reports", title=_("Reports"), kind=Kind.COUNT, shape=Shape.BARS),),
        figures=[(one.number,) for one in _sums(found, found.reports)],
        empty=_("No report came in this time."),
    )


def cases(found: Figures) -> Chart:
    """Return the cases opened in each stretch."""
    opened, closed = _sums(found, found.opened), _sums(found, found.closed)
    return _over_time(
        found,
        key="cases",
        title=_("Cases opened"),
        about=_("All open reports against one account are one case: a storm is one, however many it counts."),
        columns=(
            Column(name="opened", title=_("Opened"), kind=Kind.COUNT, shape=Shape.BARS),
            Column(name="closed", title=_("Closed"), kind=Kind.COUNT),
        ),
        figures=[(one.number, other.number) for one, other in zip(opened, closed, strict=True)],
        empty=_("No case was opened or closed in this time."),
    )


def backlog(found: Figures) -> Chart:
    """Return how many cases were open at the end of each stretch."""
    return _over_time(
        found,
        key="backlog",
        title=_("Cases open"),
        about=_("At the end of each stretch, or now. A case that was reopened counts throughout."),
        columns=(Column(name="open", title=_("Open"), kind=Kind.COUNT, shape=Shape.LINE),),
        figures=[(number,) for number in found.backlog],
        empty=_("No case was open in this time."),
    )


def age(found: Figures) -> Chart:
    """Return how old what is open is."""
    sums = cells.over(found.open.cells, len(EDGES) + 1)
    begins: list[int] = [0, *EDGES]
    words = [_("under %(length)s", length=duration(EDGES[0]))]
    words += [_("%(least)s to %(most)s", least=duration(one), most=duration(other)) for one, other in pairwise(EDGES)]
    words += [_("%(length)s and more", length=duration(EDGES[-1]))]
    return Chart(
        key="age",
        title=_("Age of what is open now"),
        about=_("Whatever the time chosen above."),
        columns=(
            Column(name="from_seconds", title=_("Age"), kind=Kind.COUNT),
            Column(name="until_seconds", title="", kind=Kind.COUNT),
            Column(name="open", title=_("Open"), kind=Kind.COUNT, shape=Shape.BARS),
            Column(name="past_due", title=_("Past due"), kind=Kind.COUNT),
        ),
        rows=tuple(
            (begin // SECOND, None if end is None else end // SECOND, one.number, one.of_these)
            for begin, end, one in zip(begins, [*EDGES, None], sums, strict=True)
        ),
        words=tuple(words),
        edges=("0", *(duration(edge) for edge in EDGES)),
        empty=_("No case is open."),
    )


def decision(found: Figures) -> Chart:
    """Return how long decisions took."""
    took = [found.took.get(place) for place in range(found.asked.span.places)]
    return _over_time(
        found,
        key="decision",
        title=_("Time to decision"),
        about=_("From a case’s first report to its closing, by when it was closed."),
        columns=(
            Column(name="closed", title=_("Closed"), kind=Kind.COUNT),
            Column(name="median_seconds", title=_("Half within"), kind=Kind.LENGTH, shape=Shape.LINE),
            Column(name="p90_seconds", title=_("Nine in ten within"), kind=Kind.LENGTH, shape=Shape.BROKEN),
        ),
        figures=[(0, None, None) if one is None else (one.number, one.median, one.ninth) for one in took],
        empty=_("No case was closed in this time."),
    )


def due(found: Figures) -> Chart:
    """Return what part was decided in time."""
    return _over_time(
        found,
        key="due",
        title=_("Decided in time"),
        about=_("Of the cases closed, those closed before they were due. What is open and late is not in it."),
        columns=(
            Column(name="closed", title=_("Closed"), kind=Kind.COUNT),
            Column(name="in_time", title=_("In time"), kind=Kind.COUNT),
            Column(name="share", title=_("Share"), kind=Kind.SHARE, shape=Shape.BARS),
        ),
        figures=[(one.number, one.of_these, one.share) for one in _sums(found, found.closed)],
        empty=_("No case was closed in this time."),
    )


def reopened(found: Figures) -> Chart:
    """Return what part of the closings was undone."""
    return _over_time(
        found,
        key="reopened",
        title=_("Closings undone"),
        about=_(
            "Each closing of a case, by when it was; undone is one after which the case was reopened, however much "
            "later."
        ),
        columns=_undone("closed", _("Closed"), "reopened", _("Reopened")),
        figures=[_of(one) for one in _sums(found, found.closings)],
        empty=_("No case was closed in this time."),
    )


def restored(found: Figures) -> Chart:
    """Return what part of the orders was taken back."""
    return _over_time(
        found,
        key="restored",
        title=_("Orders taken back"),
        about=_(
            "Each order that took something from an account or a post, by when it took effect; taken back is one that "
            "somebody has ended by another order. One that ends by itself at its set time is not, and what can never "
            "be taken back is left out."
        ),
        columns=_undone("effective", _("Took effect"), "taken_back", _("Taken back")),
        figures=[_of(one) for one in _sums(found, found.orders)],
        empty=_("No order took effect in this time."),
    )


def states(found: Figures) -> Chart:
    """Return where the orders proposed stand."""
    return Chart(
        key="states",
        title=_("Orders proposed"),
        about=_("By where they stand now."),
        columns=(
            Column(name="state", title=_("Where they stand"), kind=Kind.WORD),
            Column(name="orders", title=_("Orders"), kind=Kind.COUNT, shape=Shape.BARS),
        ),
        rows=tuple((state.value, number) for state, number in found.states.items()),
        words=tuple(labels.state(state) for state in found.states),
        empty=_("None was proposed."),
        lying=True,
    )


def category(found: Figures) -> Chart:
    """Return everything by category."""
    lines = by_category(found)
    words = tuple(labels.category(line.key) for line in lines)
    return _lines("category", _("By complaint"), _("Complaint"), lines, words)


def language(found: Figures) -> Chart:
    """Return everything by language."""
    lines = by_locale(found)
    return _lines(
        "language", _("By language"), _("Language"), lines, tuple(labels.language(line.key) for line in lines)
    )


#: Every chart, in the order of the page, by what it is called in addresses.
CHARTS: Mapping[str, Callable[[Figures], Chart]] = {
    one.__name__: one
    for one in (reports, cases, backlog, age, decision, due, reopened, restored, category, language, states)
}


def _lines(key: str, title: str, what: str, lines: Sequence[Line], words: tuple[str, ...]) -> Chart:
    return Chart(
        key=key,
        title=title,
        columns=(
            Column(name=key, title=what, kind=Kind.WORD),
            Column(name="reports", title=_("Reports"), kind=Kind.COUNT, shape=Shape.BARS),
            Column(name="opened", title=_("Opened"), kind=Kind.COUNT),
            Column(name="open_now", title=_("Open now"), kind=Kind.COUNT),
            Column(name="closed", title=_("Closed"), kind=Kind.COUNT),
            Column(name="median_seconds", title=_("Half within"), kind=Kind.LENGTH),
            Column(name="p90_seconds", title=_("Nine in ten within"), kind=Kind.LENGTH),
            Column(name="in_time_share", title=_("In time"), kind=Kind.SHARE),
            Column(name="reopened_share", title=_("Reopened"), kind=Kind.SHARE),
            Column(name="taken_back_share", title=_("Taken back"), kind=Kind.SHARE),
        ),
        rows=tuple(
            (
                line.key,
                line.reports,
                line.opened,
                line.open,
                line.closed.number,
                None if line.took is None else line.took.median,
                None if line.took is None else line.took.ninth,
                line.closed.share,
                line.closings.share,
                line.orders.share,
            )
            for line in lines
        ),
        words=words,
        empty=_("Nothing was reported, opened or decided in this time, and nothing is open."),
        lying=True,
    )


def _undone(whole: str, whole_title: str, part: str, part_title: str) -> tuple[Column, ...]:
    """Return the columns of a rate: the whole is hollow, and what of it still stands is drawn solid in front of it."""
    return (
        Column(name=whole, title=whole_title, kind=Kind.COUNT, shape=Shape.HOLLOW),
        Column(name="standing", title=_("Stands"), kind=Kind.COUNT, shape=Shape.BARS),
        Column(name=part, title=part_title, kind=Kind.COUNT),
        Column(name="share", title=_("Rate"), kind=Kind.SHARE),
    )


def _of(one: Sum) -> tuple[Value, ...]:
    return one.number, one.number - one.of_these, one.of_these, one.share


def _sums(found: Figures, counted: Sequence[Cell]) -> list[Sum]:
    return cells.over(counted, found.asked.span.places)


def _over_time(
    found: Figures, *, columns: tuple[Column, ...], figures: Sequence[tuple[Value, ...]], **more: Any
) -> Chart:
    span = found.asked.span
    stretch = (
        Column(name="from", title=_("From"), kind=Kind.TIME),
        Column(name="until", title="", kind=Kind.TIME),
    )
    return Chart(
        columns=stretch + columns,
        rows=tuple((start, start + span.step, *row) for start, row in zip(span.starts(), figures, strict=True)),
        step=span.step,
        under_way=span.until > found.now,
        **more,
    )
