"""What comes in: reports as they are filed, and cases as they are opened."""

from typing import Any

from sqlalchemy import Table, func, select

from gardefou.reports.figures.asked import Question
from gardefou.reports.figures.cells import Cell
from gardefou.reports.tables import cases, report
from gardefou.storage import Tx


def reports_filed(tx: Tx, asked: Question) -> list[Cell]:
    """Return how many reports were filed, by what each of them says it is about and its own language."""
    return _counted(tx, asked, report, report.c.created_at)


def cases_opened(tx: Tx, asked: Question) -> list[Cell]:
    """Return how many cases were opened, by their gravest complaint and the language of their first report."""
    return _counted(tx, asked, cases, cases.c.opened_at)


def _counted(tx: Tx, asked: Question, table: Table, at: Any) -> list[Cell]:
    place = asked.span.place(at).label("place")
    rows = tx.all(
        select(place, table.c.category, table.c.locale, func.count().label("number"))
        .where(asked.span.within(at), *asked.only(table))
        .group_by(place, table.c.category, table.c.locale)
    )
    return [
        Cell(place=int(row["place"]), **{name: row[name] for name in ("category", "locale", "number")}) for row in rows
    ]
