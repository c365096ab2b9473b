"""The log as outsiders see it, beside the record it is published from: how far it has come, and how late it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from gardefou.clock import SECOND
from gardefou.ledger import store
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.errors import NoteError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import VerifierKey
from gardefou.ledger.publish import newest
from gardefou.ledger.tables import entry
from gardefou.storage import Tx
from gardefou.storage.house import remembered

#: An entry that has waited longer to be published says that something is wrong.
LATE = 10 * SECOND
#: Where it is remembered why nothing is published: one line; empty when all is well.
TROUBLE = "ledger_trouble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Where the record is published, and what verifies it.

    Attributes:
        folder: the files.
        keys: reads the verifier keys, the one in use first; none before there is one.
    """

    folder: LedgerFolder
    keys: Callable[[], Sequence[VerifierKey]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How the log stands.

    Attributes:
        key: the verifier key in use; None before there is one.
        checkpoint: the newest head that was published; None before the first, or where it cannot be believed.
        at: when it was written.
        waiting: how many entries are not published yet.
        since: when the oldest of them was written.
        trouble: why nothing is published, as its publisher said last; empty when all is well.
    """

    key: VerifierKey | None
    checkpoint: Checkpoint | None
    at: int
    waiting: int
    since: int | None
    trouble: str

    def late(self, now: int) -> int:
        """Return for how long an entry has waited, where that is longer than it should be; else 0."""
        waited = 0 if self.since is None else max(0, now - self.since)
        return waited if waited > LATE else 0


def state(tx: Tx, log: Log) -> LogState:
    """Return how the log stands."""
    keys, trouble = log.keys(), remembered(tx, TROUBLE)
    found, at = None, 0
    if keys and log.folder.checkpoint() is not None:
        try:
            found, at = newest(log.folder, keys), log.folder.written_at()
        except NoteError as problem:
            trouble = trouble or problem.message
    size = found.size if found else 0
    waiting = max(0, store.head(tx).size - size)
    since = tx.scalar(select(entry.c.at).where(entry.c.index == size)) if waiting else None
    return LogState(
        key=keys[0] if keys else None, checkpoint=found, at=at, waiting=waiting, since=since, trouble=trouble
    )
