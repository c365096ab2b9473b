"""Looks, at most once a minute, whether the database's own guards stand (promise 10); while not, executions stop."""

import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.clock import MINUTE, Clock
from gardefou.storage import Database
from gardefou.storage.guards import broken_guards

_log = structlog.get_logger(__name__)


class GuardWatch:
    """Remembers what the last look said. Unlike a stepped clock it heals: guards put back let executions go on.

    Restores never wait for it (promise 7).
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        """Prepare; nothing is read before the first look."""
        self._db = db
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at: int | None = None
        self._broken = True

    def look(self) -> bool:
        """Return whether executions must stop: a guard is missing or changed, or nobody can tell."""
        with self._lock:
            now = self._clock.now()
            if self._looked_at is None or not 0 <= now - self._looked_at < MINUTE:
                self._looked_at, self._broken = now, self._read()
            return self._broken

    def _read(self) -> bool:
        try:
            with self._db.reading() as tx:
                broken = broken_guards(tx)
        except SQLAlchemyError as problem:
            _log.exception("guards.unknown", problem=type(problem).__name__)
            return True
        if broken:
            _log.error("guards.broken", guards=broken)
        return bool(broken)
