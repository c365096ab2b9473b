"""The one follower of the house's events for all live streams of a process.

However many streams there are, one task reads the events, and one thread at a time asks the database which tokens still
hold and who is told. Streams end within a second of their token, or of their owner's standing.
"""

import asyncio
from collections.abc import AsyncIterator, Sized
from typing import TypeVar
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.clock import Clock
from gardefou.events.stream import Event, Fanout
from gardefou.network import told
from gardefou.network.api.live.audience import still_good, told_of
from gardefou.network.api.live.channels import Subscriber
from gardefou.network.api.live.streams import Streams
from gardefou.storage import Database
from gardefou.storage.errors import TooManyWaitError

#: How often something is looked at, seconds: a third of the tokens, and a part of the streams.
TICK, TOKENS_IN, THUMP_IN = 0.2, 3, 75
THUMP = ":thump\n\n"

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Hub:
    """All open streams of a process."""

    def __init__(self, db: Database, clock: Clock, fanout: Fanout, site: str) -> None:
        """Prepare; the first stream starts it, the last one stops it."""
        self._db, self._clock, self._fanout, self._site = db, clock, fanout, site
        self._streams = Streams()
        self._task: asyncio.Task[None] | None = None
        self._unseen: list[int] = []
        self._silent: list[Subscriber] = []

    async def messages(self, stream: Subscriber) -> AsyncIterator[str]:
        """Yield what one stream says, until its token, its owner's standing, or this process ends."""
        self._streams.add(stream)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(self._fanout.last), name="streams")
        try:
            yield THUMP
            while (said := await stream.next()) is not None:
                yield said
        finally:
            self._streams.remove(stream)

    async def _run(self, after: int) -> None:
        """Tell every stream what concerns it, from an event on, as long as there is one."""
        steady = asyncio.get_running_loop().time
        looked = 0.0
        events = self._fanout.follow(after, tick=TICK)
        try:
            async for event in events:
                if not self._streams:
                    return
                try:
                    if steady() - looked >= TICK:
                        looked = steady()
                        await self._look()
                        self._thump()
                    if event is not None and event.kind in told.KINDS:
                        await self._pass_on(event)
                except (SQLAlchemyError, TooManyWaitError) as problem:
                    # Nobody is told what could not be checked: every client comes back, and reads its timeline.
                    _log.warning("streams.end", problem=type(problem).__name__)
                    return
        finally:
            await events.aclose()  # type: ignore[attr-defined]  # an asynchronous generator has it
            for stream in self._streams:
                stream.end()

    async def _look(self) -> None:
        """End the streams whose token is good no more: a part of the tokens each time, so that none waits long."""
        if not self._unseen:
            self._unseen = self._streams.tokens
        now, self._unseen = _part(self._unseen, self._streams.tokens, TOKENS_IN)
        if now:
            self._streams.end_with(set(now) - await asyncio.to_thread(self._good, now))

    def _thump(self) -> None:
        """Say that a part of the streams are still there; what stands between us and a client ends what is silent."""
        if not self._silent:
            self._silent = list(self._streams)
        now, self._silent = _part(self._silent, self._streams, THUMP_IN)
        for stream in now:
            stream.tell(THUMP)

    def _good(self, tokens: list[int]) -> set[int]:
        with self._db.reading() as tx:
            return still_good(tx, tokens)

    async def _pass_on(self, event: Event) -> None:
        for said, streams in await asyncio.to_thread(self._said, event, list(self._streams)):
            for stream in streams:
                stream.tell(said)

    def _said(self, event: Event, streams: list[Subscriber]) -> list[tuple[str, list[Subscriber]]]:
        with self._db.reading() as tx:
            return list(told_of(tx, event, streams, now=self._clock.now(), site=self._site))


def _part(waiting: list[T], of: Sized, parts: int) -> tuple[list[T], list[T]]:
    """Return whose turn it is, so that all have theirs in so many turns; and who still waits."""
    many = -(-len(of) // parts)
    return waiting[:many], waiting[many:]


_HUBS: "WeakKeyDictionary[Fanout, Hub]" = WeakKeyDictionary()


def hub_of(db: Database, clock: Clock, fanout: Fanout, site: str) -> Hub:
    """Return the hub of a process, or rather of its reader of events."""
    hub = _HUBS.get(fanout)
    if hub is None:
        hub = _HUBS[fanout] = Hub(db, clock, fanout, site)
    return hub
