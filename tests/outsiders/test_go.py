"""Programs that we did not write accept what we publish: Go's `x/mod/sumdb/note` and `tlog`, as Debian ships them.

`outsider.go` drives them over a folder of ours. With one bit flipped anywhere it refuses, as it must: a checker that
accepts everything would pass the rest.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gardefou.ledger import checkpoint, store
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.entry import EntryKind
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.publish import publish
from gardefou.ledger.receipt import Receipt, extra_of
from gardefou.ledger.tiles import TileTree
from gardefou.storage import Database
from tests.factories.published import LOG

pytestmark = pytest.mark.promise(14)
SOURCE = Path(__file__).with_name("outsider.go")
PACKAGES = Path("/usr/share/gocode")
VKEY = str(LOG.key)
#: Asks the outsider; returns whether it accepts, and what it says.
Ask = Callable[..., tuple[bool, str]]
#: Two full tiles, a level above them, and a partial one; and a head of before, within the first.
SIZE, BEFORE = 700, 200


@pytest.fixture(scope="session")
def outsider(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Build the program once."""
    if not shutil.which("go") or not (PACKAGES / "src/golang.org/x/mod/sumdb").is_dir():
        pytest.fail("Go and its sumdb packages are needed: scripts/system-packages go")
    folder = tmp_path_factory.mktemp("go")
    program = folder / "outsider"
    settings = {"GO111MODULE": "off", "GOPATH": str(PACKAGES), "GOCACHE": str(folder / "cache"), "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", program, SOURCE], env={**os.environ, **settings}, check=True, timeout=120)

    def ask(*arguments: object) -> tuple[bool, str]:
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode in (0, 1), done.stderr
        assert (done.returncode == 1) == ("refused: " in done.stdout)
        return done.returncode == 0, done.stdout

    return ask


def grow(db: Database, folder: LedgerFolder, *, to: int) -> None:
    """Put entries on the record, of many lengths, and publish."""
    with db.transaction() as tx:
        for number in range(store.head(tx).size, to):
            body = {"case": str(number), "why": "é" * (number % 300)}
            store.append(tx, now=1, kind=EntryKind.CASE_CLOSED, order_id=None, body=body, about=())
    with db.reading() as tx:
        assert publish(tx, folder=folder, signer=LOG) is not None


@pytest.fixture
def folder(db: Database, tmp_path: Path) -> Path:
    """A folder that was published twice, with the older head beside it."""
    path = tmp_path / "ledger"
    grow(db, LedgerFolder(path), to=BEFORE)
    shutil.copy(path / "checkpoint", tmp_path / "before")
    grow(db, LedgerFolder(path), to=SIZE)
    return path


def flip(path: Path, place: int) -> Callable[[], None]:
    """Flip one bit of a file; return what flips it back."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))

    def back() -> None:
        data[place] ^= 1
        path.write_bytes(bytes(data))

    return back


def test_go_accepts_what_we_publish_and_refuses_it_with_one_bit_flipped(outsider: Ask, folder: Path) -> None:
    before = folder.parent / "before"
    accepted, said = outsider("record", folder, VKEY, before)
    assert accepted, said
    assert said.startswith(f"{SIZE} entries under ")
    assert said.endswith(f"begins with the {BEFORE} entries of before\n")
    changed = [
        ("tile/entries/000", 40),  # Within the first entry.
        ("tile/entries/001", -1),  # The last byte of the last entry of a full bundle.
        ("tile/entries/002.p/188", -9),
        ("tile/entries/000", 1),  # An entry's length.
        ("tile/0/000", 0),
        ("tile/0/001", 255 * 32 + 31),
        ("tile/0/002.p/188", 187 * 32),
        ("tile/1/000.p/2", 0),
        ("tile/1/000.p/2", 63),
        ("checkpoint", 3),  # Whose it is.
        ("checkpoint", len(LOG.key.name) + 1),  # How many.
        ("checkpoint", len(LOG.key.name) + 10),  # The root.
        ("checkpoint", -20),  # The signature.
        ("../before", len(LOG.key.name) + 10),
        ("../before", -20),
    ]
    for name, place in changed:
        back = flip(folder / name, place)
        accepted, said = outsider("record", folder, VKEY, before)
        assert not accepted, (name, place)
        back()
    assert outsider("record", folder, VKEY, before)[0]


def test_go_refuses_another_history_though_it_is_signed(outsider: Ask, folder: Path) -> None:
    forked = folder.parent / "forked"
    for size, root in ((BEFORE, bytes(32)), (SIZE, bytes(32)), (SIZE + 1, bytes(32))):
        note = Checkpoint(origin=LOG.key.name, size=size, root=root).signed(LOG)
        forked.write_text(str(note), "utf-8")
        accepted, said = outsider("record", folder, VKEY, forked)
        assert not accepted, said


def test_go_accepts_a_receipt_of_ours_and_no_changed_one(outsider: Ask, folder: Path, db: Database) -> None:
    found = LedgerFolder(folder)
    head, note = checkpoint.opened((folder / "checkpoint").read_bytes(), keys=[LOG.key])
    with db.reading() as tx:
        entry = next(store.entries(tx, after=298)).content
    tree, file, content = TileTree(head.size, found.read), folder.parent / "receipt", folder.parent / "entry"
    receipt = Receipt(index=299, proof=tuple(tree.inclusion_proof(299)), note=note, extra=extra_of(entry))
    file.write_text(str(receipt), "utf-8")
    content.write_bytes(entry)
    assert outsider("receipt", file, content, VKEY) == (True, f"entry 299 of {SIZE}\n")
    index = str(receipt).index("\nindex ")
    for path, place in ((content, 5), (file, index + 8), (file, index + 20), (file, -20)):
        back = flip(path, place)
        assert not outsider("receipt", file, content, VKEY)[0], (path, place)
        back()
    assert outsider("receipt", file, content, VKEY)[0]
