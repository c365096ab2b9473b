"""Claims about an open desk in a storm: a report is there within 100 ms of its answer, 99 in 100 within 500 ms.

One server process on PostgreSQL. A storm on one account arrives at 80 % of its measured maximum, from a process of its
own. Meanwhile accounts that nobody has reported before get one report each. One desk is a bare client of the stream: it
measures until the message that names the account is there. The other is headless Chromium with the queue open: it
measures until the count of new cases in the page has risen. Both run from the answer of success; what is there sooner
than that counts as 0. The same is shown without the storm, and on SQLite, which is looked at every 200 ms.
"""

import json
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

from bench.arriving import CONNECTIONS, a_report, storm
from bench.crowd import Crowd
from bench.harness import FULL, Measured, below_limit, folder, report, server, shown
from bench.load import Asked, ask
from bench.serving import house_serving
from bench.staffed import signed_in
from gardefou.app.found import found_house
from gardefou.app.settings import Settings
from gardefou.desk.session import COOKIE
from gardefou.storage import Database, open_database
from tests.journeys.conftest import launched

#: Each may say more of one account only so often in a day, however fast this machine is.
REPORTERS, AT_MOST = 20_000, 2_000
PROBES = 400 if FULL else 100
APART = 0.1
PATIENCE = 15.0
#: In the page: when its count of new cases rose, and to what.
_WATCH = """
  () => {
    window.rose = [];
    const button = document.querySelector(".show-new");
    new MutationObserver(() => window.rose.push(Date.now() / 1000)).observe(button, {attributeFilter: ["data-new"]});
  }
"""


class Stream:
    """A desk that is nothing but its stream, and when it heard of which account."""

    def __init__(self, port: int, token: str, accounts: Sequence[int]) -> None:
        """Listen for the accounts.

        Raises:
            RuntimeError: the stream did not begin.
        """
        self.heard: dict[str, float] = {}
        words = quote(" ".join(f"account:{number}" for number in accounts))
        head = f"GET /desk/stream?hears={words} HTTP/1.1\r\nhost: localhost\r\ncookie: {COOKIE}={token}\r\n\r\n"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.sendall(head.encode())
        self._rest = b""
        while b"event: beat" not in self._rest:
            self._rest += self._some()
        self._hand = threading.Thread(target=self._listen, daemon=True)
        self._hand.start()

    def _some(self) -> bytes:
        found = self._socket.recv(65_536)
        if not found:
            raise RuntimeError(f"the stream ended: {self._rest[-300:]!r}")
        return found

    def _listen(self) -> None:
        while True:
            try:
                self._rest += self._some()
            except (OSError, RuntimeError):
                return
            at = time.time()
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                if line.startswith(b'data: {"words"'):
                    for word in json.loads(line[6:])["words"]:
                        self.heard.setdefault(word, at)

    def close(self) -> None:
        """Hang up."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._hand.join()
        self._socket.close()


class Desks:
    """Both desks, and accounts that nobody has reported yet."""

    def __init__(self, db: Database, port: int, page: Page) -> None:
        """Let everybody in."""
        self._port, self._page, self._hand = port, page, ThreadPoolExecutor(1)
        self._crowd = Crowd(db)
        self._crowd.members(REPORTERS)
        self.tokens = self._crowd.tokens(range(1, REPORTERS + 1))
        self.stormy = self._crowd.account("stormy")
        self._db, self._opened = db, 0
        page.context.add_cookies([{"name": COOKIE, "value": signed_in(db, "agent"), "url": f"http://localhost:{port}"}])

    def maximum(self) -> float:
        """Return how many reports a second the server takes on the stormy account."""
        rates = []
        for number in range(3):
            many = [a_report(self.stormy, token, f"max {number}") for token in self.tokens[:AT_MOST]]
            rates.append(self._ask(many, CONNECTIONS).rate)
        return statistics.median(rates)

    def _ask(self, questions: Sequence[bytes], connections: int) -> Asked:
        # The browser's driver has a loop running in this thread.
        return self._hand.submit(ask, self._port, questions, connections=connections, scattered=True).result()

    def probe(self) -> tuple[list[float], list[float]]:
        """Report accounts one by one; return the milliseconds until the stream and the page had each."""
        accounts = [self._crowd.account(f"probe{self._opened + number}") for number in range(PROBES)]
        self._opened += PROBES
        self._page.goto(f"http://localhost:{self._port}/desk")
        self._page.locator(".live-word").wait_for()
        self._page.evaluate(_WATCH)
        stream = Stream(self._port, signed_in(self._db, "agent"), accounts)
        heard, seen = [], []
        for number, account_id in enumerate(accounts):
            rose = self._rises()
            self._ask([a_report(account_id, self.tokens[number], "probe")], 1)
            answered = time.time()
            heard.append(_until(lambda word=f"account:{account_id}": stream.heard.get(word)) - answered)  # type: ignore[misc]
            seen.append(_until(lambda after=rose: self._risen(after)) - answered)  # type: ignore[misc]
            time.sleep(APART)
        stream.close()
        return [max(0.0, 1000 * each) for each in heard], [max(0.0, 1000 * each) for each in seen]

    def _rises(self) -> int:
        return int(self._page.evaluate("window.rose.length"))

    def _risen(self, after: int) -> float | None:
        found = self._page.evaluate("after => window.rose[after] ?? null", after)
        return None if found is None else float(found)


def _until(look: Callable[[], float | None]) -> float:
    last = time.monotonic() + PATIENCE
    while (found := look()) is None:
        if time.monotonic() > last:
            raise RuntimeError(f"a report was not visible within {PATIENCE:.0f} s")
        time.sleep(0.005)
    return found


@contextmanager
def chromium() -> Iterator[Page]:
    """Run a browser."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser.new_page()
        browser.close()


def measure(kind: str) -> list[Measured]:
    """Measure on one database."""
    rows: list[Measured] = []
    with server(kind) as new_url, folder() as data:
        url = new_url()
        found_house(Settings(data=str(data), database=url))
        db = open_database(url)
        with house_serving(data, url) as (port, _pid), chromium() as page:
            desks = Desks(db, port, page)
            most = desks.maximum()
            for blows in (False, True):
                weather = storm(port, desks.stormy, desks.tokens, rate=0.8 * most, mark="storm")
                with weather if blows else nullcontext():
                    heard, seen = desks.probe()
                said = f"during a storm at 80 % of {most:,.0f}/s" if blows else "without a storm"
                for found, where in ((heard, "told to an open desk"), (seen, "seen in an open desk")):
                    rows += told(kind, f"{kind}: accepted → {where}, {said}", found, promised=blows)
        db.close()
    return rows


def told(kind: str, what: str, found: Sequence[float], *, promised: bool) -> list[Measured]:
    """Return the median and the p99 of some measurements."""
    p99 = statistics.quantiles(found, n=100)[98]
    if promised and kind == "postgresql":
        return [
            below_limit(f"{what}: median", found, unit="ms", limit=100),
            below_limit(f"{what}: p99", [p99], unit="ms", limit=500),
        ]
    return [shown(f"{what}: median", found, unit="ms"), shown(f"{what}: p99", [p99], unit="ms")]


def main() -> None:
    """Measure on both."""
    report("visible", [row for kind in ("postgresql", "sqlite") for row in measure(kind)])


if __name__ == "__main__":
    main()
