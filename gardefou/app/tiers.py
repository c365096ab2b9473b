"""The sweep: keep the tiers that no observation kept, because a rulebook or an import changed what is computed.

Whoever observes an account keeps its tier at once; this is for the accounts nobody looked at. It runs when another
rulebook is in force, when the process starts, and once an hour; one question to the database answers for every account
that is as it should be.
"""

from gardefou.accounts.behind import behind
from gardefou.accounts.keep_tier import KEEPER, keep_tier
from gardefou.app.house import House
from gardefou.clock import HOUR, SECOND
from gardefou.orders import rulebook
from gardefou.orders.errors import NoRulebookError
from gardefou.reports.become_protected import become_protected

#: Accounts raised in one transaction.
BATCH = 200
#: The rulebook's digest is looked at this often; every account, this often whatever happened.
LOOK_EVERY = 2 * SECOND
SWEEP_EVERY = HOUR


class TierSweep:
    """Sweeps one house, a batch a call."""

    def __init__(self, house: House) -> None:
        """Begin with everything still to be looked at."""
        self._house = house
        self._digest = b""
        self._swept_at = self._looked_at = 0
        self._after: int | None = None

    def step(self) -> int:
        """Raise the next accounts, if any are behind, and return how many rose."""
        now = self._house.clock.now()
        if self._after is None and 0 <= now - self._looked_at < LOOK_EVERY:
            return 0
        self._looked_at = now
        try:
            return self._batch(now)
        except NoRulebookError:
            return 0  # Nobody is protected before the first rulebook.

    def _batch(self, now: int) -> int:
        with self._house.db.reading() as tx:
            book = rulebook.in_force(tx, self._house.ports.load_rulebook)
            if book.digest != self._digest or (self._after is None and not 0 <= now - self._swept_at < SWEEP_EVERY):
                self._digest, self._after = book.digest, 0
            if self._after is None:
                return 0
            found = behind(tx, book, now=now, after=self._after, limit=BATCH)
        rose = 0
        if found:
            with self._house.db.transaction() as tx:
                book = rulebook.in_force(tx, self._house.ports.load_rulebook)
                risen = [one for one in found if keep_tier(tx, actor=KEEPER, now=now, account_id=one, book=book)]
                for one in risen:
                    become_protected(tx, actor=KEEPER, now=now, account_id=one)
                rose = len(risen)
        self._after = found[-1] if len(found) == BATCH else None
        self._swept_at = now
        return rose
