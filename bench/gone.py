"""Claim: a hidden account is gone from the very next read, and back from the next, whoever follows it (promise 8).

Over HTTP, from a server process, on PostgreSQL: from the commit that hides an account until the first read of its page
that is refused, and likewise back; and beside it the whole way, from proposing the order through its rules and its
execution. The accounts have 10 and a million followers, and 41.7 million with FULL=1; they take turns, all in one
database.
"""

import http.client
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bench.crowd import EVENING, Crowd
from bench.harness import FULL, Measured, against_floor, below_limit, house, report, server, shown
from bench.hide_restore import Desk, agent
from bench.serving import house_serving
from gardefou.clock import SimulatedClock

FOLLOWERS = (10, 1_000_000, *([41_700_000] if FULL else []))
REPEATS = 101 if FULL else 41
GOOD, REFUSED = 200, 404


class Reader:
    """Somebody who reads one page, again and again, over a connection that stays open."""

    def __init__(self, port: int, handle: str) -> None:
        """Know which page."""
        self._connection, self._path = http.client.HTTPConnection("127.0.0.1", port), f"/@{handle}"
        self.reads = 0

    def until(self, status: int) -> None:
        """Read until the page answers with a status."""
        while True:
            self.reads += 1
            self._connection.request("GET", self._path)
            answer = self._connection.getresponse()
            answer.read()
            if answer.status == status:
                return


def milliseconds(act: Callable[[], None], reader: Reader, status: int) -> tuple[float, float]:
    """Return how long it took from the beginning of an act until a page answered so; and from its end."""
    start = time.perf_counter()
    act()
    done = time.perf_counter()
    reader.until(status)
    read = time.perf_counter()
    return 1000 * (read - start), 1000 * (read - done)


def measure() -> list[Measured]:
    """Measure on PostgreSQL."""
    clock = SimulatedClock(EVENING)
    with server("postgresql") as new_url:
        url = new_url()
        with house(url, clock) as home:
            crowd, actor = Crowd(home.db), agent(home, clock)
            crowd.members(max(FOLLOWERS))
            accounts = {count: crowd.account(f"followed_{count}") for count in FOLLOWERS}
            for count, account_id in accounts.items():
                crowd.followers(account_id, count)
            crowd.analyze()
            desks = {count: Desk(home, clock, actor, account_id) for count, account_id in accounts.items()}
            with house_serving(Path(home.settings.data), url) as (port, _pid):
                readers = {count: Reader(port, f"followed_{count}") for count in FOLLOWERS}
                return rows(desks, readers)


def rows(desks: dict[int, Desk], readers: dict[int, Reader]) -> list[Measured]:
    """Hide and bring back by turns, and hold the many against the few."""
    hidden: dict[int, list[tuple[float, float]]] = {count: [] for count in desks}
    back: dict[int, list[tuple[float, float]]] = {count: [] for count in desks}
    for number in range(REPEATS + 2):
        order = sorted(desks, reverse=bool(number % 2))
        gone = {count: milliseconds(desks[count].hide, readers[count], REFUSED) for count in order}
        here = {count: milliseconds(desks[count].bring_back, readers[count], GOOD) for count in order}
        if number >= 2:  # The first two find nothing in memory yet.
            for count in desks:
                hidden[count].append(gone[count])
                back[count].append(here[count])
    few, *many = sorted(desks)
    found: list[Measured] = []
    for words, took in (("hide → first refused read", hidden), ("restore → first good read", back)):
        after = {count: [one for _, one in took[count]] for count in desks}
        whole = {count: [one for one, _ in took[count]] for count in desks}
        for count in desks:
            found.append(
                below_limit(f"{words}, from the commit, {count:,} followers", after[count], unit="ms", limit=25)
            )
            found.append(shown(f"{words}, from proposing it, {count:,} followers", whole[count], unit="ms"))
        for count in many:
            for begun, of in (("commit", after), ("proposing it", whole)):
                what = f"{words}, from the {begun}, {count:,} (floor: {few})".replace("the prop", "prop")
                found.append(against_floor(what, of[count], of[few], unit="ms", at_most=1.1))
    reads = [one.reads / (2 * (REPEATS + 2)) for one in readers.values()]
    return [*found, shown("reads until it is so", [statistics.mean(reads)], unit="")]


def main() -> None:
    """Measure and report."""
    report("gone", measure())


if __name__ == "__main__":
    main()
