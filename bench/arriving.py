"""Reports that arrive at a steady rate, whether the server keeps up or not, and a storm in a process of its own."""

import asyncio
import json
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing.synchronize import Event
from typing import Any

from bench.load import post

PATH = "/api/v1/reports"
CONNECTIONS = 64
#: A connection comes from another block of addresses after so many questions: storm after storm no block has had its
#: share of an hour.
FROM_ONE_BLOCK = 500


def a_report(account_id: int, token: str, comment: str) -> bytes:
    """Return the question that reports an account."""
    body = {"account_id": str(account_id), "comment": comment, "category": "spam"}
    return post(PATH, json.dumps(body).encode(), token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One report and its answer.

    Attributes:
        number: its place in the series.
        took: seconds from when it was due to be sent to its answer, so that one that waits for a connection waits too.
        answered: when the answer was there; `time.time`.
    """

    number: int
    took: float
    answered: float


def arrive(port: int, questions: Sequence[bytes], *, rate: float, net: int = 2) -> list[Arrived]:
    """Send questions at a rate, and return what became of each.

    Args:
        port: where to.
        questions: what is sent.
        rate: how many in a second.
        net: the second number of the addresses they come from, and those after it; each connection has its own block.

    Raises:
        RuntimeError: an answer was none of success.
    """
    return asyncio.run(_arrive(port, iter(questions), rate, net, None))


async def _arrive(port: int, questions: Iterator[bytes], rate: float, net: int, ended: Event | None) -> list[Arrived]:
    loop = asyncio.get_running_loop()
    due: asyncio.Queue[tuple[int, float, bytes] | None] = asyncio.Queue()
    done: list[Arrived] = []
    senders = [asyncio.create_task(_send(port, net, place, due, done)) for place in range(CONNECTIONS)]
    began = loop.time()
    for number, question in enumerate(questions):
        at = began + number / rate
        if at > loop.time():
            await asyncio.sleep(at - loop.time())
        if ended is not None and ended.is_set():
            break
        failed = next((one for one in senders if one.done()), None)
        if failed is not None:
            failed.result()
        due.put_nowait((number, at, question))
    for _ in senders:
        due.put_nowait(None)
    await asyncio.gather(*senders)
    return done


async def _send(
    port: int, net: int, place: int, due: "asyncio.Queue[tuple[int, float, bytes] | None]", done: list[Arrived]
) -> None:
    loop = asyncio.get_running_loop()
    for block in count(net):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(f"127.{block}.{place + 1}.1", 0))
        for _ in range(FROM_ONE_BLOCK):
            one = await due.get()
            if one is None:
                writer.close()
                return
            number, at, question = one
            writer.write(question)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError((head + body).decode("utf-8", "replace")[:600])
            done.append(Arrived(number=number, took=loop.time() - at, answered=time.time()))
        writer.close()


def _blow(port: int, account_id: int, tokens: Sequence[str], rate: float, mark: str, ended: Event, told: Any) -> None:
    def questions() -> Iterator[bytes]:
        number = 0
        while True:
            yield a_report(account_id, tokens[number % len(tokens)], f"{mark} {number}")
            number += 1

    told.put(len(asyncio.run(_arrive(port, questions(), rate, 3, ended))))


@contextmanager
def storm(port: int, account_id: int, tokens: Sequence[str], *, rate: float, mark: str) -> Iterator[list[int]]:
    """Let a storm blow on one account; in the end the list has how many reports were answered with success.

    Raises:
        RuntimeError: one was not.
    """
    apart = multiprocessing.get_context("spawn")
    ended, told, sent = apart.Event(), apart.Queue(), list[int]()
    process = apart.Process(target=_blow, args=(port, account_id, tokens, rate, mark, ended, told))
    process.start()
    try:
        yield sent
    finally:
        ended.set()
        process.join(60)
    if process.exitcode != 0:
        raise RuntimeError("the storm broke off")
    sent.append(told.get(timeout=5))
