"""What is published grows with the record, agrees with it, and is never taken back."""

from pathlib import Path

import pytest

from gardefou.ledger import checkpoint, store
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.errors import BehindError, NoteError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.publish import publish
from gardefou.ledger.tiles import TileTree, bundles_of, tiles_of, unbundle
from gardefou.ledger.tree import leaf_hash, verify_consistency, verify_inclusion
from gardefou.storage import Database

KEY = SecretKey(name="house.example/ledger", kind=ED25519, seed=bytes(range(32)))


def grow(db: Database, entries: int) -> None:
    """Put entries on the record."""
    with db.transaction() as tx:
        for number in range(entries):
            store.append(tx, now=1, kind=EntryKind.CASE_CLOSED, order_id=None, body={"case": str(number)}, about=())


@pytest.mark.promise(14)
def test_each_head_is_proved_by_its_tiles_and_leads_to_the_next(db: Database, tmp_path: Path) -> None:
    folder, last = LedgerFolder(tmp_path), None
    for more in (1, 254, 1, 1, 300, 240):
        grow(db, more)
        with db.reading() as tx:
            made = publish(tx, folder=folder, signer=KEY)
            assert publish(tx, folder=folder, signer=KEY) is None  # Nothing is new.
            head = store.head(tx)
        assert made is not None
        assert folder.checkpoint() == str(made).encode()
        found, _note = checkpoint.opened(str(made).encode(), keys=(KEY.key,), origin=KEY.key.name)
        assert (found.size, found.root) == (head.size, head.root)
        assert all((tmp_path / tile.path).exists() for tile in (*tiles_of(head.size), *bundles_of(head.size)))
        tree = TileTree(head.size, folder.read)
        for bundled in bundles_of(head.size):
            for place, content in enumerate(unbundle(folder.read(bundled), bundled.width)):
                assert tree.leaf(bundled.index * 256 + place) == leaf_hash(content)
        index = head.size // 2
        verify_inclusion(
            leaf=tree.leaf(index), index=index, size=head.size, proof=tree.inclusion_proof(index), root=head.root
        )
        if last is not None:
            proof = tree.consistency_proof(last.size)
            roots = {"first_root": last.root, "second_root": head.root}
            verify_consistency(first=last.size, second=head.size, proof=proof, **roots)
        last = head


@pytest.mark.promise(14)
def test_a_record_that_does_not_lead_to_what_was_published_is_refused(db: Database, tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path)
    other = SecretKey(name=KEY.key.name, kind=ED25519, seed=bytes(32))
    ahead = checkpoint.Checkpoint(origin=KEY.key.name, size=9, root=bytes(32)).signed(KEY)
    grow(db, 5)
    folder.write_checkpoint(str(ahead).encode())
    with db.reading() as tx, pytest.raises(BehindError, match="9 entries were published, and the record has 5"):
        publish(tx, folder=folder, signer=KEY)
    forked = checkpoint.Checkpoint(origin=KEY.key.name, size=3, root=bytes(32)).signed(KEY)
    folder.write_checkpoint(str(forked).encode())
    with db.reading() as tx, pytest.raises(BehindError, match="does not begin with the 3 entries"):
        publish(tx, folder=folder, signer=KEY)
    assert folder.checkpoint() == str(forked).encode()
    stranger = checkpoint.Checkpoint(origin=KEY.key.name, size=3, root=bytes(32)).signed(other)
    folder.write_checkpoint(str(stranger).encode())
    with db.reading() as tx, pytest.raises(NoteError, match="has signed it"):
        publish(tx, folder=folder, signer=KEY)
