"""Live fan-out: one reader per process, any number of followers, each event once and in order.

The reader only learns *that* something was committed: PostgreSQL says so by NOTIFY, SQLite by `PRAGMA data_version`.
What was committed is always read from the table by id, so a lost wake-up or a broken connection delays, and never
loses. Ids follow the order of commits (events/record.py), so a follower's cursor is all it needs to catch up.
"""

import asyncio
import json
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import psycopg
import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from gardefou.events.record import CHANNEL
from gardefou.events.tables import event
from gardefou.storage import Database

#: How often SQLite is asked whether anything was committed.
LOOK_EVERY = 0.2
#: What tells that reports were taken in.
FILED = "report.filed"
#: How often a PostgreSQL reader looks whether it is to stop; it reads when it is told to, and not before.
LISTEN_FOR = 0.5
#: After so long without a word, seconds, it reads by itself: nobody tells that a line is dead.
TRUST_FOR = 10.0
RECONNECT_AFTER = 0.2
_KEPT = 2_000
_PAGE = 500

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, as a follower sees it."""

    id: int
    at: int
    kind: str
    subject: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What happened since the group before.

    Attributes:
        events: in order; none when nothing happened, or too much to be told one by one.
        last: the id up to which a follower knows now.
        much: whether events were left out.
    """

    events: Sequence[Event]
    last: int
    much: bool = False


class _Follower:
    """Wakes one stream, from whichever thread; in a storm once for all that comes before it reads again."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._told = False

    def wake(self) -> None:
        if not self._told and not self._loop.is_closed():
            self._told = True
            self._loop.call_soon_threadsafe(self._woken.set)

    def listen(self) -> None:
        """Begin to hear anew; whatever is read afterwards includes all that was told of before."""
        self._woken.clear()
        self._told = False

    async def woken(self, seconds: float) -> bool:
        """Wait to be woken; return whether it came to that."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        return True


class Fanout:
    """The one reader of a process, and those who follow it."""

    def __init__(self, db: Database) -> None:
        """Prepare; `start` begins to read."""
        self._db = db
        self._recent: deque[Event] = deque(maxlen=_KEPT)
        self._followers: set[_Follower] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._last = 0
        #: How many reports were taken in since the reader began, by whichever process: they are told of here anyway.
        self.filed = 0

    @property
    def last(self) -> int:
        """The id of the newest event read here."""
        return self._last

    def start(self) -> None:
        """Begin to read, from now on."""
        self._last = self._newest()
        watch = self._watch_postgresql if self._db.dialect == "postgresql" else self._watch_sqlite
        self._thread = threading.Thread(target=self._run, args=(watch,), name="events", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End every stream at once, and the reader soon after."""
        self.end_streams()
        if self._thread is not None:
            self._thread.join(timeout=LISTEN_FOR * 4)

    def end_streams(self) -> None:
        """Tell every stream to end; safe in a signal handler, for it waits for nothing."""
        self._stopping.set()
        for follower in list(self._followers):
            follower.wake()

    async def follow(self, after: int, *, tick: float) -> AsyncIterator[Event | None]:
        """Yield every event after an id, once and in order; None when `tick` seconds passed without one.

        Args:
            after: the id of the last event already seen.
            tick: the longest time between two yields, seconds.
        """
        async for group in self.follow_groups(after, tick=tick):
            for each in group.events:
                yield each
            if not group.events:
                yield None

    async def follow_groups(
        self, after: int, *, tick: float, apart: float = 0.0, reach: int | None = None
    ) -> AsyncIterator[Group]:
        """Yield what happens after an id, together what happened together, each event once and in order.

        Args:
            after: the id of the last event already seen.
            tick: the longest time between two groups, seconds; one that came of itself is empty.
            apart: the shortest time between a group with something in it and the next.
            reach: how many events a group tells of at most. Whoever is further behind is told only that there was much.
        """
        follower = _Follower()
        self._followers.add(follower)
        try:
            while not self._stopping.is_set():
                follower.listen()
                group = await self._group(after, reach)
                after = group.last
                told = bool(group.events) or group.much
                if told or not await follower.woken(tick):
                    yield group
                if told and apart:
                    await asyncio.sleep(apart)
        finally:
            self._followers.discard(follower)

    async def _group(self, after: int, reach: int | None) -> Group:
        if reach is not None and self._last - after > reach:
            return Group(events=(), last=self._last, much=True)
        if reach is not None and after > self._last:
            # The reader may be a moment behind; or the record is another than the one that was followed, such as one
            # that was put back from a backup.
            newest = await asyncio.to_thread(self._newest)
            if after > newest:
                return Group(events=(), last=newest, much=True)
        found = self._from_memory(after)
        if found is None:
            found = await asyncio.to_thread(self._read, after)
        return Group(events=found, last=found[-1].id if found else after)

    def _from_memory(self, after: int) -> list[Event] | None:
        """Return what is newer than `after`, or None when memory does not reach back that far."""
        with self._lock:
            if after >= self._last:
                return []
            if not self._recent or self._recent[0].id > after + 1:
                return None
            newer = takewhile(lambda each: each.id > after, reversed(self._recent))
            return list(newer)[::-1]

    def _newest(self) -> int:
        with self._db.reading() as tx:
            return int(tx.scalar(select(func.coalesce(func.max(event.c.id), 0))))

    def _read(self, after: int) -> list[Event]:
        statement = select(event).where(event.c.id > after).order_by(event.c.id).limit(_PAGE)
        with self._db.asking() as tx:
            rows = tx.all(statement)
        return [
            Event(id=row["id"], at=row["at"], kind=row["kind"], subject=row["subject"], body=json.loads(row["body"]))
            for row in rows
        ]

    def _catch_up(self) -> None:
        more = True
        while more:
            fresh = self._read(self._last)
            more = len(fresh) == _PAGE  # What is committed from now on wakes the reader again.
            if fresh:
                self._keep(fresh)

    def _keep(self, fresh: Sequence[Event]) -> None:
        with self._lock:
            self._recent.extend(fresh)
            self._last = fresh[-1].id
        self.filed += sum(_reports(each) for each in fresh if each.kind == FILED)
        for follower in list(self._followers):
            follower.wake()

    def _run(self, watch: Callable[[], None]) -> None:
        told = ""
        while not self._stopping.is_set():
            try:
                watch()
            except (psycopg.Error, sqlite3.Error, SQLAlchemyError) as problem:
                said = str(problem).splitlines()[0]
                if said != told:  # Five times a second, for as long as it is away.
                    _log.warning("events.reader_reconnects", problem=said)
                told = said
                # Whoever listens notices first; connections that nobody uses now lead nowhere.
                self._db.forget_connections()
                self._stopping.wait(RECONNECT_AFTER)

    def _watch_postgresql(self) -> None:
        """LISTEN before the first read, so that nothing falls between."""
        with _own_connection(self._db) as connection:
            connection.autocommit = True
            connection.execute(f"LISTEN {CHANNEL}")
            silent, told = 0.0, 1
            while not self._stopping.is_set():
                silent = 0.0 if told else silent + LISTEN_FOR
                if told or silent >= TRUST_FOR:
                    self._catch_up()
                    silent = 0.0
                told = sum(1 for _ in connection.notifies(timeout=LISTEN_FOR, stop_after=1))

    def _watch_sqlite(self) -> None:
        with _own_connection(self._db) as connection:
            seen = None
            while not self._stopping.is_set():
                version = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    self._catch_up()
                    seen = version
                self._stopping.wait(LOOK_EVERY)


@contextmanager
def _own_connection(db: Database) -> Iterator[Any]:
    """Take a driver's connection out of the pool for good; it is closed at the end."""
    pooled = db.engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    try:
        yield connection
    finally:
        connection.close()


def _reports(filed: Event) -> int:
    """Return how many reports an event tells of: one for several that were taken in together says their number."""
    number = filed.body.get("reports", 1)
    return number if isinstance(number, int) else 1
