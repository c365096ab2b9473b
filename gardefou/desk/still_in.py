"""Whether the sessions of a process's open streams still hold: looked at for all of them at once.

Two hundred desks would each ask their database several times a second, day and night, and mostly in vain.
"""

import asyncio
from collections import Counter

from gardefou.clock import Clock
from gardefou.staff.sessions import alive
from gardefou.storage import Database

#: So old an answer may be, seconds, and be good for the next stream that asks.
FRESH = 0.2


class StillIn:
    """The sessions of the open streams."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Nobody is in yet."""
        self._db, self._clock = db, clock
        self._streams: Counter[str] = Counter()
        self._alive: frozenset[str] = frozenset()
        self._asked: frozenset[str] = frozenset()
        self._at = 0.0
        self._look: asyncio.Task[None] | None = None

    def enter(self, token: str) -> None:
        """Note that a stream begins."""
        self._streams[token] += 1

    def leave(self, token: str) -> None:
        """Note that a stream has ended."""
        self._streams[token] -= 1
        if self._streams[token] <= 0:
            del self._streams[token]

    def streams(self, token: str) -> int:
        """Return how many streams of a session there are here."""
        return self._streams.get(token, 0)

    async def holds(self, token: str, *, since: float) -> bool:
        """Return whether the session of a stream still held at some instant after `since`, by the loop's clock."""
        while token not in self._asked or self._at < since:
            if self._look is None or self._look.done():
                self._look = asyncio.create_task(self._ask())
            # Whoever waits for a look may vanish; the others wait on.
            await asyncio.shield(self._look)
        return token in self._alive

    async def _ask(self) -> None:
        began = asyncio.get_running_loop().time()
        asked = frozenset(self._streams)
        self._alive = await asyncio.to_thread(self._of, asked)
        self._asked, self._at = asked, began

    def _of(self, tokens: frozenset[str]) -> frozenset[str]:
        with self._db.reading() as tx:
            return alive(tx, tokens, self._clock.now())
