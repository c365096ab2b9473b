"""What ends with an engagement, ends in every process within a second: servers over one database, and another hand.

The servers, one on SQLite and two on PostgreSQL, are real `gardefou serve` processes. The engagement of one person is
ended here, in a process that is none of them; that of another runs out by its own date, and nobody does anything.
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from gardefou.clock import SECOND, SystemClock
from gardefou.desk.session import COOKIE
from gardefou.events.actor import SETUP
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.engage import engage
from gardefou.staff.enrol import enrol
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import Database, open_database
from tests.conftest import SCRATCH
from tests.factories.forked import Forks
from tests.factories.house import make_house
from tests.factories.killed import kill, wait_until_gone
from tests.journeys.conftest import free_port

CLOCK = SystemClock()
STARTS_WITHIN = 60
#: How long the one engagement lasts that ends by itself, from when its streams are open.
LASTS = 1_200_000


@dataclass(kw_only=True)
class Stream:
    """A desk's live stream, read in a thread of its own: what it said, and when it said that it ends."""

    url: str
    token: str
    said: list[str] = field(default_factory=list)
    ended: int = 0
    opened: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        """Open it, and wait until it has said something."""
        thread = threading.Thread(target=self._read, daemon=True)
        thread.start()
        assert self.opened.wait(10)
        return thread

    def _read(self) -> None:
        with httpx.stream("GET", f"{self.url}/desk/stream", cookies={COOKIE: self.token}, timeout=20) as answer:
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    self.said.append(line)
                    self.opened.set()
                if line == "event: end":
                    self.ended = CLOCK.now()


@dataclass(kw_only=True)
class Servers:
    """Servers over one database."""

    db: Database
    urls: list[str]

    def engaged(self, name: str, *, ends: int | None = None) -> tuple[int, str]:
        """Engage somebody and sign them in; return their number and their session's token."""
        now = CLOCK.now()
        with self.db.transaction() as tx:
            who = enrol(tx, actor=SETUP, now=now, name=name, email=f"{name}@example.org")
            engage(tx, actor=SETUP, now=now, person_id=who, employer="House", team="North", starts=now, ends=ends)
        with self.db.transaction() as tx:
            later = CLOCK.now()
            return who, sign_in(tx, now=later, token=make_link(tx, actor=SETUP, now=later, person_id=who))

    def streams(self, token: str) -> list[Stream]:
        """Return a stream on each server."""
        return [Stream(url=url, token=token) for url in self.urls]

    def shut_out(self, token: str) -> bool:
        """Return whether a page on each server leads whoever holds this session to the door."""
        answers = [httpx.get(f"{url}/desk", cookies={COOKIE: token}, timeout=10) for url in self.urls]
        return all(one.status_code == 303 and "/desk/sign-in" in one.headers["location"] for one in answers)


@pytest.fixture(params=["sqlite", "postgresql"])
def servers(request: pytest.FixtureRequest, tmp_path: Path, forked: Forks) -> Iterator[Servers]:
    """One server on SQLite, two on PostgreSQL."""
    if request.param == "sqlite":
        with served(f"sqlite:///{tmp_path / 'gardefou.db'}", tmp_path, forked, count=1) as found:
            yield found
        return
    cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    with served(cluster.url(name), tmp_path, forked, count=2) as found:
        yield found
    cluster.drop(name)


@contextlib.contextmanager
def served(url: str, folder: Path, forked: Forks, *, count: int) -> Iterator[Servers]:
    """Found a house and serve it so many times."""
    make_house(url, folder, CLOCK).close()
    env = {key: value for key, value in os.environ.items() if not key.startswith("GARDEFOU_")}
    env |= {"GARDEFOU_DATA": str(folder), "GARDEFOU_DATABASE": url, "LANG": "C.UTF-8", "TMPDIR": SCRATCH}
    ports = [free_port() for _ in range(count)]
    log = folder / "servers.log"
    running = [forked.start(["serve", "--port", str(port)], env, log, {}) for port in ports]
    db = open_database(url)
    try:
        for port in ports:
            _wait_for(port, log)
        yield Servers(db=db, urls=[f"http://localhost:{port}" for port in ports])
    finally:
        db.close()
        for number in running:
            kill(number, signal.SIGTERM)
        wait_until_gone(running, within=20)


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"http://localhost:{port}/health", timeout=2)
            return
        time.sleep(0.05)
    pytest.fail(f"a server did not start:\n{log.read_text('utf-8')[-3000:]}")


@pytest.mark.promise(6)
def test_streams_end_within_a_second_of_an_engagement_that_was_ended_elsewhere_or_runs_out(
    servers: Servers,
) -> None:
    ended, token = servers.engaged("Ended")
    streams = servers.streams(token)
    threads = [stream.start() for stream in streams]
    assert not servers.shut_out(token)
    with servers.db.transaction() as tx:
        at = CLOCK.now()
        end_engagement(tx, actor=SETUP, now=at, person_id=ended)
    assert servers.shut_out(token)

    runs_out = CLOCK.now() + LASTS
    _, brief = servers.engaged("Brief", ends=runs_out)
    assert not servers.shut_out(brief)
    others = servers.streams(brief)
    threads += [stream.start() for stream in others]
    still = CLOCK.now()
    for thread in threads:
        thread.join(10)

    assert still < runs_out, "the streams of the second were open while the engagement held"
    for stream, end in [*((one, at) for one in streams), *((one, runs_out) for one in others)]:
        assert stream.said[-1] == "event: end"
        assert end <= stream.ended < end + SECOND
    assert servers.shut_out(brief)
