"""Claims about a storm: one case however many reports, nobody else waits longer, and opening it costs no more.

A house is served by one process. Its maximum is measured first; then a storm on one account arrives at 80 % of it, from
a process of its own, while other accounts get one report each and twenty agents take whatever is next, each busy with
every case for half a second. By turns the same happens without the storm. How long another account waits is the time
from the answer to its report until an agent has its case; how long its reporter waits for the answer is measured
beside it.

By default 300 others and a case of 100,000 reports; with FULL=1 1,000 others and a million. What the storm itself has
not brought by then is filed in transactions of 10,000, through the door by which uploads come. The case is opened over
HTTP, as a reviewer's page of the desk, at 10,000 reports and at the end.
"""

import statistics
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from itertools import count

import httpx
from sqlalchemy import event, func, select

from bench.arriving import CONNECTIONS, a_report, arrive, storm
from bench.crowd import Crowd
from bench.harness import FULL, Measured, against_floor, below_limit, folder, report, server, shown
from bench.load import ask
from bench.serving import house_serving, resident
from bench.staffed import at_a_desk
from gardefou.app.found import found_house
from gardefou.app.settings import Settings
from gardefou.clock import SystemClock
from gardefou.events import Actor
from gardefou.reports.filing import filing
from gardefou.reports.intake import file_reports
from gardefou.reports.tables import cases
from gardefou.reports.tables import report as report_table
from gardefou.storage import Database, open_database

OTHERS, STORMY = (1_000, 1_000_000) if FULL else (300, 100_000)
ROUNDS, AGENTS, BUSY_FOR = 2, 20, 0.5
#: Each may say more of one account only so often in a day, however fast this machine is.
REPORTERS, AT_MOST, AT_ONCE = 20_000, 2_000, 10_000
OTHERS_RATE = 100.0
OPENINGS = 30
MEGABYTE = 1024


def patient(db: Database) -> Database:
    """Return a database that waits long for its turn: SQLite's lock is not fair, and the storm always wants it."""
    if db.dialect == "sqlite":
        event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=120000"))
        db.engine.dispose()
    return db


class Town:
    """A house with a stormy account, and others that nobody has reported yet."""

    def __init__(self, db: Database, port: int, pid: int) -> None:
        """Let everybody in."""
        self.db, self.port, self.pid = db, port, pid
        self._crowd = Crowd(db)
        self._crowd.members(REPORTERS)
        self.tokens = self._crowd.tokens(range(1, REPORTERS + 1))
        self.stormy = self._crowd.account("stormy")
        self.agents = [at_a_desk(port, db, "agent") for _ in range(AGENTS)]
        self._numbers = count()
        self.sent = 0

    def others(self) -> list[int]:
        """Open accounts that nobody has reported yet."""
        return [self._crowd.account(f"other{next(self._numbers)}") for _ in range(OTHERS)]

    def fill(self, most: int) -> None:
        """File reports on the stormy account until there are so many."""
        while self.sent < most:
            many = min(AT_ONCE, most - self.sent)
            wanted = [
                filing(actor=Actor.visitor(f"filled {self.sent + number}"), account_id=self.stormy, category="spam")
                for number in range(many)
            ]
            with self.db.transaction() as tx:
                file_reports(tx, now=SystemClock().now(), filings=wanted)
            self.sent += many

    def maximum(self) -> float:
        """Return how many reports a second the server takes when all who report the account wait only for it."""
        rates = []
        for number in range(3):
            many = [a_report(self.stormy, token, f"max {number}") for token in self.tokens[:AT_MOST]]
            rates.append(ask(self.port, many, connections=CONNECTIONS, scattered=True).rate)
            self.sent += len(many)
        return statistics.median(rates)

    def case_id(self) -> int:
        """Return the stormy case, the only one."""
        with self.db.reading() as tx:
            (found,) = tx.ids(select(cases.c.id).where(cases.c.account_id == self.stormy))
            return found

    def reports(self) -> int:
        """Return how often the stormy account was reported."""
        with self.db.reading() as tx:
            wanted = select(func.sum(report_table.c.times)).where(report_table.c.account_id == self.stormy)
            return int(tx.scalar(wanted) or 0)


class Agents:
    """Twenty who take the next case, again and again, write down when they had which, and close it at once."""

    def __init__(self, town: Town) -> None:
        """Begin."""
        self.had: dict[int, float] = {}
        # Whoever has the stormy case keeps it.
        self._kept = town.case_id()
        self._ended = threading.Event()
        self._hands = [threading.Thread(target=self._work, args=(browser,)) for browser in town.agents]
        for hand in self._hands:
            hand.start()

    def _work(self, browser: httpx.Client) -> None:
        while not self._ended.is_set():
            where = browser.post("/desk/next").headers["location"]
            if where.startswith("/desk/cases/"):
                case_id = int(where.split("/")[3].split("?")[0])
                self.had[case_id] = taken = time.time()
                if case_id != self._kept:
                    browser.post("/desk/many", data={"deed": "rejected", "case": f"{case_id}:1"})
                # As long as a case takes somebody, to press the button is in it.
                self._ended.wait(max(0.0, taken + BUSY_FOR - time.time()))
            else:
                self._ended.wait(BUSY_FOR)

    def until(self, wanted: set[int]) -> None:
        """Go on until they have had these cases, then stop.

        Raises:
            RuntimeError: two minutes passed.
        """
        last = time.monotonic() + 120
        while not wanted <= self.had.keys() and time.monotonic() < last:
            time.sleep(0.05)
        self._ended.set()
        for hand in self._hands:
            hand.join()
        if not wanted <= self.had.keys():
            raise RuntimeError(f"of {len(wanted)} cases that were reported agents had {len(wanted & self.had.keys())}")


def waits(town: Town, number: int) -> tuple[float, float]:
    """Report others once each; return the medians of how long their cases and their reporters waited, seconds."""
    others = town.others()
    questions = [a_report(account_id, town.tokens[place], f"other {number}") for place, account_id in enumerate(others)]
    agents = Agents(town)
    arrived = arrive(town.port, questions, rate=OTHERS_RATE)
    with town.db.reading() as tx:
        rows = tx.all(select(cases.c.id, cases.c.account_id).where(cases.c.account_id.in_(others)))
    case_of = {row["account_id"]: row["id"] for row in rows}
    agents.until(set(case_of.values()))
    waited = [agents.had[case_of[others[one.number]]] - one.answered for one in arrived]
    return statistics.median(waited), statistics.median(one.took for one in arrived)


def openings(town: Town) -> tuple[list[float], float]:
    """Open the stormy case again and again; return the milliseconds, and by how many megabytes the server grew."""
    reviewer, address = at_a_desk(town.port, town.db, "reviewer"), f"/desk/cases/{town.case_id()}"
    before, took = resident(town.pid), []
    for _ in range(OPENINGS):
        began = time.perf_counter()
        reviewer.get(address).raise_for_status()
        took.append(1000 * (time.perf_counter() - began))
    reviewer.close()
    return took, (resident(town.pid) - before) / MEGABYTE


def measure(kind: str) -> list[Measured]:
    """Measure on one database."""
    with server(kind) as new_url, folder() as data:
        url = new_url()
        found_house(Settings(data=str(data), database=url))
        db = patient(open_database(url))
        with house_serving(data, url) as (port, pid):
            town = Town(db, port, pid)
            rows = measured(kind, town)
            for browser in town.agents:
                browser.close()
        db.close()
        return rows


def measured(kind: str, town: Town) -> list[Measured]:
    """Measure on one town.

    Raises:
        RuntimeError: a report that was answered with success is not there.
    """
    town.fill(10_000)
    few, _first = openings(town)
    most = town.maximum()
    stormy: list[tuple[float, float]] = []
    calm: list[tuple[float, float]] = []
    for number in range(2 * ROUNDS):
        blows = number % 2 == 0
        weather = storm(town.port, town.stormy, town.tokens, rate=0.8 * most, mark=f"storm {number}")
        with weather if blows else nullcontext([0]) as sent:
            (stormy if blows else calm).append(waits(town, number))
        town.sent += sum(sent)
    town.fill(STORMY)
    many, grown = openings(town)
    if town.reports() != town.sent:
        raise RuntimeError(f"{town.sent} reports were answered with success, and {town.reports()} are there")
    promised = kind == "postgresql"
    what = f"{kind}: {{}}, a storm at 80 % of {most:,.0f}/s on one account"
    rows = []
    for place, said in enumerate(("another account waits for an agent", "its reporter waits for the answer")):
        ours, floors = [one[place] for one in stormy], [one[place] for one in calm]
        held: Callable[..., Measured] = against_floor if promised else shown
        more = {"at_most": 1.2} if promised else {"floors": floors}
        rows.append(held(what.format(said), ours, *([floors] if promised else []), unit="s", **more))
    opened = f"{kind}: opening a case of {{:,}} reports"
    for took, reports in ((few, 10_000), (many, town.sent)):
        row = below_limit(opened.format(reports), took, unit="ms", limit=50)
        rows.append(row if promised else shown(row.what, took, unit="ms"))
    memory = below_limit(
        f"{kind}: what the server grows by when it is opened {OPENINGS} times", [grown], unit="MB", limit=20
    )
    return [*rows, memory if promised else shown(memory.what, [grown], unit="MB")]


def main() -> None:
    """Measure on both."""
    report("storm", [row for kind in ("postgresql", "sqlite") for row in measure(kind)])


if __name__ == "__main__":
    main()
