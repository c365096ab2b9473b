"""Looks whether the record is behind a head of it that is held elsewhere: in what was published, or by a witness.

A database restored from a backup has forgotten what was done since, silencings and safeguards among it, and however
long it grows again it does not begin with what was published. Until it is recovered by an order, `setting.change` of
`ledger_recovered`, only restores take effect (promise 14), and that order. It names one head that is held, by size and
root, so that nobody can agree upon a loss to come; shorter ones that witnesses hold go with it. Where only the size is
known, nothing goes with it: that is a stranger's number, and no head that anybody signed.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gardefou.app.errors import LedgerKeyError
from gardefou.app.ledger_key import verifier_keys, verifier_path
from gardefou.app.settings import Settings
from gardefou.app.witnesses import witnesses_of
from gardefou.clock import SECOND, Clock
from gardefou.errors import GardefouError
from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger import store
from gardefou.ledger.errors import ProofError, TileMissingError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.held_by_witnesses import known
from gardefou.ledger.leads_on import Edge, LeadsOn, lacking
from gardefou.ledger.store import Head
from gardefou.safeguards.settings import head_spelt, recovered_heads
from gardefou.storage import Database, Tx

CURE = "gardefou ledger recover --as PERSON"
PUBLISHED, LOST = "published", "lost"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A head that is held elsewhere, and that the record may lack.

    Attributes:
        size: its size.
        root: its root; empty where a witness has told its size alone.
        holder: who holds it: `published`, `lost` of what was published under another name, or a witness's name.
    """

    size: int
    root: bytes
    holder: str

    @property
    def head(self) -> str:
        """Its size and root, as the order spells it."""
        return head_spelt(self.size, self.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Every head of the record that lies outside the database.

    Attributes:
        heads: all of them.
        edge: the right edge of what is published; None where nothing is, or its tiles are damaged.
    """

    heads: tuple[Ahead, ...]
    edge: Edge | None


class BehindWatch:
    """Remembers for a second what the last look said; it heals when the record catches up, or is recovered."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        """Prepare; nothing is read before the first look."""
        self._db, self._clock, self._settings = db, clock, settings
        self._lock = threading.Lock()
        self._looked_at: int | None = None
        self._behind = True
        self._leads_on = LeadsOn()

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
                return ahead(tx, held, self._leads_on) is not None
        except (GardefouError, OSError, SQLAlchemyError) as problem:
            _log.exception("ledger.behind_unknown", problem=type(problem).__name__)
            return True


def held_elsewhere(settings: Settings) -> Held:
    """Return every head of the record that lies outside the database.

    They are read before the database is: what is published meanwhile would else seem to be ahead of it.

    Raises:
        NoteError, LedgerKeyError: what was published, or is known of a witness, cannot be read.
    """
    heads, edge = tuple(_held(settings)), None
    for one in heads:
        if one.holder == PUBLISHED:
            try:
                edge = Edge(Head(size=one.size, root=one.root), LedgerFolder(settings.ledger_folder).read)
            except (ProofError, TileMissingError, OSError):
                edge = None  # Damaged tiles are put back; until then every entry is hashed.
    return Held(heads=heads, edge=edge)


def ahead(tx: Tx, held: Held, leads_on: LeadsOn | None = None) -> Ahead | None:
    """Return the longest head held elsewhere that the record does not have and nobody has recovered from, or None.

    Args:
        tx: an open transaction, reading.
        held: what is held elsewhere.
        leads_on: remembers what the last look has hashed.
    """
    recovered = recovered_heads(tx)
    # What nobody but a witness's number stands for forgives nothing beside it.
    longest = max((int(one.split()[0]) for one in recovered if not one.endswith("-")), default=-1)
    found = [
        one
        for one in _lacked(tx, held, leads_on or LeadsOn(), frozenset(recovered))
        # What is published now is never what went with a loss, but was published since, unless it is named itself.
        if one.holder == PUBLISHED or not one.root or one.size > longest
    ]
    return max(found, key=lambda one: one.size, default=None)


def _lacked(tx: Tx, held: Held, leads_on: LeadsOn, recovered: frozenset[str]) -> Iterator[Ahead]:
    """Yield the heads that the record does not begin with, but for those that were recovered from."""
    now, unsure = store.head(tx), list[Ahead]()
    for one in held.heads:
        if one.head in recovered or (one.size, one.root) == (now.size, now.root):
            continue
        if not one.root or one.size >= now.size:
            yield one
        else:
            unsure.append(one)
    if held.edge is not None and unsure and leads_on.from_edge(tx, held.edge.frontier):
        unsure = [one for one in unsure if not held.edge.begins_with(Head(size=one.size, root=one.root))]
    lacked = lacking(tx, (Head(size=one.size, root=one.root) for one in unsure)) if unsure else ()
    yield from (one for one in unsure if Head(size=one.size, root=one.root) in lacked)


def _held(settings: Settings) -> Iterator[Ahead]:
    folder = LedgerFolder(settings.ledger_folder)
    data, keys = folder.checkpoint(), verifier_keys(settings)
    if data is not None:
        if not keys:
            raise LedgerKeyError(f"{verifier_path(settings)} is missing: nobody can tell what was published")
        head = checkpoints.opened(data, keys=keys, origin=keys[0].name)[0]
        yield Ahead(size=head.size, root=head.root, holder=PUBLISHED)
    for lost in folder.lost():
        head = checkpoints.read(notes.read(lost).text)
        yield Ahead(size=head.size, root=head.root, holder=LOST)
    for one in witnesses_of(settings.witnesses):
        told = known(folder.path, one.key)
        if told.size:
            yield Ahead(size=told.size, root=bytes.fromhex(told.root), holder=told.witness)
