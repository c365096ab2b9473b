"""Publish the record: lay its new entries down as tiles, and sign the head that stands for them.

Nothing waits for it: entries are appended in the transaction of what they tell of, and published afterwards, again and
again until it succeeds. What is published once is never taken back: a database that does not lead to the newest
checkpoint is refused.
"""

from collections.abc import Sequence
from itertools import chain

from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import laid, store
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.errors import BehindError, ProofError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import Note, Signer, VerifierKey
from gardefou.ledger.store import Head
from gardefou.ledger.tiles import WIDTH, TileTree, bundles_of
from gardefou.ledger.tree import EMPTY_ROOT, verify_consistency
from gardefou.storage import Tx


def published(folder: LedgerFolder, signer: Signer, *, earlier: Sequence[VerifierKey] = ()) -> Checkpoint:
    """Return the newest head that was published, as our own key signed it; that of an empty tree before the first.

    Args:
        folder: where it lies.
        signer: the log's key; its name is the log's origin.
        earlier: keys that the log signed with before.

    Raises:
        NoteError: what lies there is none of ours.
    """
    return newest(folder, (signer.key, *earlier))


def newest(folder: LedgerFolder, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Return the same to whoever has the log's verifier keys alone; the first is the one in use.

    Raises:
        NoteError: what lies there is none of ours.
    """
    data = folder.checkpoint()
    if data is None:
        return Checkpoint(origin=keys[0].name, size=0, root=EMPTY_ROOT)
    return checkpoints.opened(data, keys=keys, origin=keys[0].name)[0]


def publish(tx: Tx, *, folder: LedgerFolder, signer: Signer, earlier: Sequence[VerifierKey] = ()) -> Note | None:
    """Lay down what is new and sign the head over it.

    Args:
        tx: an open transaction, reading.
        folder: where to; whoever calls is alone there.
        signer: the log's own key; its name is the log's origin.
        earlier: keys that the log signed with before.

    Returns:
        The new checkpoint; None where there is nothing new.

    Raises:
        BehindError: the record does not begin with what was published.
        NoteError, TileMissingError: what lies in the folder is not what was published.
    """
    last, head = published(folder, signer, earlier=earlier), store.head(tx)
    if head.size < last.size:
        raise BehindError(f"{last.size} entries were published, and the record has {head.size}")
    if head.size == last.size:
        if head.root != last.root:
            raise BehindError(f"the record has another root at {head.size} entries than was published")
        return None
    leaves = laid.leaves(tx, size=head.size, since=last.size)
    made = dict(laid.hash_tiles(leaves, since=last.size, read=folder.read))
    _leads_on(last, head, TileTree(head.size, lambda tile: made[tile] if tile in made else folder.read(tile)))
    for tile, data in chain(laid.bundles(tx, size=head.size, since=last.size), made.items()):
        folder.write(tile, data)
    note = Checkpoint(origin=signer.key.name, size=head.size, root=head.root).signed(signer)
    folder.write_checkpoint(str(note).encode())
    for tile in (*bundles_of(head.size, since=last.size), *made):
        if tile.width == WIDTH:
            folder.drop_partial(tile)
    return note


def _leads_on(last: Checkpoint, head: Head, tree: TileTree) -> None:
    """Insist that the record as it is now begins with what was published, before anything is written over."""
    if tree.root() != head.root:
        raise BehindError("the record's entries do not add up to its head: run `gardefou ledger verify`")
    proof = tree.consistency_proof(last.size)
    try:
        verify_consistency(first=last.size, second=head.size, first_root=last.root, second_root=head.root, proof=proof)
    except ProofError as problem:
        raise BehindError(f"the record does not begin with the {last.size} entries that were published") from problem
