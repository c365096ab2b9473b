"""Hold what was published against the database, and put back what is missing or torn.

Steps: (0) read the checkpoint; (1) see that the database leads to it; (2) compare the files it promises; (3) write
again those that differ, from the database, which is believed only because it leads to the very root that was signed.
A checkpoint that is none of ours, or a database that does not lead to it, is for people: nothing is written.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from gardefou.ledger import laid, store
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.errors import BehindError, ProofError, TileMissingError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import VerifierKey
from gardefou.ledger.publish import newest
from gardefou.ledger.tiles import WIDTH, Tile, TileTree, bundle
from gardefou.ledger.tree import Frontier, leaf_hash
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found.

    Attributes:
        size: how many entries were published.
        everything: whether every file was compared, or the right edge alone.
        damaged: the files that were not as they must be; they are again, where repairing was asked for.
    """

    size: int
    everything: bool
    damaged: tuple[str, ...]


def fsck(
    tx: Tx,
    *,
    folder: LedgerFolder,
    keys: Sequence[VerifierKey],
    everything: bool = False,
    repair: bool = True,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Checked:
    """Compare the published record with the database, and put back what differs.

    Args:
        tx: an open transaction, reading.
        folder: where it was published; whoever calls is alone there.
        keys: the log's verifier keys, the one in use first.
        everything: compare every file; otherwise the right edge, and everything only where that is damaged.
        repair: write what differs; otherwise only name it.
        progress: told how many entries of how many have been read.

    Raises:
        BehindError: the database does not lead to what was published.
        NoteError: the checkpoint is none of ours.
    """
    if repair:
        folder.sweep()
    last = newest(folder, keys)  # (0)
    if not last.size:
        return Checked(size=0, everything=everything, damaged=())
    head = store.head(tx)
    if head.size < last.size:  # (1)
        raise BehindError(f"{last.size} entries were published, and the record has {head.size}")
    if head.size == last.size and head.root != last.root:
        raise BehindError(f"the record has another root at {head.size} entries than was published")
    if not everything and _edge_holds(tx, folder, last):
        return Checked(size=last.size, everything=False, damaged=())
    _leads_to(tx, last, progress)
    return Checked(size=last.size, everything=True, damaged=tuple(_damaged(tx, folder, last, repair=repair)))


def _edge_holds(tx: Tx, folder: LedgerFolder, last: Checkpoint) -> bool:
    """Return whether the tiles at the right edge add up to the root, and the last entries are the database's own."""
    try:
        if TileTree(last.size, folder.read).root() != last.root:
            return False
        first = (last.size - 1) // WIDTH * WIDTH
        rows = [row for _place, row in zip(range(first, last.size), store.rows(tx, after=first - 1), strict=False)]
        width = last.size - first
        tile = Tile(level=0, index=first // WIDTH, width=width)
        entries = Tile(level=None, index=tile.index, width=width)
        return folder.read(tile) == b"".join(row["leaf"] for row in rows) and folder.read(entries) == bundle(
            [row["content"] for row in rows]
        )
    except (ProofError, TileMissingError):
        return False


def _leads_to(tx: Tx, last: Checkpoint, progress: Callable[[int, int], None]) -> None:
    """Insist that the database's first entries, their bytes and not only their hashes, are those that were signed."""
    frontier = Frontier()
    for index, row in zip(range(last.size), store.rows(tx), strict=False):
        if leaf_hash(row["content"]) != row["leaf"]:
            raise BehindError(f"entry {index} is not the one that was published: run `gardefou ledger verify`")
        frontier = frontier.append(row["leaf"])
        if index % WIDTH == WIDTH - 1:
            progress(index + 1, last.size)
    if frontier.root != last.root:
        raise BehindError(f"the record does not begin with the {last.size} entries that were published")
    progress(last.size, last.size)


def _damaged(tx: Tx, folder: LedgerFolder, last: Checkpoint, *, repair: bool) -> Iterator[str]:
    """Yield the name of each file that is not what it must be, written again if asked."""
    hashes = laid.hash_tiles(laid.leaves(tx, size=last.size))
    for tile, data in chain(laid.bundles(tx, size=last.size), hashes):
        if _is(folder, tile, data):
            continue
        if repair:
            folder.write(tile, data)
        yield tile.path


def _is(folder: LedgerFolder, tile: Tile, data: bytes) -> bool:
    try:
        return folder.read(tile) == data
    except (ProofError, TileMissingError):
        return False
