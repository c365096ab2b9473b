"""What was decided: how many cases were closed, how long each took, and whether in time.

A median is the time within which half were decided, by the nearest rank; nine in ten likewise. Nothing is made up
between two cases.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select

from gardefou.reports.figures.asked import Question
from gardefou.reports.figures.cells import Cell
from gardefou.reports.tables import cases
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """How long decisions took, in microseconds.

    Attributes:
        number: how many there were.
        median: half of them took no longer.
        ninth: nine in ten took no longer.
    """

    number: int
    median: int
    ninth: int


def closings(tx: Tx, asked: Question) -> list[Cell]:
    """Return how many cases were closed that are closed still, and how many of them within their due time."""
    place = asked.span.place(cases.c.closed_at).label("place")
    rows = tx.all(
        select(
            place,
            cases.c.category,
            cases.c.locale,
            func.count().label("number"),
            func.count().filter(cases.c.closed_at <= cases.c.due_at).label("in_time"),
        )
        .where(asked.span.within(cases.c.closed_at), *asked.only(cases))
        .group_by(place, cases.c.category, cases.c.locale)
    )
    return [
        Cell(
            place=int(row["place"]),
            category=row["category"],
            locale=row["locale"],
            number=row["number"],
            of_these=row["in_time"],
        )
        for row in rows
    ]


def took_by_stretch(tx: Tx, asked: Question) -> dict[int, Took]:
    """Return how long the decisions of each stretch took."""
    return {int(key): took for key, took in _took(tx, asked, asked.span.place(cases.c.closed_at)).items()}


def took_by_category(tx: Tx, asked: Question) -> dict[str, Took]:
    """Return how long decisions took by category."""
    return _took(tx, asked, cases.c.category)


def took_by_locale(tx: Tx, asked: Question) -> dict[str, Took]:
    """Return how long decisions took by language."""
    return _took(tx, asked, cases.c.locale)


def took_in_all(tx: Tx, asked: Question) -> Took | None:
    """Return how long all of them took; None where nothing was decided."""
    return _took(tx, asked, literal("all")).get("all")


def _took(tx: Tx, asked: Question, key: ColumnElement[str] | ColumnElement[int]) -> dict[str, Took]:
    """Rank each decision among those of its key, and read the two ranks: both databases count alike."""
    took = cases.c.closed_at - cases.c.opened_at
    named = select(key.label("key"), took.label("took")).where(asked.span.within(cases.c.closed_at), *asked.only(cases))
    one = named.subquery()
    ranked = select(
        one,
        func.row_number().over(partition_by=one.c.key, order_by=one.c.took).label("place"),
        func.count().over(partition_by=one.c.key).label("number"),
    ).subquery()
    rows = tx.all(
        select(
            ranked.c.key,
            ranked.c.number,
            func.max(ranked.c.took).filter(ranked.c.place == (ranked.c.number + 1) // 2).label("median"),
            func.max(ranked.c.took).filter(ranked.c.place == (ranked.c.number * 9 + 9) // 10).label("ninth"),
        ).group_by(ranked.c.key, ranked.c.number)
    )
    return {row["key"]: Took(number=row["number"], median=int(row["median"]), ninth=int(row["ninth"])) for row in rows}
