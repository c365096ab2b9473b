"""Looks, at most once a minute, whether this program was started with what was agreed upon; while not, it stops.

A setting that a promise rests on is changed by an order, `setting.change`; here its value in force is held against the
one in the file (promise 11). Executions stop, and no mail leaves: it would go where nobody agreed that it goes.
Restores never wait for it (promise 7).
"""

import threading
from collections.abc import Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.clock import MINUTE, Clock
from gardefou.safeguards.settings import GUARDED, differing
from gardefou.storage import Database

#: What to do about it, for whoever reads a log.
CURE = "put it back, or: gardefou propose setting.change --set name=… --set value=… --as PERSON"

_log = structlog.get_logger(__name__)


class SettingWatch:
    """Remembers what the last look said. It heals: a setting put back, or agreed upon, lets executions go on."""

    def __init__(self, db: Database, clock: Clock, values: Mapping[str, str] | None) -> None:
        """Prepare; nothing is read before the first look.

        Args:
            db: the house's database.
            clock: the clock.
            values: the guarded settings this program was started with; None in the demo, whose mail and port vary.
        """
        self._db = db
        self._clock = clock
        self._values = values
        self._lock = threading.Lock()
        self._looked_at: int | None = None
        self._differing: list[str] = []

    def look(self) -> list[str]:
        """Return the names of the settings that differ; all of them when nobody can tell."""
        with self._lock:
            now = self._clock.now()
            if self._looked_at is None or not 0 <= now - self._looked_at < MINUTE:
                self._looked_at, self._differing = now, self._read()
            return self._differing

    def _read(self) -> list[str]:
        if self._values is None:
            return []
        try:
            with self._db.reading() as tx:
                found = differing(tx, self._values)
        except SQLAlchemyError as problem:
            _log.exception("settings.unknown", problem=type(problem).__name__)
            return list(GUARDED)
        if found:
            _log.error("settings.differ", settings=found, do=CURE)
        return found
