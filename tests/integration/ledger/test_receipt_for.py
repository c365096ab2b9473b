"""Receipts are made from what is published, and only of what is."""

from pathlib import Path

import pytest

from gardefou.ledger import store
from gardefou.ledger.cosignature import Policy, cosign
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.errors import NotPublishedError, ProofError, TileMissingError
from gardefou.ledger.note import COSIGNATURE, Note, SecretKey, read
from gardefou.ledger.receipt import Receipt, check
from gardefou.ledger.receipt_for import receipt_for
from gardefou.storage import Database
from tests.factories.published import LOG_KEY, publish_now

pytestmark = pytest.mark.promise(14)

WITNESS = SecretKey(name="witness.example", kind=COSIGNATURE, seed=bytes(32))


def grow(db: Database, entries: int) -> None:
    """Put entries on the record."""
    with db.transaction() as tx:
        for number in range(entries):
            store.append(tx, now=1, kind=EntryKind.CASE_CLOSED, order_id=None, body={"case": str(number)}, about=())


def made(db: Database, data: Path, index: int, cosigned: bytes | None = None) -> Receipt:
    """Publish, and make a receipt."""
    folder = publish_now(db, data)
    with db.reading() as tx:
        return receipt_for(tx, folder=folder, index=index, cosigned=cosigned)


def test_every_entry_has_a_receipt_under_the_newest_head(db: Database, tmp_path: Path) -> None:
    for more in (1, 2, 254, 20):
        grow(db, more)
        folder = publish_now(db, tmp_path)
        with db.reading() as tx:
            size = store.head(tx).size
            for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
                found = check(receipt_for(tx, folder=folder, index=index), keys=[LOG_KEY.key])
                assert (found.index, found.checkpoint.size) == (index, size)


def test_a_head_that_witnesses_have_signed_is_preferred_where_it_stands_for_the_entry(
    db: Database, tmp_path: Path
) -> None:
    grow(db, 5)
    note = made(db, tmp_path, 0).note
    signed = Note(text=note.text, signatures=(*note.signatures, cosign(note.text, signer=WITNESS, seconds=7)))
    cosigned = str(signed).encode()
    grow(db, 3)
    found = check(made(db, tmp_path, 4, cosigned), keys=[LOG_KEY.key], witnesses=Policy(n=1, witnesses=(WITNESS.key,)))
    assert (found.checkpoint.size, found.cosigned) == (5, {WITNESS.key: 7})
    assert made(db, tmp_path, 5, cosigned).note == read((tmp_path / "ledger" / "checkpoint").read_bytes())
    # Where the tiles of its size are gone, the newest head does.
    (tmp_path / "ledger" / "tile" / "0" / "000.p" / "5").unlink()
    assert check(made(db, tmp_path, 4, cosigned), keys=[LOG_KEY.key]).checkpoint.size == 8


def test_what_is_not_published_has_none(db: Database, tmp_path: Path) -> None:
    grow(db, 2)
    folder = publish_now(db, tmp_path / "elsewhere")
    grow(db, 1)
    with db.reading() as tx:
        for index in (2, 3, 2**40):
            with pytest.raises(NotPublishedError, match="ask again"):
                receipt_for(tx, folder=folder, index=index)


def test_no_receipt_is_made_of_another_record_than_was_published(db: Database, tmp_path: Path) -> None:
    grow(db, 3)
    folder = publish_now(db, tmp_path)
    tile = tmp_path / "ledger" / "tile" / "0" / "000.p" / "3"
    tile.write_bytes(tile.read_bytes()[::-1])
    with db.reading() as tx, pytest.raises(ProofError, match="not in the tree"):
        receipt_for(tx, folder=folder, index=1)
    tile.unlink()
    with db.reading() as tx, pytest.raises(TileMissingError, match=r"000\.p/3"):
        receipt_for(tx, folder=folder, index=1)
