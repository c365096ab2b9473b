"""Make a receipt from what is published: a head that witnesses have signed, or the newest, and the tiles under it.

Nothing is handed out that does not check: an entry of the database that is not the one that was published is an error,
and no receipt.
"""

from collections.abc import Sequence
from contextlib import suppress

from gardefou.ledger import checkpoint as checkpoints
from gardefou.ledger import note as notes
from gardefou.ledger import store
from gardefou.ledger.errors import NotPublishedError, TileMissingError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.receipt import Opening, Receipt, extra_of
from gardefou.ledger.tiles import TileTree
from gardefou.ledger.tree import leaf_hash, verify_inclusion
from gardefou.storage import Tx


def receipt_for(
    tx: Tx, *, folder: LedgerFolder, index: int, openings: Sequence[Opening] = (), cosigned: bytes | None = None
) -> Receipt:
    """Return the receipt of one entry, with whatever signatures stand under its head.

    Args:
        tx: an open transaction, reading.
        folder: what is published.
        index: which entry.
        openings: of its commitments, those whose content its reader may see.
        cosigned: the newest head of ours that witnesses have signed, a signed note; it is preferred to the newest
            published one wherever it stands for the entry, since it says more.

    Raises:
        NotPublishedError: no published head stands for it yet, or there is no such entry.
        NoteError, TileMissingError, ProofError: what lies in the folder is not what was published, or the entry is
            another there.
    """
    found = store.entry_at(tx, index)
    if found is None:
        raise NotPublishedError
    if cosigned is not None:
        with suppress(NotPublishedError, TileMissingError):
            return _under(cosigned, found.content, folder=folder, index=index, openings=openings)
    data = folder.checkpoint()
    while True:
        try:
            return _under(data, found.content, folder=folder, index=index, openings=openings)
        except TileMissingError:
            # Partial tiles go when wider ones come; then a newer checkpoint has come as well.
            before, data = data, folder.checkpoint()
            if data == before:
                raise


def _under(
    data: bytes | None, content: bytes, *, folder: LedgerFolder, index: int, openings: Sequence[Opening]
) -> Receipt:
    if data is None:
        raise NotPublishedError
    note = notes.read(data)
    head = checkpoints.read(note.text)
    if index >= head.size:
        raise NotPublishedError
    proof = TileTree(head.size, folder.read).inclusion_proof(index)
    verify_inclusion(leaf=leaf_hash(content), index=index, size=head.size, proof=proof, root=head.root)
    return Receipt(index=index, proof=tuple(proof), note=note, extra=extra_of(content, openings))
