"""Where next cases are given out: whoever asks while others are being served is served with the next lot.

A hold costs a commit, and commits follow one another. Two hundred who ask at once are served in a few transactions, and
each is answered once theirs is durable.
"""

from collections.abc import Sequence

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.reports.leases import Lease
from gardefou.reports.next_case import next_case
from gardefou.reports.next_cases import Asked, next_cases
from gardefou.reports.offers import Follows
from gardefou.storage import Database, Tx
from gardefou.storage.together import Together

#: So many are served in one transaction: a case that was taken waits for its commit no longer than these take.
MOST = 32


class Hatch:
    """Gives out next cases; one for each process."""

    def __init__(self, db: Database, clock: Clock, follows: Follows) -> None:
        """Open it; nobody waits."""
        self._db, self._clock, self._follows = db, clock, follows
        self._lots: Together[Asked, Lease | None] = Together(db, self._serve, together=MOST)

    def take(self, *, actor: Actor, locale: str | None = None) -> Lease | None:
        """Take the next case for somebody; None when nothing is free for them.

        Raises:
            WorkerError: they do not work on cases.
            TooManyWaitError: more ask than can be served soon.
        """
        found = self._lots.put(Asked(actor=actor, locale=locale)).result()
        if found is not None:
            return found
        # Alone they may wait for a report that is coming in on their case, and are told why nothing is theirs.
        with self._db.transaction() as tx:
            return next_case(tx, actor=actor, now=self._clock.now(), locale=locale, follows=self._follows)

    def close(self) -> None:
        """Serve who waits, and nobody after them."""
        self._lots.close()

    def _serve(self, tx: Tx, asked: Sequence[Asked]) -> list[Lease | None]:
        return next_cases(tx, asked=asked, now=self._clock.now(), follows=self._follows)
