"""Publish the record: lay its new entries down as tiles, and sign the head that stands for them.

Nothing waits for it: entries are appended in the transaction of what they tell of, and published afterwards, again and
again until it succeeds. What is published once is never taken back: a database that does not lead to the newest
checkpoint is refused.
"""

from collections.abc import Iterator

from sqlalchemy import RowMapping

from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import store
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.errors import BehindError, ProofError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import Note, Signer
from gardefou.ledger.store import Head
from gardefou.ledger.tiles import WIDTH, Tile, TileTree, bundle, perfect_root, split_hashes, tiles_of
from gardefou.ledger.tree import EMPTY_ROOT, leaf_hash, verify_consistency
from gardefou.storage import Tx


def published(folder: LedgerFolder, signer: Signer) -> Checkpoint:
    """Return the newest head that was published, as our own key signed it; that of an empty tree before the first.

    Raises:
        NoteError: what lies there is none of ours.
    """
    data = folder.checkpoint()
    if data is None:
        return Checkpoint(origin=signer.key.name, size=0, root=EMPTY_ROOT)
    return checkpoints.opened(data, keys=(signer.key,), origin=signer.key.name)[0]


def publish(tx: Tx, *, folder: LedgerFolder, signer: Signer) -> Note | None:
    """Lay down what is new and sign the head over it.

    Args:
        tx: an open transaction, reading.
        folder: where to.
        signer: the log's own key; its name is the log's origin.

    Returns:
        The new checkpoint; None where there is nothing new.

    Raises:
        BehindError: the record does not begin with what was published.
        NoteError, TileMissingError: what lies in the folder is not what was published.
    """
    last, head = published(folder, signer), store.head(tx)
    if head.size < last.size:
        raise BehindError(f"{last.size} entries were published, and the record has {head.size}")
    if head.size == last.size:
        if head.root != last.root:
            raise BehindError(f"the record has another root at {head.size} entries than was published")
        return None
    made = _new_tiles(tx, folder, size=head.size, since=last.size)
    tree = TileTree(head.size, lambda tile: made[tile] if tile in made else folder.read(tile))
    _leads_on(last, head, tree)
    for tile, data in made.items():
        folder.write(tile, data)
    note = Checkpoint(origin=signer.key.name, size=head.size, root=head.root).signed(signer)
    folder.write_checkpoint(str(note).encode())
    return note


def _leads_on(last: Checkpoint, head: Head, tree: TileTree) -> None:
    """Insist that the record as it is now begins with what was published, before anything is written over."""
    if tree.root() != head.root:
        # Either an entry since was changed, or the record was written anew with another past than was published.
        raise BehindError(
            f"the {last.size} entries that were published and those since do not add up to the record's head: "
            "run `gardefou ledger verify`"
        )
    proof = tree.consistency_proof(last.size)
    try:
        verify_consistency(first=last.size, second=head.size, first_root=last.root, second_root=head.root, proof=proof)
    except ProofError as problem:
        raise BehindError(f"the record does not begin with the {last.size} entries that were published") from problem


def _new_tiles(tx: Tx, folder: LedgerFolder, *, size: int, since: int) -> dict[Tile, bytes]:
    """Return what a tree of `size` has and one of `since` had not, and the bundles of entries beside them."""
    made: dict[Tile, bytes] = {}
    rows = store.rows(tx, after=since // WIDTH * WIDTH - 1)
    for tile in tiles_of(size, since=since):
        if tile.level == 0:
            entries = _entries(rows, tile)
            made[Tile(level=None, index=tile.index, width=tile.width)] = bundle(entries)
            # Hashed anew: what outsiders read must add up to the head, whatever stands beside it in the database.
            made[tile] = b"".join(leaf_hash(entry) for entry in entries)
            continue
        made[tile] = b"".join(
            perfect_root(split_hashes(_below(made, folder, tile, place), WIDTH)) for place in range(tile.width)
        )
    return made


def _entries(rows: Iterator[RowMapping], tile: Tile) -> list[bytes]:
    """Return the next entries, as many as a tile has, each in its place."""
    found = []
    for index, row in zip(range(tile.index * WIDTH, tile.index * WIDTH + tile.width), rows, strict=False):
        # SQLite keeps whatever type it is given.
        if row["index"] != index or not isinstance(row["content"], bytes):
            raise BehindError(f"entry {index} is missing from the record: run `gardefou ledger verify`")
        found.append(row["content"])
    if len(found) != tile.width:
        raise BehindError("the record has fewer entries than its head says: run `gardefou ledger verify`")
    return found


def _below(made: dict[Tile, bytes], folder: LedgerFolder, tile: Tile, place: int) -> bytes:
    """Return the full tile below whose root stands at a place of a tile."""
    below = Tile(level=(tile.level or 1) - 1, index=tile.index * WIDTH + place)
    return made[below] if below in made else folder.read(below)
