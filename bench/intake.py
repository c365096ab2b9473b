"""Claims about the intake of reports: half the rate of an empty request, and no long wait.

The floor is the same server in the same run, answering an empty JSON body that it does nothing with. Reports come from
2,000 members over 64 connections, each from an address block of its own, against 200 accounts; they and the floor take
turns. Every report that is answered is in the database, durable, before its answer.
"""

import json
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from sqlalchemy import func, select

from bench.crowd import Crowd
from bench.harness import FULL, Measured, against_floor, below_limit, folder, report, server, shown
from bench.house_and_empty import EMPTY
from bench.load import Asked, ask, post
from bench.serving import free_port, processor_seconds, serving
from gardefou.app.found import found_house
from gardefou.app.settings import Settings
from gardefou.reports.tables import report as report_table
from gardefou.storage import Database, open_database

REPORTERS, ACCOUNTS = 2_000, 200
CONNECTIONS = 64
REPEATS = 5
REPORTS = 6_000 if FULL else 2_000
PATH = "/api/v1/reports"


class Reporters:
    """Reports that nobody has sent yet."""

    def __init__(self, db: Database) -> None:
        """Let the reporters in, and open the accounts they report."""
        crowd = Crowd(db)
        crowd.members(REPORTERS)
        self._accounts = [crowd.account(f"reported{number}") for number in range(ACCOUNTS)]
        self._tokens = crowd.tokens(range(1, REPORTERS + 1))
        self._number = count()

    def next(self, many: int) -> list[bytes]:
        """Return so many more."""
        return [next(self._each()) for _ in range(many)]

    def _each(self) -> Iterator[bytes]:
        number = next(self._number)
        body = {"account_id": str(self._accounts[number % ACCOUNTS]), "comment": f"Report {number}", "category": "spam"}
        yield post(PATH, json.dumps(body).encode(), self._tokens[number % REPORTERS])


def measure(kind: str) -> list[Measured]:
    """Measure on one database."""
    with server(kind) as new_url, folder() as data:
        url = new_url()
        found_house(Settings(data=str(data), database=url))
        db = open_database(url)
        reporters = Reporters(db)
        house = {"GARDEFOU_DATA": str(data), "GARDEFOU_DATABASE": url, "GARDEFOU_LOG_LEVEL": "error"}
        ports = [free_port() for _ in range(2)]
        commands = [[sys.executable, "-m", "bench.house_and_empty", str(port)] for port in ports]
        with serving(commands[0], ports[0], house) as first:
            rows = one_process(kind, reporters, ports[0], first)
            with serving(commands[1], ports[1], house) as second:
                rows.append(two_processes(kind, reporters, ports, (first, second)))
        sent = REPORTS * (REPEATS + 2) + 200
        with db.reading() as tx:
            kept = tx.scalar(select(func.sum(report_table.c.times)))
        db.close()
        if kept != sent:
            raise RuntimeError(f"{sent} reports were answered with success, and {kept} are there")
        return rows


def one_process(kind: str, reporters: Reporters, port: int, pid: int) -> list[Measured]:
    """Send reports and empty bodies by turns."""
    ours: list[Asked] = []
    floors: list[Asked] = []
    nothing = [post(EMPTY, b"{}")] * REPORTS
    for warm in (reporters.next(200), nothing[:200]):
        ask(port, warm, connections=CONNECTIONS, scattered=True)
    spent = 0.0
    for _ in range(REPEATS):
        before = processor_seconds(pid)
        ours.append(ask(port, reporters.next(REPORTS), connections=CONNECTIONS, scattered=True))
        spent += processor_seconds(pid) - before
        floors.append(ask(port, nothing, connections=CONNECTIONS, scattered=True))
    slow = [1000 * statistics.quantiles(one.each, n=100)[98] for one in ours]
    each = 1000 * spent / (REPEATS * REPORTS)
    what = f"{kind}: reports, {CONNECTIONS} connections"
    rates, empty = [one.rate for one in ours], [one.rate for one in floors]
    if kind != "postgresql":
        return [shown(what, rates, unit="/s", floors=empty), shown(f"{what}: p99", slow, unit="ms")]
    return [
        against_floor(what, rates, empty, unit="/s", at_least=1 / 2),
        below_limit(f"{what}: p99", slow, unit="ms", limit=150),
        shown(f"{what}: processor's seconds for 1,000, one process", [each], unit="s"),
    ]


def two_processes(kind: str, reporters: Reporters, ports: list[int], pids: tuple[int, int]) -> Measured:
    """Send reports to two processes at once, half to each."""
    before = sum(map(processor_seconds, pids))
    halves = [reporters.next(REPORTS) for _ in ports]
    with ThreadPoolExecutor(2) as threads:
        list(
            threads.map(
                lambda one: ask(*one, connections=CONNECTIONS // 2, scattered=True), zip(ports, halves, strict=True)
            )
        )
    each = 1000 * (sum(map(processor_seconds, pids)) - before) / (2 * REPORTS)
    return shown(f"{kind}: reports: processor's seconds for 1,000, two processes", [each], unit="s")


def main() -> None:
    """Measure on both."""
    report("intake", [row for kind in ("postgresql", "sqlite") for row in measure(kind)])


if __name__ == "__main__":
    main()
