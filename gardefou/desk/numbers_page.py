"""Small numbers, counted when asked: only what the tables hold, on scales that begin at nought."""

from dataclasses import dataclass

from litestar import get
from litestar.response import Template
from sqlalchemy import func, select

from gardefou.clock import DAY, HOUR, Clock
from gardefou.desk import labels
from gardefou.desk.frame import frame
from gardefou.may import May
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import orders
from gardefou.reports.tables import cases, report
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx
from gardefou.words.numbers import clock_time

HOURS = 24
HEIGHT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One hour: how many, and how tall."""

    label: str
    count: int
    x: int
    y: int
    height: int


@get("/desk/numbers", may=May.STAFF, sync_to_thread=True)
def show(db: Database, clock: Clock, me: SignedIn) -> Template:
    """Show how many reports came each hour, what is open, and what became of last week's orders."""
    now = clock.now()
    with db.reading() as tx:
        context = frame(tx, me, now) | {
            "columns": columns(per_hour(tx, now), now),
            "categories": _categories(tx),
            "became": _orders(tx, now),
        }
    return Template("desk/numbers.html", context=context)


def per_hour(tx: Tx, now: int) -> list[int]:
    """Return how many reports came in each of the last 24 whole hours and the present one, oldest first."""
    last = now // HOUR
    place = (report.c.created_at // HOUR).label("place")
    rows = tx.all(
        select(place, func.count().label("number"))
        .where(report.c.created_at >= (last - HOURS) * HOUR, report.c.created_at <= now)
        .group_by(place)
    )
    found = {int(row["place"]): int(row["number"]) for row in rows}
    return [found.get(hour, 0) for hour in range(last - HOURS, last + 1)]


def columns(counts: list[int], now: int) -> list[Column]:
    """Return the counts as bars on one scale."""
    most, first = max([*counts, 1]), now // HOUR - HOURS
    return [
        Column(
            label=clock_time((first + at) * HOUR),
            count=count,
            x=at,
            y=HEIGHT - HEIGHT * count // most,
            height=HEIGHT * count // most,
        )
        for at, count in enumerate(counts)
    ]


def _categories(tx: Tx) -> list[tuple[str, int]]:
    number = func.count().label("number")
    rows = tx.all(
        select(cases.c.category, number)
        .where(cases.c.state == "open")
        .group_by(cases.c.category)
        .order_by(number.desc(), cases.c.category)
    )
    return [(labels.category(row["category"]), int(row["number"])) for row in rows]


def _orders(tx: Tx, now: int) -> list[tuple[str, int]]:
    number = func.count().label("number")
    rows = tx.all(select(orders.c.state, number).where(orders.c.proposed_at > now - 7 * DAY).group_by(orders.c.state))
    found = {State(row["state"]): int(row["number"]) for row in rows}
    return [(labels.state(state), found[state]) for state in State if state in found]
