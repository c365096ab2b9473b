"""A storm of reports over HTTP, from clients that send each report once and remember which were answered with success.

Every report has words of its own, so that each can be looked for and counted. Nothing is ever sent again: whatever is
there twice was made twice by the house.
"""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from bench.load import post

PATH = "/api/v1/reports"
#: An answer that takes longer than this never comes, as far as anybody who waits is concerned, seconds.
HANGS = 25.0
#: So many reports are sent from one address before another is taken: fewer than an address may send.
FROM_ONE_ADDRESS = 1_500
_storms = count(1)


@dataclass(kw_only=True)
class Storm:
    """The storm.

    Attributes:
        port: where the house is served.
        tokens: of those who report.
        accounts: whom they report; the first one gets four of five.
        connections: how many send at once.
        pause: how long each waits between two reports, seconds.
        sent: how many were sent.
        kept: the words of those that were answered with success.
        answers: how many answers there were of each status.
        slowest: how long the slowest answer took, seconds.
        hung: the words of those that were not answered in time, nor the connection closed.
        without_a_word: how many refusals did not say when to come back.
        name: by which its words differ from those of any other.
    """

    port: int
    tokens: Sequence[str]
    accounts: Sequence[int]
    connections: int = 12
    pause: float = 0.01
    sent: int = 0
    kept: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    hung: list[str] = field(default_factory=list)
    without_a_word: int = 0
    name: int = field(default_factory=lambda: next(_storms))
    _numbers: "count[int]" = field(default_factory=count)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._blow()), name="storm")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let what is under way be answered, and end."""
        self._over.set()
        assert self._thread is not None
        self._thread.join()

    def more(self, number: int = 5, *, within: float = 60.0) -> float:
        """Wait until so many more are answered with success, and return how long that took.

        Raises:
            TimeoutError: they never were.
        """
        wanted, start = len(self.kept) + number, time.monotonic()
        while len(self.kept) < wanted:
            if time.monotonic() - start > within:
                raise TimeoutError(f"{len(self.kept)} of {wanted} kept; answers: {dict(self.answers)}")
            time.sleep(0.01)
        return time.monotonic() - start

    async def _blow(self) -> None:
        await asyncio.gather(*(self._connection(number) for number in range(self.connections)))

    async def _connection(self, place: int) -> None:
        while not self._over.is_set():
            number = self.sent // FROM_ONE_ADDRESS
            address = f"127.{1 + place}.{number % 250}.{1 + number // 250}"
            try:
                streams = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
            except OSError:
                await asyncio.sleep(0.05)
                continue
            try:
                await self._send_all(*streams, until=self.sent + FROM_ONE_ADDRESS)
            except (OSError, asyncio.IncompleteReadError):
                continue  # The server is gone, and what was under way is not known to be kept.
            finally:
                # Nobody reads what has not left yet, and whoever waits for it keeps the socket open past the test.
                streams[1].transport.abort()
                with suppress(OSError):
                    await streams[1].wait_closed()

    async def _send_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, until: int) -> None:
        while not self._over.is_set() and self.sent < until:
            number = next(self._numbers)
            words = f"storm {self.name}, words {number}"
            account = self.accounts[0] if number % 5 else self.accounts[number // 5 % len(self.accounts)]
            body = {"account_id": str(account), "comment": words, "category": "spam"}
            self.sent += 1
            begun = time.monotonic()
            writer.write(post(PATH, json.dumps(body).encode(), self.tokens[number % len(self.tokens)]))
            try:
                status, head = await asyncio.wait_for(_answer(reader), HANGS)
            except TimeoutError:
                self.hung.append(words)
                return
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.answers[status] += 1
            if status == 200:
                self.kept.add(words)
            elif status == 503 and b"retry-after:" not in head:
                self.without_a_word += 1
            await asyncio.sleep(self.pause if status == 200 else 0.1)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read one answer whole; return its status and its head."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next(int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1]), head
