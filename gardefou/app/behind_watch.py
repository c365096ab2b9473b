"""Looks whether the record is behind a head of it that is held elsewhere: in what was published, or by a witness.

A database restored from a backup has forgotten what was done since, silencings and safeguards among it. Until it is
recovered by an order, `setting.change` of `ledger_recovered`, only restores take effect (promise 14), and that order.
It names one head that is held, by size and root, so that nobody can agree upon a loss to come; shorter ones go with it.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.app.ledger_key import verifier_keys
from gardefou.app.settings import Settings
from gardefou.app.witnesses import witnesses_of
from gardefou.clock import SECOND, Clock
from gardefou.errors import GardefouError
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger import store
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.held_by_witnesses import known
from gardefou.safeguards.settings import RECOVERED, head_spelt, in_force
from gardefou.storage import Database, Tx
from gardefou.storage.house import remembered

#: What the publisher remembers of a head that the record does not lead to, although it has grown as long: `SIZE ROOT`.
BEHIND = "ledger_behind"
CURE = "gardefou ledger recover --as PERSON"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A head that the record does not have.

    Attributes:
        head: its size and root, as the order spells it.
        size: its size.
        holder: who holds it: `published`, or a witness's name.
    """

    head: str
    size: int
    holder: str


class BehindWatch:
    """Remembers for a second what the last look said; it heals when the record catches up, or is recovered."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        """Prepare; nothing is read before the first look."""
        self._db, self._clock, self._settings = db, clock, settings
        self._lock = threading.Lock()
        self._looked_at: int | None = None
        self._behind = True

    def look(self) -> bool:
        """Return whether the record is behind; when nobody can tell, it is."""
        with self._lock:
            now = self._clock.now()
            if self._looked_at is None or not 0 <= now - self._looked_at < SECOND:
                before, self._looked_at, self._behind = self._behind, now, self._read()
                if self._behind and not before:
                    _log.error("ledger.behind", do=CURE)
            return self._behind

    def _read(self) -> bool:
        try:
            held = held_elsewhere(self._settings)
            with self._db.reading() as tx:
                return ahead(tx, held) is not None
        except (GardefouError, OSError, SQLAlchemyError) as problem:
            _log.exception("ledger.behind_unknown", problem=type(problem).__name__)
            return True


def held_elsewhere(settings: Settings) -> tuple[Ahead, ...]:
    """Return every head of the record that lies outside the database.

    They are read before the database is: what is published meanwhile would else seem to be ahead of it.

    Raises:
        NoteError, LedgerKeyError: what was published, or is known of a witness, cannot be read.
    """
    return tuple(_held(settings))


def ahead(tx: Tx, held: Sequence[Ahead]) -> Ahead | None:
    """Return the longest head held elsewhere that the record does not have and nobody has recovered from, or None."""
    recovered, forked = in_force(tx).get(RECOVERED, ""), remembered(tx, BEHIND)
    if forked:
        held = (*held, Ahead(head=forked, size=int(forked.split()[0]), holder=BEHIND))
    now = store.head(tx)
    forgiven = max((one.size for one in held if one.head == recovered), default=-1)
    found = [one for one in held if one.size > forgiven and _lacks(one, now)]
    return max(found, key=lambda one: one.size, default=None)


def _lacks(one: Ahead, now: store.Head) -> bool:
    same = one.head == head_spelt(now.size, now.root)
    return one.size > now.size or one.holder == BEHIND or (one.size == now.size and not same)


def _held(settings: Settings) -> Iterator[Ahead]:
    folder = LedgerFolder(settings.ledger_folder)
    data, keys = folder.checkpoint(), verifier_keys(settings)
    if data is not None and keys:
        head = checkpoints.opened(data, keys=keys, origin=keys[0].name)[0]
        yield Ahead(head=head_spelt(head.size, head.root), size=head.size, holder="published")
    for lost in folder.lost():
        head = checkpoints.read(notes.read(lost).text)
        yield Ahead(head=head_spelt(head.size, head.root), size=head.size, holder="lost")
    for one in witnesses_of(settings.witnesses):
        told = known(folder.path, one.key)
        if told.size:
            yield Ahead(head=head_spelt(told.size, bytes.fromhex(told.root)), size=told.size, holder=told.witness)
