"""Asks a server as fast as it answers, over connections that stay open, and notes how long each answer took."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it.

    Attributes:
        took: seconds from the first question to the last answer.
        each: of each answer, seconds.
        bodies: how many bytes the answers had, without their heads.
    """

    took: float
    each: Sequence[float]
    bodies: int

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return len(self.each) / self.took


def request(path: str, token: str = "") -> bytes:
    """Return a question for an address, with a token if there is one."""
    shown = f"authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n{shown}\r\n".encode()


def post(path: str, body: bytes, token: str = "") -> bytes:
    """Return a question that sends JSON, with a token if there is one."""
    shown = f"authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{shown}"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def ask(port: int, requests: Sequence[bytes], *, connections: int, scattered: bool = False) -> Asked:
    """Put every question once, over so many connections.

    Args:
        port: where.
        requests: the questions.
        connections: how many.
        scattered: whether each comes from a block of addresses of its own.

    Raises:
        RuntimeError: an answer was none of success.
    """
    return asyncio.run(_ask(port, requests, connections, scattered=scattered))


async def _ask(port: int, requests: Sequence[bytes], connections: int, *, scattered: bool) -> Asked:
    loop = asyncio.get_running_loop()
    todo = iter(requests)
    each: list[float] = []
    sizes: list[int] = []
    asking = []
    for number in range(connections):
        _transport, one = await loop.create_connection(
            lambda: _Asking(todo, each, sizes),
            "127.0.0.1",
            port,
            local_addr=(f"127.1.{number + 1}.1", 0) if scattered else None,
        )
        asking.append(one)
    start = time.perf_counter()
    for one in asking:
        one.next()
    await asyncio.gather(*(one.done for one in asking))
    return Asked(time.perf_counter() - start, each, sum(sizes))


class _Asking(asyncio.Protocol):
    """One connection: a question, its answer, the next."""

    def __init__(self, todo: Iterator[bytes], each: list[float], sizes: list[int]) -> None:
        self._todo, self._each, self._sizes = todo, each, sizes
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._got, self._needed, self._began = bytearray(), 0, 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server ended the connection"))

    def next(self) -> None:
        question = next(self._todo, None)
        if question is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._got, self._needed = bytearray(), 0
        self._began = time.perf_counter()
        self._transport.write(question)

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not self._needed:
            end = self._got.find(_END)
            if end < 0:
                return
            self._needed = end + len(_END) + self._length(bytes(self._got[:end]))
        if len(self._got) >= self._needed:
            self._each.append(time.perf_counter() - self._began)
            self.next()

    def _length(self, head: bytes) -> int:
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(bytes(self._got[:600]).decode("utf-8", "replace")))
            self._transport.abort()
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                self._sizes.append(int(line.partition(b":")[2]))
                return self._sizes[-1]
        raise RuntimeError("an answer without a length")
