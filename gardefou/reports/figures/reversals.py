"""What was decided and taken back.

Of orders: those that took something from an account or a post, by when they took effect; taken back is one that
somebody ended by another order. What ends by itself at its set time is none, and what can never be taken back is left
out. Of cases: each closing, by when it was; taken back is one after which the case was reopened. Both are told by when
the decision was made, however much later it was taken back: so the rate of the newest stretches can still rise.
"""

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal_column, select

from gardefou.events.actor import CLOCK
from gardefou.events.tables import event
from gardefou.orders.kinds import SHAPES, SILENCING
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders
from gardefou.reports.figures.asked import Question
from gardefou.reports.figures.cells import Cell
from gardefou.reports.tables import cases
from gardefou.storage import Tx

_TAKEN_BACK_IF_WRONG = sorted(kind.value for kind in SILENCING if not SHAPES[kind].final)
_CLOSED, _REOPENED = "case.closed", "case.reopened"
_SUBJECT = len("case:") + 1


def orders_in_effect(tx: Tx, asked: Question) -> list[Cell]:
    """Return how many orders took effect, and how many of them somebody has taken back.

    What one is about is what its case is about; one without a case counts only where nothing is narrowed.
    """
    by = orders.alias("by")
    place = asked.span.place(orders.c.executed_at).label("place")
    back = (orders.c.state == State.REVERSED.value) & (by.c.proposer != str(CLOCK))
    rows = tx.all(
        select(
            place,
            cases.c.category,
            cases.c.locale,
            func.count().label("number"),
            func.count().filter(back).label("back"),
        )
        .select_from(orders)
        .outerjoin(cases, cases.c.id == orders.c.case_id)
        .outerjoin(by, by.c.id == orders.c.reversed_by)
        .where(asked.span.within(orders.c.executed_at), orders.c.kind.in_(_TAKEN_BACK_IF_WRONG), *asked.only(cases))
        .group_by(place, cases.c.category, cases.c.locale)
    )
    return [
        Cell(
            place=int(row["place"]),
            category=row["category"] or "",
            locale=row["locale"] or "",
            number=row["number"],
            of_these=row["back"],
        )
        for row in rows
    ]


def cases_closed(tx: Tx, asked: Question) -> list[Cell]:
    """Return how many times a case was closed, and after how many of them it was reopened."""
    closed, again = event.alias("closed"), event.alias("again")
    reopened = (
        select(again.c.subject, func.max(again.c.id).label("last"))
        .where(_ends(again.c.kind), again.c.kind == _REOPENED, again.c.at >= asked.span.since)
        .group_by(again.c.subject)
        .subquery()
    )
    place = asked.span.place(closed.c.at).label("place")
    rows = tx.all(
        select(
            place,
            cases.c.category,
            cases.c.locale,
            func.count().label("number"),
            func.count().filter(reopened.c.last > closed.c.id).label("back"),
        )
        .select_from(closed)
        .join(cases, cases.c.id == cast(func.substr(closed.c.subject, _SUBJECT), BigInteger))
        .outerjoin(reopened, reopened.c.subject == closed.c.subject)
        .where(_ends(closed.c.kind), closed.c.kind == _CLOSED, asked.span.within(closed.c.at), *asked.only(cases))
        .group_by(place, cases.c.category, cases.c.locale)
    )
    return [
        Cell(
            place=int(row["place"]),
            category=row["category"],
            locale=row["locale"],
            number=row["number"],
            of_these=row["back"],
        )
        for row in rows
    ]


def _ends(kind: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the words that the index on these few events is made with: a database sees only by them that it fits."""
    return kind.in_([literal_column(f"'{one}'") for one in (_CLOSED, _REOPENED)])
