"""A bundle is checked elsewhere with nothing but itself and a key; whatever was changed in it is found and named."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from gardefou.clock import SimulatedClock, from_iso
from gardefou.errors import GardefouError
from gardefou.ledger import store
from gardefou.ledger.archive import Archive, Writer, header
from gardefou.ledger.cosignature import cosign
from gardefou.ledger.entry import canonical
from gardefou.ledger.errors import ArchiveError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import COSIGNATURE, ED25519, Note, SecretKey, read
from gardefou.ledger.publish import publish
from gardefou.storage import Database, open_database
from gardefou.watch.bundle import Scope, Written, write_bundle
from gardefou.watch.bundle_check import Report, check_bundle
from tests.conftest import fresh_database
from tests.factories.town import Town, found_town

LOG = SecretKey(name="example.org/ledger", kind=ED25519, seed=bytes(32))
WITNESS = SecretKey(name="example.net/witness", kind=COSIGNATURE, seed=bytes(31) + b"1")
KEYS = (LOG.key, WITNESS.key)
Files = dict[str, bytes]


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """Return a town with a past: held, refused, in effect, brought back."""
    town = found_town(db, clock, founded=True)
    town.a_past()
    town.restore("agent", "president")
    return town


@pytest.fixture(scope="module")
def bundles(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return bundles of one town: a bundle is a file, whatever database it came from."""
    place = tmp_path_factory.mktemp("bundles")
    with fresh_database(request, "sqlite", place) as url:
        db = open_database(url, node=1)
        town = found_town(db, SimulatedClock(from_iso("2017-11-02T19:00:00Z")), founded=True)
        town.a_past()
        folder = published(town, LedgerFolder(place / "ledger"))
        account = {"account_id": town.accounts["president"], "opened": True}
        found = {"everything": written(town, folder)[0], "account": written(town, folder, **account)[0]}
        db.close()
    return found


@pytest.fixture
def folder(town: Town, tmp_path: Path) -> LedgerFolder:
    """Return the record as published, its head signed by a witness too."""
    return published(town, LedgerFolder(tmp_path / "ledger"))


def published(town: Town, folder: LedgerFolder) -> LedgerFolder:
    """Publish what is new."""
    with town.db.reading() as tx:
        note = publish(tx, folder=folder, signer=LOG)
    assert note is not None
    line = cosign(note.text, signer=WITNESS, seconds=1_509_700_000)
    folder.write_checkpoint(str(Note(text=note.text, signatures=(*note.signatures, line))).encode())
    return folder


def written(town: Town, folder: LedgerFolder, **scope: object) -> tuple[bytes, Written]:
    """Write a bundle into memory."""
    out = io.BytesIO()
    with town.db.reading() as tx:
        done = write_bundle(tx, out, folder=folder, scope=Scope(**scope), keys=KEYS)  # type: ignore[arg-type]  # as given
    return out.getvalue(), done


def checked(data: bytes) -> Report:
    """Check a bundle."""
    return check_bundle(Archive(io.BytesIO(data), length=len(data)), keys=KEYS)


def files_of(data: bytes) -> Files:
    """Return what a bundle holds."""
    archive = Archive(io.BytesIO(data), length=len(data))
    return {name: archive.read(name, most=1 << 30) for name in archive.files}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a bundle whose manifest fits them, as whoever wants to deceive would."""
    out = io.BytesIO()
    archive = Writer(out)
    for name, data in files.items():
        if not name.startswith("manifest"):
            archive.add(name, data)
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [[name, str(size), digest] for name, size, digest in archive.files]
    archive.add("manifest.json", canonical(manifest))
    archive.add("manifest.sha256", f"{sha256(canonical(manifest)).hexdigest()}\n".encode())
    archive.close()
    return out.getvalue()


@pytest.mark.promise(14)
def test_the_whole_record_is_checked_and_names_nobody(town: Town, folder: LedgerFolder) -> None:
    data, done = written(town, folder)
    report = checked(data)
    assert report.finding is None
    assert (report.entries, report.checkpoint.size) == (done.entries, done.size)
    assert report.cosigned == {WITNESS.key.name: 1_509_700_000}
    assert report.openings == 0 < report.closed
    assert written(town, folder)[0] == data, "the same record gives the same bytes"
    for secret in (b"president", b"reviewer 1", b"example.org@"):
        assert secret not in data


@pytest.mark.promise(14)
@pytest.mark.promise(15)
def test_an_accounts_bundle_opens_what_its_page_shows_and_its_signatures_verify(
    town: Town, folder: LedgerFolder
) -> None:
    data, done = written(town, folder, account_id=town.accounts["president"], opened=True)
    report = checked(data)
    assert report.finding is None
    assert report.openings == done.openings > 0
    assert report.signatures == {"valid": 3}
    assert b"@president" in data
    assert b"@anna" not in data
    assert b"manager north" not in data, "people who had no part in it stay unnamed"
    closed, _ = written(town, folder, account_id=town.accounts["president"])
    assert checked(closed).signatures == {"erased": 3}
    assert b"@president" not in closed


@pytest.mark.promise(14)
def test_every_flipped_bit_is_found(bundles: dict[str, bytes]) -> None:
    data = bundles["account"]
    chance = Random(5)  # noqa: S311  # which places to try is no secret
    places = {*range(150), *range(len(data) - 1600, len(data), 8), *chance.sample(range(len(data)), 150)}
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises(GardefouError, match=r"\w"):
            checked(bytes(changed))
    for cut in (1, 512, 1024, len(data) // 2):
        with pytest.raises(ArchiveError, match=r"cut|end"):
            checked(data[:-cut])


def _entry(files: Files) -> None:
    files["entries.jsonl"] = files["entries.jsonl"].replace(b"coordinated threats", b"coordinated thoughts", 1)


def _left_out(files: Files) -> None:
    files["entries.jsonl"] = files["entries.jsonl"].partition(b"\n")[2]


def _opening(files: Files) -> None:
    files["openings.jsonl"] = files["openings.jsonl"].replace(b"reviewer 1", b"reviewer 2", 1)


def _opening_too_many(files: Files) -> None:
    salt = bytes(32)
    made = sha256(salt + b"text\0" + b"more").hexdigest()
    line = canonical({"commitment": made, "content": "more", "key": "", "salt": salt.hex()})
    files["openings.jsonl"] += line + b"\n"


def _rulebook(files: Files) -> None:
    name = next(name for name in files if name.startswith("rulebooks/"))
    files[name] = files[name].replace(b"n = 1", b"n = 0", 1)


def _no_rulebook(files: Files) -> None:
    del files[next(name for name in files if name.startswith("rulebooks/"))]


def _checkpoint(files: Files) -> None:
    text = read(files["checkpoint"]).text
    files["checkpoint"] = str(Note(text=text, signatures=())).encode() + b"\xe2\x80\x94 example.org/ledger AAAAAAAA\n"


def _cosignature(files: Files) -> None:
    note = read(files["checkpoint"])
    line = cosign("another\n", signer=WITNESS, seconds=1)
    files["checkpoint"] = str(Note(text=note.text, signatures=(note.signatures[0], line))).encode()


def _stranger(files: Files) -> None:
    files["readme"] = b"hello"


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_entry, r"entry \d+ is not in the tree"),
        (_left_out, r"counts \d+ entries; there are \d+"),
        (_opening, r"openings.jsonl: line \d+ does not hash"),
        (_opening_too_many, "committed to by no entry"),
        (_rulebook, "does not hash to its name"),
        (_no_rulebook, ""),
        (_checkpoint, r"signature|sign"),
        (_cosignature, "cosignature of example.net/witness does not verify"),
        (_stranger, "readme is nothing that a bundle has"),
    ],
)
def test_whoever_packs_it_anew_is_found_out_all_the_same(
    bundles: dict[str, bytes], change: Callable[[Files], None], named: str
) -> None:
    files = files_of(bundles["account"])
    assert checked(packed(files)).finding is None
    change(files)
    if not named:
        found = checked(packed(files)).finding
        assert found is not None
        assert found.code == "rulebook-unknown"
        return
    with pytest.raises(GardefouError, match=named):
        checked(packed(files))


@pytest.mark.promise(14)
def test_a_changed_entry_of_the_whole_record_is_named(bundles: dict[str, bytes]) -> None:
    files = files_of(bundles["everything"])
    name = next(name for name in files if name.startswith("tile/entries/"))
    files[name] = files[name].replace(b'"hidden"', b'"frozen"', 1)
    with pytest.raises(GardefouError, match=r"entry \d+ is not the one that tile/0/000"):
        checked(packed(files))


@pytest.mark.promise(14)
def test_an_operator_who_signs_a_decision_the_rules_do_not_give_is_found_out(town: Town, tmp_path: Path) -> None:
    with town.db.transaction() as tx:
        entry = next(one for one in store.newest(tx, kind="order.executed") if "facts" in one.body)
        body = json.loads(json.dumps(entry.body))
        body["facts"]["approvers"] = []
        store.append(tx, now=town.now, kind=entry.kind, order_id=entry.order_id, body=body, about=[])
    folder = published(town, LedgerFolder(tmp_path / "ledger"))
    finding = checked(written(town, folder)[0]).finding
    assert finding is not None
    assert (finding.code, finding.index) == ("step-impossible", checked(written(town, folder)[0]).entries - 1)


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", bytes(10_000_000))
    return out.getvalue()


def _named(name: bytes) -> bytes:
    block = header("checkpoint", 512)
    block = name.ljust(100, b"\0") + block[100:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(block) + block[156:] + bytes(3 * 512)


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        bytes(1024),
        _bomb(),
        _named(b"../../etc/passwd"),
        _named(b"/etc/passwd"),
        _named(b"tile/../../x"),
        header("checkpoint", 2**33 - 1) + bytes(2048),
        header("checkpoint", 512) * 2 + bytes(1024),
    ],
)
def test_what_is_no_bundle_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(GardefouError, match=r"\w") as refused:
        checked(data)
    assert "\n" not in refused.value.message


@pytest.mark.promise(14)
def test_another_machine_checks_it_with_the_file_and_the_key_alone(bundles: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "bundle.tar").write_bytes(bundles["account"])
    command = [sys.executable, "-m", "gardefou.app.cli", "ledger", "verify", "--bundle", "bundle.tar", "--key"]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([*command, str(LOG.key), "--json"], cwd=tmp_path, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clean"] is True
    other = SecretKey(name="example.org/ledger", kind=ED25519, seed=bytes(31) + b"2")
    refused = subprocess.run([*command, str(other.key)], cwd=tmp_path, env=env, capture_output=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.strip() == b"gardefou: no key that is known here has signed it"
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.tar"], "nothing is written anywhere"
