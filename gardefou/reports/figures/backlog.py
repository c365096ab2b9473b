"""What is open: how many cases at the end of each stretch, and how old those are that are open now."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from gardefou.clock import DAY, HOUR
from gardefou.reports.figures.asked import Question
from gardefou.reports.figures.cells import Cell, over
from gardefou.reports.tables import cases
from gardefou.storage import Tx

#: Where one age ends and the next begins; the last has no end.
EDGES = (HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What is open now.

    Attributes:
        cells: how many of each age (`place`, along `EDGES`), and how many of them are past their due time.
        oldest: when the oldest was opened; None where nothing is open.
        from_before: how many of them were opened before the span.
    """

    cells: tuple[Cell, ...]
    oldest: int | None
    from_before: int


def backlog(tx: Tx, asked: Question, *, opened: Sequence[Cell], closed: Sequence[Cell], still: Open) -> list[int]:
    """Return how many cases were open at the end of each stretch, or now in the one under way.

    Told from when cases were opened and closed: one that was reopened counts as if it had never been closed.

    Args:
        tx: the open transaction.
        asked: of what.
        opened: what was opened in each stretch.
        closed: what was closed in each.
        still: what is open now.
    """
    # What was open when the span began is open still, or was closed since.
    number, found = still.from_before + _closed_since(tx, asked), []
    for more, fewer in zip(over(opened, asked.span.places), over(closed, asked.span.places), strict=True):
        number += more.number - fewer.number
        found.append(number)
    return found


def _closed_since(tx: Tx, asked: Question) -> int:
    since = asked.span.since
    return int(
        tx.scalar(
            select(func.count())
            .select_from(cases)
            .where(cases.c.closed_at >= since, cases.c.opened_at < since, *asked.only(cases))
        )
    )


def open_now(tx: Tx, asked: Question, now: int) -> Open:
    """Return what is open now by age, whatever the span."""
    age = now - cases.c.opened_at
    place = case(*((age < edge, place) for place, edge in enumerate(EDGES)), else_=len(EDGES)).label("place")
    rows = tx.all(
        select(
            place,
            cases.c.category,
            cases.c.locale,
            func.count().label("number"),
            func.count().filter(cases.c.due_at < now).label("late"),
            func.min(cases.c.opened_at).label("oldest"),
            func.count().filter(cases.c.opened_at < asked.span.since).label("before"),
        )
        .where(cases.c.state == "open", *asked.only(cases))
        .group_by(place, cases.c.category, cases.c.locale)
    )
    cells = tuple(
        Cell(
            place=int(row["place"]),
            category=row["category"],
            locale=row["locale"],
            number=row["number"],
            of_these=row["late"],
        )
        for row in rows
    )
    return Open(
        cells=cells,
        oldest=min((int(row["oldest"]) for row in rows), default=None),
        from_before=sum(row["before"] for row in rows),
    )
