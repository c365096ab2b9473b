"""Time: integer microseconds since 1970, UTC. The only module that reads a clock.

Everything else takes `now` as an argument, read once per decision, so that a replay and a test can say what time it is.
"""

import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NewType

Micros = NewType("Micros", int)

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

STEP_TOLERATED = 30 * SECOND

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: No instant outside these can be written as a day and a time: of the years 1 to 9999, without their outermost days, so
#: that a zone or a rounding never leads out of them.
EARLIEST, LATEST = -62_135_510_400 * SECOND, 253_402_214_400 * SECOND


class Clock(ABC):
    """Whoever can say what time it is."""

    @abstractmethod
    def now(self) -> Micros:
        """Return the present instant."""


class SystemClock(Clock):
    """The machine's own clock."""

    def now(self) -> Micros:
        """Return the machine's time."""
        return Micros(time.time_ns() // 1_000)


class SimulatedClock(Clock):
    """A clock that moves only when told: for replay and tests."""

    def __init__(self, now: int) -> None:
        """Start at `now`, in microseconds."""
        self._now = now

    def now(self) -> Micros:
        """Return the simulated instant."""
        return Micros(self._now)

    def advance(self, micros: int) -> Micros:
        """Move forward and return the new instant."""
        self._now += micros
        return self.now()

    def set(self, now: int) -> Micros:
        """Jump to an instant."""
        self._now = now
        return self.now()


class StepWatch:
    """Notices a wall clock that jumped against the steady one (promise 5).

    After a step of more than thirty seconds `stepped` stays true: executions stop until the process is started again by
    a person who has looked. Restores never ask.
    """

    def __init__(self) -> None:
        """Compare from this moment on."""
        self._offset = self._measure()
        self.stepped = False

    @staticmethod
    def _measure() -> int:
        return time.time_ns() // 1_000 - time.monotonic_ns() // 1_000

    def look(self) -> bool:
        """Return whether the clock has ever stepped since the watch began."""
        offset = self._measure()
        if abs(offset - self._offset) > STEP_TOLERATED:
            self.stepped = True
        self._offset = offset
        return self.stepped


def to_datetime(at: int) -> datetime:
    """Return the instant as an aware datetime in UTC."""
    seconds, micros = divmod(at, SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def from_datetime(moment: datetime) -> Micros:
    """Return an aware datetime as microseconds.

    Raises:
        ValueError: the datetime is naive.
    """
    if moment.tzinfo is None:
        message = "a datetime without a zone is not an instant"
        raise ValueError(message)
    return Micros((moment - _BEGINNING) // _MICROSECOND)


def from_iso(text: str) -> Micros:
    """Read an ISO 8601 instant; one without a zone is taken as UTC.

    Raises:
        ValueError: the text is not an instant, or none that can be written as one in UTC.
    """
    moment = datetime.fromisoformat(text.strip())
    at = from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    if not EARLIEST <= at <= LATEST:
        raise ValueError(f"{text.strip()[:40]!r} is too far from now")
    return at


@lru_cache(maxsize=4096)
def to_iso(at: int) -> str:
    """Write an instant as ISO 8601 in UTC, to the second when it is whole; kept, since posts are read often."""
    return to_datetime(at).isoformat().replace("+00:00", "Z")
