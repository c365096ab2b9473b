"""A published record, with a database or without one: tiles under a head that a log and witnesses signed."""

from collections.abc import Sequence
from pathlib import Path

from gardefou.app.ledger_key import verifier_keys
from gardefou.app.settings import Settings
from gardefou.ledger import store
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.entry import encode
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import COSIGNATURE, ED25519, Note, SecretKey
from gardefou.ledger.publish import publish
from gardefou.ledger.receipt import Opening, Receipt, extra_of
from gardefou.ledger.tiles import WIDTH, Tile, TileTree, bundle, perfect_root, tiles_of
from gardefou.ledger.tree import inclusion_proof, leaf_hash, root_of
from gardefou.storage import Database
from gardefou.watch.published import Published, check_published

LOG_KEY = LOG = SecretKey(name="house.example/ledger", kind=ED25519, seed=bytes(range(32)))
WITNESS = SecretKey(name="witness.example/w1", kind=COSIGNATURE, seed=bytes(range(32, 64)))
OTHER = SecretKey(name="witness.example/w2", kind=COSIGNATURE, seed=bytes(range(64, 96)))


def some_entries(size: int, *, said: str = "") -> list[bytes]:
    """Return so many entries, each another."""
    return [encode(kind="case.closed", at=1, order_id=None, body={"case": f"{n}", "said": said}) for n in range(size)]


def head_over(entries: Sequence[bytes], signer: SecretKey = LOG) -> Note:
    """Return the signed head over entries."""
    root = root_of([leaf_hash(one) for one in entries])
    return Checkpoint(origin=signer.key.name, size=len(entries), root=root).signed(signer)


def tiles_over(entries: Sequence[bytes]) -> dict[Tile, bytes]:
    """Return every tile and bundle of a record, made bottom up."""
    made: dict[Tile, bytes] = {}
    hashes, bundled = [leaf_hash(one) for one in entries], entries
    for tile in tiles_of(len(entries)):
        if tile.level and not tile.index:
            hashes = [perfect_root(hashes[at : at + WIDTH]) for at in range(0, len(hashes) // WIDTH * WIDTH, WIDTH)]
        places = slice(tile.index * WIDTH, tile.index * WIDTH + tile.width)
        made[tile] = b"".join(hashes[places])
        if tile.level == 0:
            made[Tile(level=None, index=tile.index, width=tile.width)] = bundle(bundled[places])
    return made


def tree_over(entries: Sequence[bytes]) -> TileTree:
    """Return the tree of a record, read from its tiles."""
    return TileTree(len(entries), tiles_over(entries).__getitem__)


def lay_down(path: Path, entries: Sequence[bytes], signer: SecretKey = LOG) -> LedgerFolder:
    """Return a folder in which all of a record lies."""
    folder = LedgerFolder(path)
    for tile, data in tiles_over(entries).items():
        folder.write(tile, data)
    folder.write_checkpoint(str(head_over(entries, signer)).encode())
    return folder


def receipt_for(entries: Sequence[bytes], index: int, openings: Sequence[Opening] = ()) -> Receipt:
    """Return the receipt for one of these entries."""
    proof = inclusion_proof([leaf_hash(one) for one in entries], index)
    extra = extra_of(entries[index], openings)
    return Receipt(index=index, proof=tuple(proof), note=head_over(entries), extra=extra)


def publish_now(db: Database, data: Path) -> LedgerFolder:
    """Publish what is on the record by now, where a house with this data folder publishes it."""
    folder = LedgerFolder(data / "ledger")
    with db.reading() as tx:
        publish(tx, folder=folder, signer=LOG)
    return folder


def all_is_published(settings: Settings, db: Database) -> bool:
    """Return whether all of a house's record is published, each tile under its signed head."""
    with db.reading() as tx:
        head = store.head(tx)
    found = check_published(LedgerFolder(settings.ledger_folder), verifier_keys(settings))
    return isinstance(found, Published) and found.head == head
