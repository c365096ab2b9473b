"""PostgreSQL goes away while the house is served, or is busy with somebody else: nobody waits without end.

Every door says 503 and when to come back, the house is not started again, and all goes on once PostgreSQL does: the
desk's streams, which tell what was missed, and the one connection that listens.
"""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

import httpx
import psycopg
import pytest
from sqlalchemy import text

from bench.serving import free_port
from gardefou.app.problems import PASSES
from gardefou.desk.session import COOKIE
from gardefou.storage import open_database, postgresql
from gardefou.storage.errors import CommitUnsureError
from gardefou.storage.outage import Outage
from tests.conftest import FULL
from tests.factories.served_by_processes import Processes
from tests.factories.struck import Struck, handle
from tests.factories.tallied import tally

#: How long anybody waits for an answer that says that there is none now, seconds.
ANSWERED_WITHIN = 15.0
#: How long it takes until everything is as before, seconds.
RECOVERS_WITHIN = 20.0
#: A fifth of what a thread, a connection and a lock are waited for.
HURRIED: dict[str, float | str] = {
    "gardefou.app.hands.WITHIN": 1.0,
    "gardefou.storage.engine.CONNECTION_WITHIN": 0.6,
    "gardefou.storage.postgresql.LOCKED_AT_MOST": "1s",
}


@pytest.fixture
def house(on_postgresql: Struck) -> Struck:
    return on_postgresql


@pytest.fixture
def one(house: Struck) -> Iterator[Processes]:
    """Another server of the house; by default its patience is a fifth of what it is."""
    found = replace(house.processes, port=free_port(), running={}, constants={} if FULL else HURRIED)
    found.start()
    yield found
    found.kill()


@dataclass(kw_only=True)
class Desk:
    """A desk's live stream, which comes back by itself as a browser does, with the last event it has seen."""

    house: Struck
    seen: str = ""
    told: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    opened: int = 0

    def follow(self) -> None:
        """Read until told to stop."""
        while not self.over.is_set():
            try:
                self._read()
            except httpx.HTTPError:
                time.sleep(0.1)

    def _read(self) -> None:
        headers = {"last-event-id": self.seen} if self.seen else {}
        address, cookies = f"{self.house.processes.url}/desk/stream", {COOKIE: self.house.session}
        with httpx.stream("GET", address, cookies=cookies, headers=headers, timeout=5) as answer:
            if not answer.is_success:
                time.sleep(0.1)
                return
            self.opened += 1
            for line in answer.iter_lines():
                if self.over.is_set():
                    return
                if line.startswith("id: "):
                    self.seen = line.removeprefix("id: ")
                if line.startswith("data: ") and '"report.filed"' in line:
                    self.told += json.loads(line.removeprefix("data: "))["tally"]


@contextmanager
def desk(house: Struck) -> Iterator[Desk]:
    """Open a desk, and wait until it follows."""
    found = Desk(house=house)
    thread = threading.Thread(target=found.follow)
    thread.start()
    try:
        house.processes.wait_until(lambda: found.opened, within=RECOVERS_WITHIN)
        yield found
    finally:
        found.over.set()
        thread.join()


def report(
    house: Struck, words: str, *, reporter: int = 0, url: str = "", http: httpx.Client | None = None
) -> httpx.Response:
    """Send a report."""
    body = {"account_id": str(house.accounts[0]), "comment": words, "category": "spam"}
    shown = {"authorization": f"Bearer {house.tokens[reporter]}"}
    address = f"{url or house.processes.url}/api/v1/reports"
    if http is not None:
        return http.post(address, json=body, headers=shown)
    return httpx.post(address, json=body, headers=shown, timeout=ANSWERED_WITHIN)


def everything(house: Struck) -> dict[str, httpx.Response]:
    """Ask at every kind of door at once."""
    line = json.dumps({"account": handle(0), "category": "spam", "comment": "a line"}).encode()
    machine = {"authorization": f"Bearer {house.machine}", "idempotency-key": "while it is gone"}
    page = {"accept": "text/html"}
    with httpx.Client(base_url=house.processes.url, timeout=ANSWERED_WITHIN) as http, ThreadPoolExecutor(8) as hands:
        asked = {
            "health": hands.submit(http.get, "/health", headers={"accept": "application/json"}),
            "desk": hands.submit(http.get, "/desk", headers=page | {"cookie": f"{COOKIE}={house.session}"}),
            "stream": hands.submit(http.get, "/desk/stream", headers={"cookie": f"{COOKIE}={house.session}"}),
            "page": hands.submit(http.get, f"/@{handle(0)}", headers=page),
            "report": hands.submit(report, house, "while it is gone"),
            "bulk": hands.submit(http.post, "/intake/reports", content=line, headers=machine),
            "metrics": hands.submit(http.get, "/metrics", headers=machine),
            "client": hands.submit(http.get, "/api/v1/timelines/public"),
        }
        return {name: one.result() for name, one in asked.items()}


@pytest.mark.promise(17)
@pytest.mark.promise(20)
def test_while_postgresql_is_gone_every_door_says_so_and_afterwards_all_goes_on(house: Struck) -> None:
    assert house.server is not None
    with desk(house) as open_desk:
        assert report(house, "before").status_code == 200
        house.processes.wait_until(lambda: len(open_desk.told) == 1, within=RECOVERS_WITHIN)
        house.server.kill()
        answers = everything(house)
        assert {name: one.status_code for name, one in answers.items() if one.status_code != 503} == {}
        assert {one.headers["retry-after"] for one in answers.values()} == {str(PASSES[Outage.AWAY])}
        assert "Traceback" not in "".join(one.text for one in answers.values())
        assert "The database does not answer" in answers["desk"].text
        assert answers["health"].json()["code"] == Outage.AWAY
        opened = open_desk.opened
        house.server.start()
        house.processes.wait_until(house.processes.answers, within=RECOVERS_WITHIN)
        house.processes.wait_until(lambda: open_desk.opened > opened, within=RECOVERS_WITHIN)
        assert report(house, "afterwards").status_code == 200
        sent = time.monotonic()
        house.processes.wait_until(lambda: len(open_desk.told) == 2, within=RECOVERS_WITHIN)
        assert time.monotonic() - sent < 2
    with house.opened() as db:
        assert tally(db) == []


@pytest.mark.promise(17)
@pytest.mark.promise(20)
def test_a_postgresql_that_takes_a_question_and_never_answers_is_left(house: Struck) -> None:
    """Its kernel still takes everything: no bound of TCP's ends that."""
    assert house.server is not None
    hurried = HURRIED | {"gardefou.storage.postgresql.SILENT_AT_MOST": 1.0}
    one = replace(house.processes, port=free_port(), running={}, constants=hurried)
    one.start()
    try:
        assert report(house, "while it answers", url=one.url).status_code == 200
        with house.server.stopped():
            answers = everything(replace(house, processes=one))
        assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 503} == {}
        assert all("retry-after" in answer.headers for answer in answers.values())
        one.wait_until(one.answers, within=RECOVERS_WITHIN)
        assert report(house, "once it answers again", url=one.url).status_code == 200
    finally:
        one.kill()
    with house.opened() as db:
        assert tally(db) == []


@pytest.mark.promise(17)
def test_whether_it_was_kept_is_not_known_where_it_is_silent_while_it_commits(
    house: Struck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SILENT_AT_MOST", 1.0)
    assert house.server is not None
    db = open_database(house.database, bounded=True)
    with ExitStack() as stack, pytest.raises(CommitUnsureError), db.transaction() as tx:  # noqa: PT012  # it stops within
        tx.execute(text("CREATE TEMPORARY TABLE kept (it int)"))
        stack.enter_context(house.server.stopped())
    db.forget_connections()
    with db.reading() as tx:
        assert tx.scalar(text("SELECT 1")) == 1
    db.close()


def test_the_server_and_the_worker_are_bounded_and_a_command_waits_as_long_as_whoever_ran_it(house: Struck) -> None:
    for bounded, most in ((True, postgresql.ANSWERED_AT_MOST), (False, "0")):
        db = open_database(house.database, bounded=bounded)
        with db.reading() as tx:
            assert tx.scalar(text("SHOW statement_timeout")) == most
        db.close()


@pytest.mark.promise(20)
def test_while_others_hold_what_everybody_asks_for_nobody_waits_without_end(house: Struck, one: Processes) -> None:
    """Every connection of the house waits for a lock of somebody else's; who comes then is told so, health too."""
    address = house.database.replace("+psycopg", "")
    many = httpx.Limits(max_connections=100)
    with (
        httpx.Client(timeout=ANSWERED_WITHIN, limits=many) as http,
        psycopg.connect(address) as other,
        ThreadPoolExecutor(80) as hands,
    ):
        other.execute("LOCK TABLE net_account, report IN ACCESS EXCLUSIVE MODE")
        waiting = [hands.submit(http.get, f"{one.url}/@{handle(at % 20)}") for at in range(60)]
        waiting += [hands.submit(report, house, f"busy {at}", reporter=at, http=http, url=one.url) for at in range(10)]
        health = [hands.submit(http.get, f"{one.url}/health") for _ in range(10)]
        held, told = ([answer.result() for answer in each] for each in (waiting, health))
    print(f"slowest {max(answer.elapsed for answer in [*held, *told])}")  # noqa: T201  # shown where the test fails
    assert {answer.status_code for answer in held} == {503}
    assert 503 in {answer.status_code for answer in told} <= {200, 503}
    assert all("retry-after" in answer.headers for answer in [*held, *told] if answer.status_code == 503)
    assert report(house, "not busy any more", url=one.url).status_code == 200
    one.wait_until(one.answers, within=RECOVERS_WITHIN)
    with house.opened() as db:
        assert tally(db) == []
