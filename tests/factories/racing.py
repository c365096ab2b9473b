"""Let several threads do one thing at the same instant."""

import threading
from collections.abc import Callable
from typing import TypeVar

from gardefou.storage import Tx

T = TypeVar("T")


def race(*acts: Callable[[], T]) -> list[T | Exception]:
    """Start every act at once and return what each brought, an exception included."""
    gate = threading.Barrier(len(acts))
    brought: list[T | Exception | None] = [None] * len(acts)

    def run(place: int, act: Callable[[], T]) -> None:
        gate.wait()
        try:
            brought[place] = act()
        except Exception as problem:  # noqa: BLE001  # handed to the test, which looks at it
            brought[place] = problem

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for one in brought if one is not None]


def until_somebody_waits(tx: Tx) -> None:
    """Hold what a transaction on PostgreSQL has locked until another waits for it, or for ten seconds if none does."""
    pid = tx.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    for _ in range(500):
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND %(pid)s = ANY(pg_blocking_pids(pid))"
        if tx.connection.exec_driver_sql(waiting, {"pid": pid}).first() is not None:
            return
        tx.connection.exec_driver_sql("SELECT pg_sleep(0.02)")
