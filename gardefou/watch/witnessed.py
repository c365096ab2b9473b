"""What witnesses are said to have signed, against the record and against the decisions that counted on it (promise 13).

That a note's signatures verify is for whoever has the witnesses' keys; here a head must be one that the record had, and
a decision that was told of a fresh witness must have had one.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import func, select

from gardefou.ledger import checkpoint, note, store, tables
from gardefou.ledger.errors import NoteError
from gardefou.ledger.tree import EMPTY_ROOT, Frontier
from gardefou.storage import Tx
from gardefou.watch.dossier import Dossier
from gardefou.watch.finding import Finding


def check_witnessed(tx: Tx, dossiers: Mapping[int, Dossier]) -> Iterator[Finding]:
    """Yield every head that the record never had, and every decision told of a witness that none of them shows."""
    yield from _heads(tx)
    for order_id, dossier in dossiers.items():
        for index, at in dossier.witnessed:
            kept = tables.cosigned
            shown = select(func.count()).where(kept.c.cosigned_at <= at, kept.c.renewed_at >= at)
            if not tx.scalar(shown):
                yield Finding(code="witness-unshown", index=index, order_id=order_id)


def _heads(tx: Tx) -> Iterator[Finding]:
    """Grow the tree once more, as far as the longest head, and compare at each size."""
    heads = tx.all(select(tables.cosigned).order_by(tables.cosigned.c.size))
    leaves, frontier = store.rows(tx), Frontier()
    for row in heads:
        while frontier.size < row["size"] and (entry := next(leaves, None)) is not None:
            frontier = frontier.append(entry["leaf"])
        root = frontier.root if frontier.size else EMPTY_ROOT
        if (frontier.size, root) != (row["size"], row["root"]) or not _says(row["note"], row["size"], row["root"]):
            yield Finding(code="head-differs", fields={"size": row["size"]})


def _says(text: str, size: int, root: bytes) -> bool:
    try:
        head = checkpoint.read(note.read(text.encode()).text)
    except NoteError:
        return False
    return (head.size, head.root) == (size, root)
