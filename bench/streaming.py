"""Claims about live streams: 10,000 idle ones on one process in under 600 MB, and a post reaches all in under 2 s.

Each is the home of a member of its own who follows the one that posts, on PostgreSQL. The post is written by this
process, in a transaction of its own, as another server process would; the time runs from its commit to the last stream
that has the whole message. Beside it stands the floor: how long one process needs to write as many bytes to as many
sockets, and nothing else.
"""

import resource
import select
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.crowd import Crowd
from bench.harness import Measured, below_limit, folder, report, server, shown
from bench.load import request
from bench.serving import house_serving, processor_seconds, resident
from gardefou.app.found import found_house
from gardefou.app.house import neighbours
from gardefou.app.settings import Settings
from gardefou.clock import SystemClock
from gardefou.events import Actor
from gardefou.network.post import Writing, post
from gardefou.storage import Database, open_database

STREAMS = 10_000
POSTS = 5
IDLE_FOR = 20.0
PATIENCE = 60.0
MEGABYTE = 1024
_AT_ONCE = 50


def enough_files(count: int) -> None:
    """Let this process, and the servers it starts, hold so many sockets.

    Raises:
        RuntimeError: the machine allows fewer.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise RuntimeError(f"{count:,} open files are needed, and {hard:,} are allowed here: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


class Listening:
    """Thousands of open streams, and what each has been sent."""

    def __init__(self, port: int, tokens: Sequence[str]) -> None:
        """Open them, some at a time, and wait until each has begun."""
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._got: dict[int, bytes] = {}
        for first in range(0, len(tokens), _AT_ONCE):
            for token in tokens[first : first + _AT_ONCE]:
                one = socket.create_connection(("127.0.0.1", port))
                one.sendall(request("/api/v1/streaming/user", token))
                one.settimeout(0)
                self._sockets[one.fileno()], self._got[one.fileno()] = one, b""
                self._poll.register(one, select.EPOLLIN)
            self.until(b":thump", len(self._sockets))

    def until(self, mark: bytes, count: int) -> float:
        """Read until so many streams have been sent something, and return when the last one had; `perf_counter`.

        Raises:
            RuntimeError: a stream ended, or a minute passed.
        """
        has = {number for number, got in self._got.items() if mark in got}
        start = time.perf_counter()
        while len(has) < count:
            if time.perf_counter() - start > PATIENCE:
                raise RuntimeError(f"{len(has):,} of {count:,} streams were sent {mark!r} within a minute")
            for number, _event in self._poll.poll(1):
                data = self._sockets[number].recv(65_536)
                if not data:
                    raise RuntimeError(f"a stream ended: {self._got[number][:300]!r}")
                self._got[number] += data
                if mark in self._got[number]:
                    has.add(number)
        return time.perf_counter()

    def forget(self) -> None:
        """Forget what came so far."""
        self._got = dict.fromkeys(self._got, b"")

    def close(self) -> None:
        """Hang up."""
        for one in self._sockets.values():
            one.close()
        self._poll.close()


@contextmanager
def listening(port: int, tokens: Sequence[str]) -> Iterator[Listening]:
    """Open streams, and hang up in the end."""
    opened = Listening(port, tokens)
    try:
        yield opened
    finally:
        opened.close()


def say(db: Database, author: int, text: str) -> float:
    """Post something, and return when it was committed."""
    with db.transaction() as tx:
        now = SystemClock().now()
        post(tx, neighbours(), actor=Actor.member(author), now=now, text=text, locale="en", writing=Writing())
    return time.perf_counter()


def written_to_all(streams: int, size: int) -> float:
    """Return how long a bare loop needs to write so many bytes to so many sockets."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(128)
        far = [socket.create_connection(door.getsockname()) for _ in range(1)]
        near = [door.accept()[0] for _ in far]
        data = b"x" * size
        start = time.perf_counter()
        for _ in range(streams):
            near[0].sendall(data)
            left = size
            while left:
                left -= len(far[0].recv(left))
        took = time.perf_counter() - start
        for one in (*far, *near):
            one.close()
        return took


def measure() -> list[Measured]:
    """Measure on PostgreSQL."""
    enough_files(STREAMS + 500)
    with server("postgresql") as new_url, folder() as data:
        url = new_url()
        found_house(Settings(data=str(data), database=url))
        db = open_database(url)
        crowd = Crowd(db)
        crowd.members(STREAMS)
        author = crowd.account("heard")
        crowd.followers(author, STREAMS)
        tokens = crowd.tokens(range(1, STREAMS + 1))
        crowd.analyze()
        with house_serving(data, url) as (port, pid):
            before = resident(pid) / MEGABYTE
            with listening(port, tokens) as streams:
                time.sleep(5)
                busy = processor_seconds(pid)
                time.sleep(IDLE_FOR)
                idle = (processor_seconds(pid) - busy) / IDLE_FOR
                waiting = resident(pid) / MEGABYTE
                took, floors = [], []
                for number in range(POSTS):
                    streams.forget()
                    said = f"heard by all, {number}"
                    committed = say(db, author, said)
                    took.append(streams.until(said.encode(), STREAMS) - committed)
                    floors.append(written_to_all(STREAMS, 1_500))
                spoken = resident(pid) / MEGABYTE
        db.close()
    return [
        below_limit("server before the first stream", [before], unit="MB", limit=200),
        below_limit(f"server with {STREAMS:,} idle streams", [waiting], unit="MB", limit=600),
        below_limit(f"server after it told them all {POSTS} posts", [spoken], unit="MB", limit=600),
        shown(f"{STREAMS:,} idle streams, of one processor", [100 * idle], unit="%"),
        below_limit(f"a post reaches {STREAMS:,} streams, from its commit", took, unit="s", limit=2),
        shown("the same, beside as many bare writes", took, unit="s", floors=floors),
    ]


def main() -> None:
    """Measure and report."""
    report("streaming", measure())


if __name__ == "__main__":
    main()
