"""Let several threads do one thing at the same instant."""

import threading
from collections.abc import Callable
from typing import TypeVar

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
