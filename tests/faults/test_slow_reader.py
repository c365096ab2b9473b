"""A desk that reads its stream at one byte a second, while events pass by the thousand.

The others get theirs at once, the server's memory stays flat, and the slow one, once it reads again, is told
everything in order, from where it was. With FULL=1 a hundred thousand events pass.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bench.serving import resident
from gardefou.clock import SystemClock
from gardefou.desk.session import COOKIE
from gardefou.events.record import record
from tests.conftest import FULL
from tests.factories.struck import Struck

EVENTS, AT_ONCE = (100_000 if FULL else 6_000), 500
#: How much the server may grow while they pass, kilobytes: the last 2,000 events are kept, and threads have stacks.
GROWS_AT_MOST = 24 * 1024
SOON = 60.0


class Line:
    """A stream, read by hand from its socket."""

    def __init__(self, struck: Struck, *, buffer: int = 0) -> None:
        """Open it; nothing is read yet."""
        self.got = bytearray()
        self._socket = socket.socket()
        if buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._socket.settimeout(SOON)
        self._socket.connect(("127.0.0.1", struck.processes.port))
        self._socket.sendall(
            f"GET /desk/stream HTTP/1.1\r\nhost: localhost\r\ncookie: {COOKIE}={struck.session}\r\n\r\n".encode()
        )

    def read(self, many: int = 65536) -> bytes:
        """Read so much at most."""
        more = self._socket.recv(many)
        self.got += more
        return more

    def until(self, event_id: int) -> None:
        """Read at full speed until an event has come, or the stream has ended."""
        wanted = f"id: {event_id}\r\n".encode()
        while wanted not in self.got[-200_000:] and self.read():
            pass

    @property
    def ids(self) -> list[int]:
        """The numbers of the events that came, in their order."""
        return [int(one) for one in re.findall(rb"id: (\d+)\r\n", bytes(self.got))]

    def close(self) -> None:
        """Close it."""
        self._socket.close()


@contextmanager
def a_byte_a_second(line: Line) -> Iterator[None]:
    """Read a line at one byte a second meanwhile."""
    over = threading.Event()

    def read() -> None:
        while not over.wait(1):
            line.read(1)

    reading = threading.Thread(target=read)
    reading.start()
    try:
        yield
    finally:
        over.set()
        reading.join()


def pass_by(struck: Struck, many: int) -> int:
    """Let events pass, and return the number of the last."""
    with struck.opened() as db:
        for _ in range(many // AT_ONCE):
            with db.transaction() as tx:
                for number in range(AT_ONCE):
                    record(
                        tx, now=SystemClock().now(), kind="case.leased", subject=f"case:{number}", body={"person": "1"}
                    )
        with db.reading() as tx:
            return int(tx.connection.exec_driver_sql("SELECT max(id) FROM event").scalar_one())


def test_a_desk_that_hardly_reads_keeps_nobody_waiting_and_misses_nothing(struck: Struck) -> None:
    # Closed whatever becomes of the test: a socket that is left open is some other test's warning.
    with closing(Line(struck, buffer=4096)) as slow, closing(Line(struck)) as quick:
        for one in (slow, quick):
            while b"event: beat" not in one.got:
                one.read(1)
        first = pass_by(struck, AT_ONCE)
        quick.until(first)
        server = struck.processes.running["serve"]
        before = resident(server)
        with a_byte_a_second(slow):
            reading = threading.Thread(target=lambda: quick.until(first + EVENTS))
            reading.start()
            last = pass_by(struck, EVENTS)
            written = time.monotonic()
            reading.join()
            behind, after = time.monotonic() - written, resident(server)
        print(f"{EVENTS} events, {after - before:+} kB, the last one {behind:.2f} s after it was written")  # noqa: T201
        assert last == first + EVENTS
        assert len(slow.got) < len(quick.got) // 2
        assert after - before < GROWS_AT_MOST
        slow.until(last)
        # Each tells what has happened since the one before it, or to look at everything again: up to the last.
        for one in (slow, quick):
            assert one.ids == sorted(set(one.ids))
            assert one.ids[-1] == last
