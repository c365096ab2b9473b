"""The worker tells those who reported what became of it: a slice in each transaction, however many they are.

The slice, the notices and how far the telling has come are committed together, so that a worker that dies in the middle
has told each either wholly or not at all. Members read it among their notifications; a visitor, and a platform's
machine, ask for it with the number of their report, and nothing has to reach them.
"""

from gardefou.app.house import House
from gardefou.events import Actor
from gardefou.events.actor import ActorKind
from gardefou.network.tell_members import tell_members
from gardefou.reports.misuse.note_records import note_records
from gardefou.reports.telling.tell_next import SLICE, Told, due, tell_next
from gardefou.storage import Tx

#: So many slices in one round of the worker: whatever else is due waits no longer than for these.
AT_ONCE = 4
#: Where a reporter reads of their own report, and of what was decided about all of theirs.
OWN_REPORTS = "/reports"
_PEOPLE = frozenset({ActorKind.MEMBER, ActorKind.VISITOR})


class Teller:
    """Tells what one house has to tell."""

    def __init__(self, house: House, *, actor: Actor, limit: int = SLICE) -> None:
        """Prepare; `limit` is how many reports one transaction goes through."""
        self._house = house
        self._actor = actor
        self._limit = limit

    def step(self) -> int:
        """Tell the next slices that are due, and return how many there were."""
        for done in range(AT_ONCE):
            if not self.slice():
                return done
        return AT_ONCE

    def slice(self) -> bool:
        """Tell the next slice; return whether there was one."""
        now = self._house.clock.now()
        with self._house.db.reading() as tx:
            if not due(tx, now=now):  # Looking costs no write: nothing is due nearly always.
                return False
        with self._house.db.transaction() as tx:
            told = tell_next(tx, actor=self._actor, now=now, limit=self._limit)
            if told is None:
                return False
            self._tell(tx, told, now)
        return True

    def _tell(self, tx: Tx, told: Told, now: int) -> None:
        tell_members(
            tx,
            actor=self._actor,
            now=now,
            kind=told.what,
            about=f"telling:{told.id}",
            handle=told.handle,
            members=[(member_id, _leads_to(report_id)) for member_id, report_id in told.members],
        )
        if told.what == "rejected":
            people = {str(who) for who, _report in told.reporters if who.kind in _PEOPLE}
            note_records(tx, actor=self._actor, now=now, reporters=people)


def _leads_to(report_id: int) -> str:
    return f"{OWN_REPORTS}/{report_id}" if report_id else OWN_REPORTS
