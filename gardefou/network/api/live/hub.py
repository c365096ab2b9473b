"""The one follower of the house's events for all live streams of a process.

However many streams there are, one task reads the events, one question asks which tokens still hold, and one thread at
a time asks the database who is told. Streams end within a second of their token, or of their owner's standing.
"""

import asyncio
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.clock import Clock
from gardefou.events.stream import Event, Fanout
from gardefou.network import told
from gardefou.network.api.live.audience import still_good, told_of
from gardefou.network.api.live.channels import Subscriber
from gardefou.storage import Database

#: How often all tokens are looked at, and how often that is asked, seconds.
LOOK_EVERY, TICK = 0.4, 0.2
#: How long a stream is silent before it says that it is still there, seconds.
THUMP_EVERY = 15.0
#: How many streams one member has open; one more ends the oldest.
MOST_OPEN = 20

_log = structlog.get_logger(__name__)


class Hub:
    """All open streams of a process."""

    def __init__(self, db: Database, clock: Clock, fanout: Fanout, site: str) -> None:
        """Prepare; the first stream starts it, the last one stops it."""
        self._db, self._clock, self._fanout, self._site = db, clock, fanout, site
        self._streams: list[Subscriber] = []
        self._task: asyncio.Task[None] | None = None

    async def messages(self, stream: Subscriber) -> AsyncIterator[str]:
        """Yield what one stream says, until its token, its owner's standing, or this process ends."""
        theirs = [one for one in self._streams if one.owner == stream.owner]
        for one in theirs[: max(0, len(theirs) + 1 - MOST_OPEN)]:
            one.end()
        self._streams.append(stream)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(self._fanout.last), name="streams")
        try:
            yield ":thump\n\n"
            while True:
                try:
                    said = await asyncio.wait_for(stream.waiting.get(), THUMP_EVERY)
                except TimeoutError:
                    said = ":thump\n\n"
                if said is None:
                    return
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
                    if steady() - looked >= LOOK_EVERY:
                        await self._look()
                        looked = steady()
                    if event is not None and event.kind in told.KINDS:
                        await self._pass_on(event)
                except SQLAlchemyError as problem:
                    # Nobody is told what could not be checked: every client comes back, and reads its timeline.
                    _log.warning("streams.end", problem=type(problem).__name__)
                    return
        finally:
            await events.aclose()  # type: ignore[attr-defined]  # an asynchronous generator has it
            for stream in self._streams:
                stream.end()

    async def _look(self) -> None:
        tokens = {one.caller.token_id for one in self._streams if one.caller.token_id is not None}
        good = await asyncio.to_thread(self._good, tokens)
        for stream in list(self._streams):
            if stream.caller.token_id in tokens - good:
                stream.end()

    def _good(self, tokens: set[int]) -> set[int]:
        with self._db.reading() as tx:
            return still_good(tx, tokens)

    async def _pass_on(self, event: Event) -> None:
        for stream, said in await asyncio.to_thread(self._said, event, list(self._streams)):
            stream.tell(said)

    def _said(self, event: Event, streams: list[Subscriber]) -> list[tuple[Subscriber, str]]:
        with self._db.reading() as tx:
            return list(told_of(tx, event, streams, now=self._clock.now(), site=self._site))


_HUBS: "WeakKeyDictionary[Fanout, Hub]" = WeakKeyDictionary()


def hub_of(db: Database, clock: Clock, fanout: Fanout, site: str) -> Hub:
    """Return the hub of a process, or rather of its reader of events."""
    hub = _HUBS.get(fanout)
    if hub is None:
        hub = _HUBS[fanout] = Hub(db, clock, fanout, site)
    return hub
