"""Claims about the door for platforms on PostgreSQL: a third of the rows per second that COPY loads.

The floor copies as many rows into the same tables, with the same indexes, from tuples that are there already: reports,
their reporters, and through whom these came. Ours reads lines of JSON, looks up accounts, gathers cases, looks for what
was said before, and answers each line. Both commit once for 10,000, with fsync on, and take turns, with the collector
set as the server sets it. What HTTP costs for a body of two megabytes is not in it.
"""

import json
from itertools import count
from typing import Any

from sqlalchemy import Table, select

from bench.crowd import Crowd
from bench.harness import FULL, Measured, against_floor, folder, report, seconds, server, shown
from gardefou.app.bulk import MOST_LINES, take_upload
from gardefou.app.found import found_house
from gardefou.app.house import neighbours
from gardefou.app.serve import calm_collector
from gardefou.app.settings import Settings
from gardefou.clock import SystemClock
from gardefou.reports.tables import brought
from gardefou.reports.tables import report as report_table
from gardefou.reports.tables import reporter as reporter_table
from gardefou.staff.scopes import Scope
from gardefou.staff.tokens import Bearer
from gardefou.storage import Database, open_database
from gardefou.storage.bulk import insert_rows

ACCOUNTS = 100
CONTACT = "moderation@localhost"
REPEATS = 9 if FULL else 5
MACHINE = Bearer(token_id=1, name="bench", scopes=frozenset({Scope.REPORTS}))
_number = count()


def measure(kind: str) -> list[Measured]:
    """Measure on one database."""
    with server(kind) as new_url, folder() as data:
        url = new_url()
        found_house(Settings(data=str(data), database=url))
        db = open_database(url)
        crowd = Crowd(db)
        handles = [f"reported{number}" for number in range(ACCOUNTS)]
        for handle in handles:
            crowd.account(handle)
        upload(db, handles)
        calm_collector()
        ours, floors = [], []
        for _ in range(REPEATS):
            ours.append(MOST_LINES / upload(db, handles))
            floors.append(MOST_LINES / copy(db))
        db.close()
    what = f"{kind}: an upload of {MOST_LINES:,} reports on {ACCOUNTS} accounts"
    if kind != "postgresql":
        return [shown(what, ours, unit="rows/s", floors=floors)]
    return [against_floor(what, ours, floors, unit="rows/s", at_least=1 / 3)]


def upload(db: Database, handles: list[str]) -> float:
    """Take in reports that nobody has sent yet; return the seconds it took."""
    first = next(_number) * MOST_LINES
    body = "".join(
        json.dumps({"account": handles[number % ACCOUNTS], "category": "spam", "reporter": f"r{first + number}"}) + "\n"
        for number in range(MOST_LINES)
    ).encode()
    answers: list[str] = []
    took = seconds(
        lambda: answers.append(take_upload(db, SystemClock(), neighbours(), MACHINE, f"upload {first}", body, CONTACT))
    )
    if answers[0].count('"report"') != MOST_LINES:
        raise RuntimeError(answers[0][:300])
    return took


def copy(db: Database) -> float:
    """Load as many rows as they are; return the seconds it took."""
    with db.reading() as tx:
        model = tx.all(select(report_table).order_by(report_table.c.id.desc()).limit(MOST_LINES))
    first = SystemClock().now() * 1_000
    reports = [tuple((dict(row) | {"id": first + place}).values()) for place, row in enumerate(model)]
    empty = _none_of(reporter_table, 5)
    reporters = [(f"floor:{first + place}", 1, 0, 0, first, *empty) for place in range(MOST_LINES)]
    through = [(row[0], MACHINE.actor.key) for row in reporters]

    def load() -> None:
        with db.transaction() as tx:
            _load(tx, report_table, reports)
            _load(tx, reporter_table, reporters)
            _load(tx, brought, through)

    return seconds(load)


def _none_of(table: Table, given: int) -> tuple[None, ...]:
    """Return nothing for each column of a table after those that are given."""
    return (None,) * (len(table.columns) - given)


def _load(tx: Any, table: Table, rows: list[tuple[Any, ...]]) -> None:
    insert_rows(tx, table, [column.name for column in table.columns], rows)


def main() -> None:
    """Measure on both."""
    report("bulk", [row for kind in ("postgresql", "sqlite") for row in measure(kind)])


if __name__ == "__main__":
    main()
