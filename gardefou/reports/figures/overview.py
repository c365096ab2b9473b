"""All the figures of a span together, each counted once however many charts show it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gardefou.orders.lifecycle import State
from gardefou.reports.figures import cells
from gardefou.reports.figures.asked import Question
from gardefou.reports.figures.backlog import Open, backlog, open_now
from gardefou.reports.figures.cells import Cell, Sum
from gardefou.reports.figures.decided import (
    Took,
    closings,
    took_by_category,
    took_by_locale,
    took_by_stretch,
    took_in_all,
)
from gardefou.reports.figures.inflow import cases_opened, reports_filed
from gardefou.reports.figures.reversals import cases_closed, orders_in_effect
from gardefou.reports.figures.states import orders_by_state
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is counted of a span.

    Attributes:
        asked: of when, and of what alone.
        now: when it was counted.
        reports: reports filed.
        opened: cases opened.
        closed: cases closed that are closed still; of these, in time.
        open: what is open now, whatever the span.
        backlog: cases open at the end of each stretch.
        took: how long the decisions of each stretch took; a stretch without one is not there.
        took_by_category: how long those about one thing took.
        took_by_locale: how long those in one language took.
        took_in_all: how long all of them took; None without any.
        closings: each closing of a case; of these, reopened.
        orders: each order that took something and took effect; of these, taken back.
        states: where the orders proposed stand.
    """

    asked: Question
    now: int
    reports: list[Cell]
    opened: list[Cell]
    closed: list[Cell]
    open: Open
    backlog: list[int]
    took: dict[int, Took]
    took_by_category: dict[str, Took]
    took_by_locale: dict[str, Took]
    took_in_all: Took | None
    closings: list[Cell]
    orders: list[Cell]
    states: dict[State, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The figures of one category or of one language.

    Attributes:
        key: the category or the language.
        reports: reports filed.
        opened: cases opened.
        open: cases open now.
        closed: cases closed; of these, in time.
        took: how long they took; None without any.
        closings: each closing; of these, reopened.
        orders: orders that took effect; of these, taken back.
    """

    key: str
    reports: int
    opened: int
    open: int
    closed: Sum
    took: Took | None
    closings: Sum
    orders: Sum


def overview(tx: Tx, asked: Question, now: int) -> Figures:
    """Count everything."""
    opened, closed, still = cases_opened(tx, asked), closings(tx, asked), open_now(tx, asked, now)
    return Figures(
        asked=asked,
        now=now,
        reports=reports_filed(tx, asked),
        opened=opened,
        closed=closed,
        open=still,
        backlog=backlog(tx, asked, opened=opened, closed=closed, still=still),
        took=took_by_stretch(tx, asked),
        took_by_category=took_by_category(tx, asked),
        took_by_locale=took_by_locale(tx, asked),
        took_in_all=took_in_all(tx, asked),
        closings=cases_closed(tx, asked),
        orders=orders_in_effect(tx, asked),
        states=orders_by_state(tx, asked),
    )


def by_category(found: Figures) -> list[Line]:
    """Return the figures of each category of which there is anything, most reports first."""
    return _lines(found, cells.category_of, found.took_by_category)


def by_locale(found: Figures) -> list[Line]:
    """Return the figures of each language of which there is anything, most reports first."""
    return _lines(found, cells.locale_of, found.took_by_locale)


def _lines(found: Figures, key: Callable[[Cell], str], took: dict[str, Took]) -> list[Line]:
    def sums(counted: Iterable[Cell]) -> dict[str, Sum]:
        return cells.by(counted, key)

    reports, opened, closed = sums(found.reports), sums(found.opened), sums(found.closed)
    still, closings_of, orders = sums(found.open.cells), sums(found.closings), sums(found.orders)
    names = {*reports, *opened, *closed, *still, *closings_of, *orders} - {""}
    lines = [
        Line(
            key=name,
            reports=reports.get(name, Sum()).number,
            opened=opened.get(name, Sum()).number,
            open=still.get(name, Sum()).number,
            closed=closed.get(name, Sum()),
            took=took.get(name),
            closings=closings_of.get(name, Sum()),
            orders=orders.get(name, Sum()),
        )
        for name in names
    ]
    return sorted(lines, key=lambda line: (-line.reports, -line.opened, line.key))
