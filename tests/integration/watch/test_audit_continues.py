"""`verify` continues from a signed head, and holds what was published against the database."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from gardefou.clock import MINUTE, SimulatedClock
from gardefou.ledger import store
from gardefou.ledger.cosignature import cosign
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import COSIGNATURE, ED25519, Note, SecretKey
from gardefou.ledger.publish import publish
from gardefou.ledger.store import Head
from gardefou.ledger.tiles import Tile
from gardefou.storage import Database
from gardefou.watch.audit import audit
from gardefou.watch.finding import Finding, sentence
from gardefou.watch.published import Published, check_published
from gardefou.watch.signatures import Tally
from tests.factories.guards import unguarded
from tests.factories.record import PLATFORM
from tests.factories.town import Town, found_town

LOG = SecretKey(name="example.org/ledger", kind=ED25519, seed=bytes(32))
WITNESS = SecretKey(name="example.net/witness", kind=COSIGNATURE, seed=bytes(31) + b"1")
KEYS = (LOG.key, WITNESS.key)


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """Return a town with a past."""
    town = found_town(db, clock, founded=True)
    town.a_past()
    return town


def head_of(town: Town) -> Head:
    """Return the record's head."""
    with town.db.reading() as tx:
        return store.head(tx)


def continued(town: Town, *heads: Head, since: int = 0, tally: Tally | None = None) -> Finding | None:
    """Verify from signed heads on."""
    with town.db.reading() as tx:
        found = audit(
            tx, platform=PLATFORM, load_rulebook=town.ports.load_rulebook, heads=heads, since=since, tally=tally
        )
    if found is not None:
        assert sentence(found)
    return found


@pytest.mark.promise(14)
def test_it_continues_from_a_verified_head_and_checks_what_is_newer(town: Town) -> None:
    before = head_of(town)
    town.restore("agent", "president")
    town.clock.advance(MINUTE)
    town.propose("agent", "account.hide", "mayor")
    tally = Tally()
    assert continued(town, before, since=before.size, tally=tally) is None
    assert tally.counts["known"] >= 3
    with town.db.transaction() as tx:
        newest = next(store.newest(tx, kind="order.executed"))
        body = json.loads(json.dumps(newest.body))
        store.append(tx, now=town.now, kind=newest.kind, order_id=newest.order_id, body=body, about=[])
    found = continued(town, before, since=before.size)
    assert found is not None
    assert (found.code, found.index) == ("step-impossible", head_of(town).size - 1)


@pytest.mark.promise(14)
def test_an_old_entry_that_was_changed_is_found_although_it_was_verified_before(town: Town) -> None:
    before = head_of(town)
    town.restore("agent", "president")
    with town.db.transaction() as tx:
        tx.execute(text('UPDATE entry SET content = content || content WHERE "index" = 3'))
    found = continued(town, before, since=before.size)
    assert found is not None
    assert (found.code, found.index) == ("entry-changed", 3)


@pytest.mark.promise(14)
def test_a_head_that_the_record_does_not_lead_on_from_is_found(town: Town) -> None:
    before = head_of(town)
    rewritten = continued(town, Head(size=before.size - 1, root=bytes(32)))
    assert rewritten is not None
    assert rewritten.code == "head-rewritten"
    ahead = continued(town, Head(size=before.size + 3, root=bytes(32)))
    assert ahead is not None
    assert (ahead.code, ahead.fields["found"]) == ("record-behind", before.size)


@pytest.mark.promise(14)
def test_what_is_published_is_held_against_the_database_and_its_witnesses(town: Town, tmp_path: Path) -> None:
    folder = LedgerFolder(tmp_path / "ledger")
    assert check_published(folder, KEYS) is None
    with town.db.reading() as tx:
        note = publish(tx, folder=folder, signer=LOG)
    assert note is not None
    line = cosign(note.text, signer=WITNESS, seconds=1_509_700_000)
    folder.write_checkpoint(str(Note(text=note.text, signatures=(*note.signatures, line))).encode())
    found = check_published(folder, KEYS)
    assert isinstance(found, Published)
    assert found.cosigned == {WITNESS.key.name: 1_509_700_000}
    assert continued(town, found.head) is None
    tile = Tile(level=0, index=0, width=found.head.size)
    kept = folder.read(tile)
    folder.write(tile, kept[:-1] + b"\0")
    wrong = check_published(folder, KEYS)
    assert isinstance(wrong, Finding)
    assert f"entry {found.head.size - 1} is not the one" in sentence(wrong)
    folder.write(tile, kept)
    (folder.path / tile.path).unlink()
    assert isinstance(check_published(folder, KEYS), Finding)
    folder.write(tile, kept)
    forged = cosign("another\n", signer=WITNESS, seconds=1)
    folder.write_checkpoint(str(Note(text=note.text, signatures=(*note.signatures, forged))).encode())
    wrong = check_published(folder, KEYS)
    assert isinstance(wrong, Finding)
    assert "cosignature" in sentence(wrong)


@pytest.mark.promise(15)
@pytest.mark.parametrize(
    ("done", "code"),
    [
        ("UPDATE opening SET salt = :none, content = '' WHERE key = :who", "opening-missing"),
        ('DELETE FROM entry_about WHERE "index" = 3', "about-differs"),
        ('UPDATE entry SET at = at + 1 WHERE "index" = 3', "column-differs"),
    ],
    ids=["an opening emptied", "taken out of the index", "moved in time"],
)
def test_what_stands_beside_an_old_entry_is_looked_at_although_it_was_verified_before(
    town: Town, done: str, code: str
) -> None:
    """Only decisions and signatures are taken as verified: what the database says now is always held against them."""
    before = head_of(town)
    about = {"none": b"", "who": f"person:{town.person_id('reviewer 1')}"} if ":who" in done else {}
    with town.db.transaction() as tx, unguarded(tx, "opening"):
        tx.execute(text(done), about)
    found = continued(town, before, since=before.size)
    assert found is not None
    assert found.code == code
