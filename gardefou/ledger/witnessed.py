"""Heads that witnesses have signed, in the database: kept by the worker, read by whoever decides (promise 13).

Whether a note is what it says is for the caller to have verified; `kept` only sees that it is about our own record.
"""

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from gardefou.ledger import checkpoint, note, store, tables
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.errors import BehindError
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """A head that enough witnesses have signed.

    Attributes:
        size, root: of the head.
        note: the signed note, with the witnesses' lines.
        cosigned_at: when there were first enough of them, microseconds.
        renewed_at: when there last were.
    """

    size: int
    root: bytes
    note: str
    cosigned_at: int
    renewed_at: int


def latest(tx: Tx) -> Cosigned | None:
    """Return what enough witnesses have signed last; None where they never have."""
    row = tx.first(select(tables.cosigned).order_by(tables.cosigned.c.renewed_at.desc()).limit(1))
    return None if row is None else Cosigned(**row)


def latest_at(tx: Tx) -> int | None:
    """Return when enough witnesses have last signed a head, microseconds; None where they never have."""
    found = tx.scalar(select(func.max(tables.cosigned.c.renewed_at)))
    return None if found is None else int(found)


def of_size(tx: Tx, size: int) -> Cosigned | None:
    """Return the head of one size as witnesses have signed it; None where they have not."""
    row = tx.first(select(tables.cosigned).where(tables.cosigned.c.size == size))
    return None if row is None else Cosigned(**row)


def keep(tx: Tx, *, signed: str, at: int) -> Cosigned:
    """Write down that enough witnesses have signed a head.

    Args:
        tx: the open transaction.
        signed: the note with their lines, verified.
        at: when the last of those that are enough signed, and no later than now; microseconds.

    Raises:
        BehindError: the head is longer than the record, or another of that size was kept.
        NoteError: it is no checkpoint.
    """
    head = checkpoint.read(note.read(signed.encode()).text)
    known = of_size(tx, head.size)
    _ours(tx, head, known)
    if known is None:
        made = Cosigned(size=head.size, root=head.root, note=signed, cosigned_at=at, renewed_at=at)
        tx.execute(
            insert(tables.cosigned).values(
                size=made.size, root=made.root, note=made.note, cosigned_at=at, renewed_at=at
            )
        )
        return made
    if at <= known.renewed_at:
        return known
    changed = update(tables.cosigned).where(tables.cosigned.c.size == head.size)
    tx.execute(changed.values(note=signed, renewed_at=at))
    return Cosigned(size=known.size, root=known.root, note=signed, cosigned_at=known.cosigned_at, renewed_at=at)


def _ours(tx: Tx, head: Checkpoint, known: Cosigned | None) -> None:
    now = store.head(tx)
    if head.size > now.size or (head.size == now.size and head.root != now.root):
        raise BehindError(f"witnesses have signed a head of {head.size} entries, which the record does not have")
    if known is not None and known.root != head.root:
        raise BehindError(f"witnesses have signed two different heads of {head.size} entries")
