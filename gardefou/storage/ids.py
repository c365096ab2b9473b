"""Ids: 64 bits, sortable by creation, made from the clock; decimal strings at every border.

The upper 51 bits are microseconds since 2006-01-01, the lower 12 a number the process drew when it started, so that two
processes do not meet. Within a process no two ids are equal: each maker of ids takes the next number.
"""

import itertools
import secrets
import threading

EPOCH = 1_136_073_600_000_000
NODE_BITS = 12
BIGGEST = (1 << 63) - 1

#: The numbers of this process's makers, from the one it drew on: two that open a database at one instant never meet.
_NODES = itertools.count(secrets.randbelow(1 << NODE_BITS))


class Ids:
    """Makes ids for one database that a process has open."""

    def __init__(self, node: int | None = None) -> None:
        """Take the process's next number unless `node` says it (a replay wants the same ids twice)."""
        self._node = next(_NODES) % (1 << NODE_BITS) if node is None else node
        self._last = 0
        self._lock = threading.Lock()

    def new(self, now: int) -> int:
        """Return an id for `now`, later than every id made here before."""
        with self._lock:
            self._last = max(now - EPOCH, self._last + 1)
            return self._last << NODE_BITS | self._node


def id_at(at: int, salt: int) -> int:
    """Return the id of an imported thing made at `at`; the same thing gets the same id each time.

    Args:
        at: microseconds, known to the second only; the rest is filled from `salt`.
        salt: the platform's own id of the thing.
    """
    spread = salt * 0x9E3779B97F4A7C15 & (1 << 64) - 1
    whole_second = (at - EPOCH) // 1_000_000 * 1_000_000
    return whole_second + spread % 1_000_000 << NODE_BITS | spread >> 64 - NODE_BITS


def instant_of(identifier: int) -> int:
    """Return the microseconds an id was made at."""
    return (identifier >> NODE_BITS) + EPOCH
