"""Attacks by whoever operates the house: the owner of the database, of the folder, of the log's own key.

Each rewrites the record, first carelessly, which `verify` names, and then so well that nothing in the database tells:
numbers, hashes, edge and head are made to fit. Against that stands what was published: the folder refuses to go on from
another past, and whoever kept one signed head, a witness or a reader, sees that the new one does not begin with it.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from gardefou.ledger import checkpoint, store, tables
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.entry import EntryKind, decode, encode
from gardefou.ledger.errors import BehindError, ProofError
from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.publish import publish
from gardefou.ledger.tiles import TileTree
from gardefou.ledger.tree import Frontier, leaf_hash, verify_consistency
from gardefou.storage import Database, Tx
from gardefou.watch.audit import audit
from tests.factories.published import LOG
from tests.factories.record import PLATFORM
from tests.factories.town import Town
from tests.integration.attacks.conftest import Run

pytestmark = pytest.mark.promise(14)
#: The whole record, as the entries' bytes, and the same otherwise.
Rewrite = Callable[[list[bytes]], list[bytes]]
SIZE, LATER = 270, 5
#: How a folder says that it will not go on from another past.
PAST = r"does not begin with the \d+ entries|entries that were published and those since do not add up"


def entry(number: int, at: int = 1) -> bytes:
    return encode(kind=EntryKind.CASE_CLOSED, at=at, order_id=None, body={"case": str(number)})


def grow(db: Database, numbers: range) -> None:
    with db.transaction() as tx:
        for number in numbers:
            store.append(tx, now=1, kind=EntryKind.CASE_CLOSED, order_id=None, body={"case": str(number)}, about=())


def rewrite(db: Database, how: Rewrite, *, index_too: bool = True) -> None:
    """Write another record in the place of this one, and make everything in the database fit it."""
    with db.transaction() as tx:
        unguarded(tx)
        contents = how([row["content"] for row in store.rows(tx)])
        frontier, rows, about = Frontier(), [], []
        for index, content in enumerate(contents):
            line, leaf = decode(content), leaf_hash(content)
            frontier = frontier.append(leaf)
            columns = {"at": line.at, "kind": line.kind, "order_id": line.order_id}
            rows.append({"index": index, "content": content, "leaf": leaf, **columns})
            about += [{"about": one, "index": index} for one in store.named_in(line.body)]
        tx.execute(delete(tables.entry))
        tx.execute(insert(tables.entry), rows)
        if index_too:
            tx.execute(delete(tables.entry_about))
            tx.execute(insert(tables.entry_about), about)
        head = {"size": frontier.size, "root": frontier.root, "frontier": frontier.to_bytes()}
        tx.execute(update(tables.ledger_head).values(**head))


def unguarded(tx: Tx) -> None:
    """Let no trigger fire, as a superuser may; on SQLite whoever owns the file is one."""
    if tx.dialect == "postgresql":
        tx.execute(text("SET LOCAL session_replication_role = replica"))


def finding(db: Database) -> str:
    """Return what `verify` names first; nothing where it names nothing."""
    with db.reading() as tx:
        found = audit(tx, platform=PLATFORM)
    return "" if found is None else found.code


def go_on(db: Database, path: Path) -> Checkpoint:
    """Publish what there is, and return the newest head as everybody sees it."""
    folder = LedgerFolder(path)
    with db.reading() as tx:
        publish(tx, folder=folder, signer=LOG)
    return checkpoint.opened(folder.checkpoint() or b"", keys=[LOG.key], origin=LOG.key.name)[0]


def leads_on(seen: Checkpoint, shown: Checkpoint, path: Path) -> bool:
    """Return whether somebody who kept a head believes another, on the best proof that its own tiles can give."""
    if shown.size < seen.size:
        return False
    proof = TileTree(shown.size, LedgerFolder(path).read).consistency_proof(seen.size)
    roots = {"first_root": seen.root, "second_root": shown.root}
    try:
        verify_consistency(first=seen.size, second=shown.size, proof=proof, **roots)
    except ProofError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A record of which a head was published, and kept by somebody."""

    db: Database
    path: Path
    seen: Checkpoint

    def rewritten_well(self, how: Rewrite) -> None:
        """Rewrite the record so that it agrees with itself, and see that it is caught by what was published of it."""
        rewrite(self.db, how)
        assert finding(self.db) == ""
        grow(self.db, range(1_000, 1_000 + LATER))
        with pytest.raises(BehindError, match=PAST):
            go_on(self.db, self.path)
        assert LedgerFolder(self.path).checkpoint() == (self.path.parent / "kept").read_bytes()
        # With the folder gone too, and everything signed anew by the log's own key:
        shown = go_on(self.db, self.path.parent / "anew")
        assert not leads_on(self.seen, shown, self.path.parent / "anew")


@pytest.fixture
def published(db: Database, tmp_path: Path) -> Published:
    """A record over more than one tile; an honest one goes on from its head."""
    path = tmp_path / "ledger"
    grow(db, range(SIZE - LATER))
    before = go_on(db, path)
    grow(db, range(SIZE - LATER, SIZE))
    seen = go_on(db, path)
    assert leads_on(before, seen, path)
    assert finding(db) == ""
    shutil.copy(path / "checkpoint", tmp_path / "kept")
    return Published(db=db, path=path, seen=seen)


def by_sql(published: Published, *changes: Callable[[Tx], object]) -> str:
    """Change rows and nothing else; return what `verify` names."""
    with published.db.transaction() as tx:
        unguarded(tx)
        for change in changes:
            change(tx)
    return finding(published.db)


def at(index: int) -> Callable[..., Callable[[Tx], object]]:
    """Return what sets columns of one entry."""
    row = update(tables.entry).where(tables.entry.c.index == index)
    return lambda **values: lambda tx: tx.execute(row.values(**values))


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("index", [0, SIZE - 1])
def test_an_entry_of_the_record_edited(published: Published, index: int) -> None:
    assert by_sql(published, at(index)(content=entry(9_999))) == "entry-changed"
    assert by_sql(published, at(index)(leaf=leaf_hash(entry(9_999)))) == "root-differs"
    published.rewritten_well(lambda all_: [*all_[:index], entry(9_999), *all_[index + 1 :]])


@pytest.mark.usefixtures("by_hand")
def test_an_entry_of_the_record_deleted(published: Published) -> None:
    gone = tables.entry.c.index == 100
    assert by_sql(published, lambda tx: tx.execute(delete(tables.entry).where(gone))) == "entry-missing"
    published.rewritten_well(lambda all_: [*all_[:50], *all_[51:]])


@pytest.mark.usefixtures("by_hand")
def test_entries_of_the_record_reordered(published: Published) -> None:
    first, second = entry(3), entry(4)
    swap = (at(3)(content=second, leaf=leaf_hash(second)), at(4)(content=first, leaf=leaf_hash(first)))
    assert by_sql(published, *swap) == "root-differs"
    published.rewritten_well(lambda all_: [*all_[:3], all_[5], all_[4], all_[3], *all_[6:]])


@pytest.mark.usefixtures("by_hand")
def test_an_entry_put_into_the_record(published: Published) -> None:
    row = {"index": SIZE, "at": 1, "kind": "case.closed", "content": entry(7), "leaf": leaf_hash(entry(7))}
    assert by_sql(published, lambda tx: tx.execute(insert(tables.entry).values(row))) == "entries-cut"
    published.rewritten_well(lambda all_: [*all_[:10], entry(7), *all_[10:SIZE]])


@pytest.mark.usefixtures("by_hand")
def test_the_record_truncated_and_signed_again(published: Published) -> None:
    last = tables.entry.c.index == SIZE - 1
    assert by_sql(published, lambda tx: tx.execute(delete(tables.entry).where(last))) == "entries-cut"
    rewrite(published.db, lambda all_: all_[: SIZE - LATER - 1])
    assert finding(published.db) == ""
    with pytest.raises(BehindError, match=f"{SIZE} entries were published, and the record has {SIZE - LATER - 1}"):
        go_on(published.db, published.path)
    anew = published.path.parent / "signed again"
    assert not leads_on(published.seen, go_on(published.db, anew), anew)
    # And when it has grown past what was seen, with other entries.
    published.rewritten_well(lambda all_: [*all_, *(entry(number) for number in range(5_000, 5_000 + 3 * LATER))])


@pytest.mark.usefixtures("by_hand")
def test_two_heads_of_the_record_shown_to_two_people(published: Published) -> None:
    """Each agrees with all that was published before, and is signed; no proof leads from one of them to the other."""
    here, there = published.path, published.path.parent / "there"
    shutil.copytree(here, there)
    grow(published.db, range(2_000, 2_000 + LATER))
    one = go_on(published.db, here)
    rewrite(published.db, lambda all_: [*all_[:SIZE], *(entry(number) for number in range(3_000, 3_000 + 2 * LATER))])
    assert finding(published.db) == ""
    other = go_on(published.db, there)
    assert leads_on(published.seen, one, here)
    assert leads_on(published.seen, other, there)
    assert not leads_on(one, other, there)
    with pytest.raises(BehindError, match=PAST):
        go_on(published.db, here)


@pytest.mark.usefixtures("by_hand")
def test_what_is_new_in_the_record_changed_before_it_is_published(published: Published) -> None:
    """Between the append and the next head: what lies there must add up to the head that the append has made."""
    grow(published.db, range(4_000, 4_000 + LATER))
    new = SIZE + 1
    with published.db.reading() as tx:
        kept = tx.first(select(tables.entry).where(tables.entry.c.index == new))
    assert kept is not None
    gone = delete(tables.entry).where(tables.entry.c.index == new)
    for change in (
        at(new)(content=entry(9_999)),
        at(new)(content=entry(9_999), leaf=leaf_hash(entry(9_999))),
        at(new)(index=9_999),
        lambda tx: tx.execute(gone),
    ):
        assert by_sql(published, change) != ""
        with pytest.raises(BehindError, match="run `gardefou ledger verify`"):
            go_on(published.db, published.path)
        by_sql(published, lambda tx: tx.execute(gone), lambda tx: tx.execute(insert(tables.entry).values(**kept)))
        by_sql(published, lambda tx: tx.execute(delete(tables.entry).where(tables.entry.c.index == 9_999)))
        assert finding(published.db) == ""
    assert go_on(published.db, published.path).size == SIZE + LATER


def elsewhy(content: bytes) -> bytes:
    return content.replace(b'"reason":"coordinated threats"', b'"reason":"spam"')


@pytest.mark.usefixtures("by_hand")
def test_an_order_made_to_have_gone_another_way(town: Town, run: Run, tmp_path: Path) -> None:
    """A whole town's record, rewritten well: here what stands beside it tells too."""
    town.a_past()
    seen = go_on(town.db, tmp_path / "ledger")
    rewrite(town.db, lambda all_: list(map(elsewhy, all_)), index_too=False)
    code, said = run("ledger", "verify")
    assert (code, "is not what the record says" in said) == (1, True), said
    with pytest.raises(BehindError, match="another root"):
        go_on(town.db, tmp_path / "ledger")
    assert not leads_on(seen, go_on(town.db, tmp_path / "anew"), tmp_path / "anew")
