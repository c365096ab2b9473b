"""Committing in groups: many who write the same kind of thing share one transaction.

A commit waits for the disk, whatever it holds. Who comes while one is under way is written with the next, so that the
more come, the less each costs; nobody waits for others to come. Each is answered only after what it wrote is durable.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

import structlog

from gardefou.storage.engine import Database, Tx
from gardefou.storage.errors import TooManyWaitError

#: So many are written in one transaction, and so many wait at most.
TOGETHER, WAITING = 256, 2_048

Item = TypeVar("Item")
Result = TypeVar("Result")
_log = structlog.get_logger(__name__)


class Together(Generic[Item, Result]):
    """One kind of thing that is written in groups, in one process."""

    def __init__(
        self,
        db: Database,
        act: Callable[[Tx, Sequence[Item]], Sequence[Result | Exception]],
        *,
        together: int = TOGETHER,
        waiting: int = WAITING,
    ) -> None:
        """Wait for the first.

        Args:
            db: where to.
            act: writes some of them in a transaction that it neither opens nor ends, and returns what became of each:
                a result, or the error of one that alone cannot be written.
            together: how many are written in one transaction at most.
            waiting: how many may wait before more are turned away.
        """
        self._db, self._act = db, act
        self._together, self._most = together, waiting
        self._waiting: deque[tuple[Item, Future[Result]]] = deque()
        self._lock = threading.Lock()
        self._at_work = False
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="together")

    def put(self, item: Item) -> Future[Result]:
        """Hand something in; what is returned has a result once it is durable, or the error that kept it from being so.

        Raises:
            TooManyWaitError: more wait than can be written soon; nothing was taken.
        """
        answer: Future[Result] = Future()
        with self._lock:
            if len(self._waiting) >= self._most:
                raise TooManyWaitError
            self._waiting.append((item, answer))
            begins, self._at_work = not self._at_work, True
        if begins:
            self._hand.submit(self._work)
        return answer

    def close(self) -> None:
        """Write what waits, and take no more."""
        self._hand.shutdown(wait=True)

    def _work(self) -> None:
        while group := self._next():
            wanted = [one for one in group if one[1].set_running_or_notify_cancel()]
            if wanted:
                self._write(wanted)

    def _next(self) -> list[tuple[Item, Future[Result]]]:
        """Return who is next; when nobody is left, whoever comes then begins anew."""
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(self._together, len(self._waiting)))]
            self._at_work = bool(group)
        return group

    def _write(self, group: Sequence[tuple[Item, Future[Result]]]) -> None:
        try:
            with self._db.transaction() as tx:
                results = self._act(tx, [item for item, _answer in group])
        except Exception as problem:  # noqa: BLE001  # whatever it is, each of them is answered
            if len(group) == 1:
                group[0][1].set_exception(problem)
                return
            # One of them may have spoilt it for the others: each is tried alone.
            _log.warning("together.apart", together=len(group), problem=type(problem).__name__)
            for one in group:
                self._write([one])
            return
        for (_item, answer), result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
