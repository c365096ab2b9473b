"""What was published is compared with the database, and put back; or it is said that people must look."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from gardefou.ledger import checkpoint, store
from gardefou.ledger.errors import BehindError, NoteError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.fsck import Checked, fsck
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.publish import newest, publish
from gardefou.ledger.tables import entry
from gardefou.ledger.tiles import TileTree, bundles_of, tiles_of, unbundle
from gardefou.ledger.tree import leaf_hash
from gardefou.storage import Database
from tests.integration.ledger.dying import KEY
from tests.integration.ledger.test_publish import grow

DYING = Path(__file__).with_name("dying.py")


def laid_down(db: Database, folder: LedgerFolder, entries: int) -> None:
    grow(db, entries)
    with db.reading() as tx:
        publish(tx, folder=folder, signer=KEY)


def look(db: Database, folder: LedgerFolder, *, everything: bool = False, repair: bool = True) -> Checked:
    with db.reading() as tx:
        return fsck(tx, folder=folder, keys=(KEY.key,), everything=everything, repair=repair)


def files(folder: LedgerFolder) -> dict[str, bytes]:
    found = (path for path in folder.path.rglob("*") if path.is_file())
    return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in found}


def whole(folder: LedgerFolder) -> bool:
    """Return whether every tile and every entry that the newest checkpoint promises is there and adds up to it."""
    head = newest(folder, (KEY.key,))
    tree = TileTree(head.size, folder.read)
    places = [
        (bundled.index * 256 + place, content)
        for bundled in bundles_of(head.size)
        for place, content in enumerate(unbundle(folder.read(bundled), bundled.width))
    ]
    return tree.root() == head.root and all(tree.leaf(index) == leaf_hash(content) for index, content in places)


@pytest.mark.promise(14)
@pytest.mark.parametrize("damage", ["gone", "torn", "flipped", "longer"])
def test_each_file_that_is_damaged_is_put_back_as_it_was(db: Database, tmp_path: Path, damage: str) -> None:
    folder = LedgerFolder(tmp_path / "ledger")
    laid_down(db, folder, 600)
    before = files(folder)
    assert look(db, folder) == Checked(size=600, everything=False, damaged=())
    for tile in (*tiles_of(600), *bundles_of(600)):
        path, data = tmp_path / "ledger" / tile.path, before[tile.path]
        match damage:
            case "gone":
                path.unlink()
            case "torn":
                path.write_bytes(data[: len(data) // 2])
            case "flipped":
                path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
            case "longer":
                path.write_bytes(data + b"\0")
        assert look(db, folder, everything=True, repair=False).damaged == (tile.path,)
        assert look(db, folder, everything=True).damaged == (tile.path,)
    assert files(folder) == before


@pytest.mark.promise(14)
def test_the_right_edge_is_looked_at_in_every_start(db: Database, tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path / "ledger")
    laid_down(db, folder, 600)
    edge = [tile for tile in (*tiles_of(600), *bundles_of(600)) if tile.width < 256]
    for tile in edge:
        (tmp_path / "ledger" / tile.path).unlink()
        assert look(db, folder).damaged == (tile.path,)
    assert len(edge) == 3


@pytest.mark.promise(14)
def test_a_database_that_does_not_lead_to_what_was_published_repairs_nothing(db: Database, tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path / "ledger")
    laid_down(db, folder, 300)
    ahead = checkpoint.Checkpoint(origin=KEY.key.name, size=301, root=bytes(32)).signed(KEY)
    forked = checkpoint.Checkpoint(origin=KEY.key.name, size=299, root=bytes(32)).signed(KEY)
    other = SecretKey(name=KEY.key.name, kind=ED25519, seed=bytes(32))
    foreign = checkpoint.Checkpoint(origin=KEY.key.name, size=299, root=bytes(32)).signed(other)
    before = files(folder)
    for note, error, words in (
        (str(ahead).encode(), BehindError, "301 entries were published, and the record has 300"),
        (str(forked).encode(), BehindError, "does not begin with the 299 entries"),
        (str(foreign).encode(), NoteError, "no key that is known here"),
        (before["checkpoint"][:50], NoteError, "a note is"),
        (b"", NoteError, "a note is"),
    ):
        folder.write_checkpoint(note)
        with pytest.raises(error, match=words):
            look(db, folder)
        assert files(folder) == before | {"checkpoint": note}


@pytest.mark.promise(14)
def test_an_entry_that_was_rewritten_in_the_database_is_laid_down_nowhere(db: Database, tmp_path: Path) -> None:
    """Its hash was left as it was, so the head is still that of the tiles; its bytes are not those that were signed."""
    folder = LedgerFolder(tmp_path / "ledger")
    laid_down(db, folder, 300)
    before = files(folder)
    with db.transaction() as tx:
        tx.execute(update(entry).where(entry.c.index == 290).values(content=b'{"forged":1}'))
    with pytest.raises(BehindError, match="entry 290 is not the one that was published"):
        look(db, folder)
    assert files(folder) == before


def test_nothing_is_made_where_nothing_was_published(db: Database, tmp_path: Path) -> None:
    grow(db, 3)
    assert look(db, LedgerFolder(tmp_path / "ledger")) == Checked(size=0, everything=False, damaged=())
    assert files(LedgerFolder(tmp_path / "ledger")) == {}


def test_what_a_full_tile_holds_in_parts_is_dropped_and_can_still_be_read(db: Database, tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path / "ledger")
    laid_down(db, folder, 200)
    parts = {tile: folder.read(tile) for tile in (*tiles_of(200), *bundles_of(200))}
    laid_down(db, folder, 100)
    assert {tile: folder.read(tile) for tile in parts} == parts
    assert [name for name in files(folder) if ".p/200" in name] == []


@pytest.mark.promise(14)
@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.full)], indirect=True)
def test_a_publisher_that_dies_anywhere_leaves_what_the_next_start_finishes(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    folder = LedgerFolder(tmp_path / "ledger")
    laid_down(db, folder, 255)
    grow(db, 300)
    done = subprocess.run(
        [sys.executable, DYING, database_url, folder.path], check=True, capture_output=True, text=True, timeout=60
    )
    codes = [int(line) for line in done.stdout.split()]
    # Eight files in three steps each, and as many full tiles and bundles whose parts are dropped.
    assert codes == [9] * (len(codes) - 1) + [0]
    assert len(codes) > 20
    for number in range(len(codes)):
        died = LedgerFolder(tmp_path / f"ledger-{number}")
        assert whole(died)  # Whenever it died: the head that outsiders see promises nothing that is not there.
        look(db, died)
        with db.reading() as tx:
            publish(tx, folder=died, signer=KEY)
            assert newest(died, (KEY.key,)).size == store.head(tx).size == 555
        assert whole(died)
        assert [name for name in files(died) if name.endswith(".new")] == []
        assert look(db, died, everything=True).damaged == ()
