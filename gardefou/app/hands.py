"""The threads that serve requests: so many, and nobody waits for one without end.

While the database answers slowly all of them may be waiting for it. Who comes then is turned away after a moment and
told to come back, instead of standing in a line that grows: what is asked from its end was given up long before.
"""

from asyncio import AbstractEventLoop
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from gardefou.storage.errors import TooBusyError

#: How many there are, and how long one is waited for, seconds.
THREADS, WITHIN = 32, 5.0

P = ParamSpec("P")
T = TypeVar("T")


class Hands(ThreadPoolExecutor):
    """The threads of one process that serves."""

    def __init__(self, loop: AbstractEventLoop, threads: int = THREADS) -> None:
        """Start none before somebody asks; `loop` says how long somebody has waited."""
        super().__init__(threads, thread_name_prefix="web")
        self._steady = loop.time

    def submit(self, act: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let a thread do something; what waits too long for one raises TooBusyError instead."""
        until = self._steady() + WITHIN

        def in_time() -> T:
            if self._steady() > until:
                raise TooBusyError
            return act(*args, **kwargs)

        return super().submit(in_time)
