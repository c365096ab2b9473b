"""Where next cases are given out: whoever asks while others are being served is served with the next lot.

A hold costs a commit, and commits follow one another. Two hundred who ask at once are served in a few transactions, one
lot after the other, and each is answered once theirs is durable. Nothing waits here but people who have just asked, and
no thread of its own works through them: the first of a lot does it for all.
"""

import threading
from dataclasses import dataclass

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.reports.leases import Lease
from gardefou.reports.next_case import next_case
from gardefou.reports.next_cases import Asked, next_cases
from gardefou.reports.offers import Follows
from gardefou.storage import Database

#: So many are served in one transaction: a case that was taken waits for its commit no longer than these take.
MOST = 32


@dataclass(kw_only=True)
class _Waiting:
    """Somebody at the hatch."""

    asked: Asked
    served: bool = False
    found: Lease | None = None
    problem: Exception | None = None


class Hatch:
    """Gives out next cases; one for each process."""

    def __init__(self, db: Database, clock: Clock, follows: Follows) -> None:
        """Open it; nobody waits."""
        self._db, self._clock, self._follows = db, clock, follows
        self._waiting: list[_Waiting] = []
        self._queueing, self._serving = threading.Lock(), threading.Lock()

    def take(self, *, actor: Actor, locale: str | None = None) -> Lease | None:
        """Take the next case for somebody; None when nothing is free for them.

        Raises:
            WorkerError: they do not work on cases.
        """
        mine = _Waiting(asked=Asked(actor=actor, locale=locale))
        with self._queueing:
            self._waiting.append(mine)
        while not mine.served:
            with self._serving:
                if not mine.served:
                    self._serve(self._lot())
        if mine.problem is not None:
            raise mine.problem
        if mine.found is not None:
            return mine.found
        # Alone they may wait for a report that is coming in on their case, and are told why nothing is theirs.
        with self._db.transaction() as tx:
            return next_case(tx, actor=actor, now=self._clock.now(), locale=locale, follows=self._follows)

    def _lot(self) -> list[_Waiting]:
        with self._queueing:
            lot, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        return lot

    def _serve(self, lot: list[_Waiting]) -> None:
        """Serve a lot in one transaction."""
        asked = [one.asked for one in lot]
        try:
            with self._db.transaction() as tx:
                found = next_cases(tx, asked=asked, now=self._clock.now(), follows=self._follows)
            for one, held in zip(lot, found, strict=True):
                one.found = held
        except Exception as problem:  # noqa: BLE001  # raised again for each of those whom it concerns
            for one in lot:
                one.problem = problem
        finally:
            for one in lot:
                one.served = True
