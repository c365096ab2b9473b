"""Committing in groups: many who write, or look up, the same kind of thing share one transaction.

A commit waits for the disk, whatever it holds. Who comes while one is under way is written with the next, so that the
more come, the less each costs; nobody waits for others to come. Each is answered only after what it wrote is durable.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from gardefou.storage.engine import Database, Tx
from gardefou.storage.errors import TooManyWaitError
from gardefou.storage.outage import Outage, outage_of

#: So many are written in one transaction, and so many wait at most.
TOGETHER, WAITING = 256, 2_048
#: Whoever has waited this many seconds behind others who waited in vain does not wait in vain as long again.
LONG = 1.0

#: What is waited for, and may come to nothing.
_WAITED_FOR = frozenset({Outage.AWAY, Outage.BUSY})

Item = TypeVar("Item")
Result = TypeVar("Result")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _One(Generic[Item, Result]):
    """One who waits: in a thread, or on an event loop."""

    item: Item
    answer: "Future[Result] | asyncio.Future[Result]"
    loop: asyncio.AbstractEventLoop | None = None

    def is_waited_for(self) -> bool:
        """Return whether anybody still wants it; from now on a thread cannot call it off."""
        if isinstance(self.answer, Future):
            return self.answer.set_running_or_notify_cancel()
        return not self.answer.cancelled()


class Together(Generic[Item, Result]):
    """One kind of thing that is done in groups, in one process."""

    def __init__(
        self,
        db: Database,
        act: Callable[[Tx, Sequence[Item]], Sequence[Result | Exception]],
        *,
        reads: bool = False,
        together: int = TOGETHER,
        waiting: int = WAITING,
    ) -> None:
        """Wait for the first.

        Args:
            db: where to.
            act: does some of them in a transaction that it neither opens nor ends, and returns what became of each: a
                result, or the error of one that alone cannot be done.
            reads: whether it is one statement that reads.
            together: how many are done in one transaction at most.
            waiting: how many may wait before more are turned away.
        """
        self._open = db.asking if reads else db.transaction
        self._act = act
        self._together, self._most = together, waiting
        self._waiting: deque[_One[Item, Result]] = deque()
        self._lock = threading.Lock()
        self._at_work = False
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="together")

    def put(self, item: Item) -> Future[Result]:
        """Hand something in; what is returned has a result once it is durable, or the error that kept it from being so.

        Raises:
            TooManyWaitError: more wait than can be done soon; nothing was taken.
        """
        answer: Future[Result] = Future()
        self._take(_One(item, answer))
        return answer

    async def become(self, item: Item) -> Result:
        """Hand something in from an event loop, and return what became of it once that is durable.

        Raises:
            TooManyWaitError: more wait than can be done soon; nothing was taken.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        self._take(_One(item, answer, loop))
        return await answer

    def close(self) -> None:
        """Do what waits, and take no more."""
        self._hand.shutdown(wait=True)

    def _take(self, one: _One[Item, Result]) -> None:
        with self._lock:
            if len(self._waiting) >= self._most:
                raise TooManyWaitError
            self._waiting.append(one)
            begins, self._at_work = not self._at_work, True
        if begins:
            self._hand.submit(self._work)

    def _work(self) -> None:
        while group := self._next():
            wanted = [one for one in group if one.is_waited_for()]
            if wanted:
                self._do(wanted)

    def _next(self) -> list[_One[Item, Result]]:
        """Return who is next; when nobody is left, whoever comes then begins anew."""
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(self._together, len(self._waiting)))]
            self._at_work = bool(group)
        return group

    def _do(self, group: Sequence[_One[Item, Result]]) -> None:
        results: Sequence[Result | Exception]
        began = time.monotonic()
        try:
            with self._open() as tx:
                results = self._act(tx, [one.item for one in group])
        except Exception as problem:  # noqa: BLE001  # whatever it is, each of them is answered
            if len(group) > 1 and outage_of(problem) is None:
                # One of them may have spoilt it for the others: each is tried alone.
                _log.warning("together.apart", together=len(group), problem=type(problem).__name__)
                for one in group:
                    self._do([one])
                return
            # A database that cannot be asked is nobody's fault: alone, each would wait as long, and what may be kept
            # already would be written twice.
            results = [problem] * len(group)
            if outage_of(problem) in _WAITED_FOR and time.monotonic() - began > LONG:
                behind = self._all_waiting()
                group, results = [*group, *behind], [problem] * (len(group) + len(behind))
        _answer(zip(group, results, strict=True))

    def _all_waiting(self) -> list[_One[Item, Result]]:
        with self._lock:
            found = list(self._waiting)
            self._waiting.clear()
        return [one for one in found if one.is_waited_for()]


def _answer(became: Iterable[tuple[_One[Any, Any], Any]]) -> None:
    """Tell each what became of it; an event loop is woken once for all who wait on it."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for one, result in became:
        if isinstance(one.answer, Future):
            _settle(one.answer, result)
        elif one.loop is not None:
            loops.setdefault(one.loop, []).append((one.answer, result))
    for loop, answers in loops.items():
        with suppress(RuntimeError):  # It was closed, and nobody waits on it any more.
            loop.call_soon_threadsafe(_settle_all, answers)


def _settle_all(answers: Iterable[tuple[asyncio.Future[Any], Any]]) -> None:
    for answer, result in answers:
        if not answer.done():  # Whoever waited may have gone meanwhile.
            _settle(answer, result)


def _settle(answer: "Future[Any] | asyncio.Future[Any]", result: Any) -> None:
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
