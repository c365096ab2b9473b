"""The record in the database."""

import threading

import pytest
from sqlalchemy import select

from gardefou.clock import Micros
from gardefou.ledger import store, tables
from gardefou.ledger.commitment import commitment
from gardefou.ledger.entry import Json
from gardefou.ledger.errors import EntryError, HeadError
from gardefou.ledger.tree import EMPTY_ROOT, root_of
from gardefou.storage import Database, Tx
from gardefou.storage.tables import house
from tests.factories.guards import unguarded


def found(tx: Tx, now: int, number: int = 0, about: tuple[str, ...] = ()) -> None:
    body: dict[str, Json] = {"n": number, "who": [key.partition(":")[2] for key in about]}
    store.append(tx, now=now, kind="house.founded", order_id=None, body=body, about=about)


def change_and_found(db: Database, now: int, key: str, *, fail: bool = False) -> None:
    with db.transaction() as tx:
        tx.execute(house.insert().values(key=key, value="changed"))
        found(tx, now)
        if fail:
            raise RuntimeError("power")


def check_tree(tx: Tx) -> None:
    leaves = [row["leaf"] for row in store.rows(tx)]
    head = store.head(tx)
    assert (head.size, head.root) == (len(leaves), root_of(leaves))


def test_an_empty_record_has_the_empty_root(db: Database) -> None:
    with db.reading() as tx:
        assert store.head(tx) == store.Head(size=0, root=EMPTY_ROOT)
        assert list(store.entries(tx)) == []


@pytest.mark.promise(9)
def test_an_entry_and_its_change_are_written_together_or_not_at_all(db: Database, now: Micros) -> None:
    change_and_found(db, now, "a")
    with pytest.raises(RuntimeError, match="power"):
        change_and_found(db, now, "b", fail=True)
    with db.reading() as tx:
        assert [row["key"] for row in tx.all(select(house))] == ["a"]
        assert store.head(tx).size == 1
        check_tree(tx)


@pytest.mark.promise(9)
def test_a_change_whose_entry_cannot_be_written_is_not_made(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        found(tx, now)
    with db.transaction() as tx:
        tx.execute(tables.ledger_head.update().values(root=EMPTY_ROOT))
    with pytest.raises(HeadError, match="does not agree with its edge"):
        change_and_found(db, now, "a")
    with db.reading() as tx:
        assert tx.all(select(house)) == []


def test_a_bad_entry_is_refused_where_it_is_made(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        with pytest.raises(EntryError, match="write it as a decimal string"):
            store.append(tx, now=now, kind="house.founded", order_id=None, body={"id": 2**60}, about=[])
        with pytest.raises(EntryError, match="written `kind:id`"):
            store.append(tx, now=now, kind="house.founded", order_id=None, body={}, about=["account"])
    with db.reading() as tx:
        assert store.head(tx).size == 0


def test_entries_are_numbered_without_a_gap_and_read_in_pages(
    db: Database, now: Micros, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PAGE", 3)
    for size in (1, 4, 2, 3):
        with db.transaction() as tx:
            for number in range(size):
                found(tx, now, number)
    with db.reading() as tx:
        assert [entry.index for entry in store.entries(tx)] == list(range(10))
        assert [entry.index for entry in store.entries(tx, after=6)] == [7, 8, 9]
        assert [entry.index for entry in store.entries(tx, after=1, limit=5)] == [2, 3, 4, 5, 6]
        assert [entry.body["n"] for entry in store.entries(tx, limit=5)] == [0, 0, 1, 2, 3]
        check_tree(tx)


def test_entries_are_found_by_order_and_by_what_they_concern(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        found(tx, now, 1, about=("case:4",))
        store.append(tx, now=now, kind="order.proposed", order_id=2**61, body={"case": "5"}, about=["case:5"])
        found(tx, now, 2, about=("case:4", "case:5"))
    with db.reading() as tx:
        assert [entry.index for entry in store.entries_about(tx, "case:4")] == [0, 2]
        assert [entry.index for entry in store.entries_about(tx, "case:5", limit=1)] == [1]
        assert [(entry.index, entry.order_id) for entry in store.entry_of_order(tx, 2**61)] == [(1, 2**61)]
        assert store.entry_of_order(tx, 7) == []


def test_a_case_named_in_a_body_is_found_by_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        store.append(tx, now=now, kind="case.closed", order_id=None, body={"case": "5", "incident": None}, about=[])
    with db.reading() as tx:
        assert [row["about"] for row in tx.all(select(tables.entry_about))] == ["case:5"]


def test_whoever_is_committed_to_in_a_body_is_found_by_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person = store.commit_to(tx, now=now, key="person:12", content="Reviewer 12")
        body = {"facts": [{"approvers": [person]}]}
        store.append(tx, now=now, kind="house.founded", order_id=None, body=body, about=[])
    with db.reading() as tx:
        assert [entry.index for entry in store.entries_about(tx, "person:12")] == [0]


@pytest.mark.promise(15)
def test_a_recurring_thing_has_one_commitment_and_a_text_a_new_one_each_time(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        first = store.commit_to(tx, now=now, key="account:7", content="@president")
        text = store.commit_text(tx, now=now, content="He asked for it.")
    with db.transaction() as tx:
        assert store.commit_to(tx, now=now, key="account:7", content="@renamed") == first
        assert store.commit_text(tx, now=now, content="He asked for it.") != text
    with db.reading() as tx:
        assert store.open_(tx, [first, text, "0" * 64]) == {first: "@president", text: "He asked for it."}
        for row in tx.all(select(tables.opening)):
            tag = "account:7" if row["key"] else "text"
            assert commitment(salt=row["salt"], tag=tag, content=row["content"]) == row["commitment"]


@pytest.mark.promise(15)
def test_erasing_an_opening_breaks_no_tree(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        person = store.commit_to(tx, now=now, key="person:12", content="Reviewer 12")
        store.append(tx, now=now, kind="house.founded", order_id=None, body={"who": person}, about=[])
    with db.transaction() as tx, unguarded(tx, "opening"):
        tx.execute(tables.opening.delete())
    with db.reading() as tx:
        assert store.open_(tx, [person]) == {}
        check_tree(tx)


@pytest.mark.promise(9)
def test_racing_writers_never_fork_the_record(db: Database, now: Micros) -> None:
    """Eight threads, all meeting at once: every entry has its own place, and one tree holds them all."""
    threads, each = 8, 6
    start = threading.Barrier(threads)
    failures: list[BaseException] = []

    def write(thread: int) -> None:
        try:
            start.wait(timeout=20)
            for number in range(each):
                with db.transaction() as tx:
                    store.commit_to(tx, now=now, key="person:1", content="one")
                    found(tx, now, thread * 100 + number)
                    found(tx, now, thread * 100 + number)
        except BaseException as problem:  # noqa: BLE001  # carried to the test's own thread
            failures.append(problem)

    workers = [threading.Thread(target=write, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert failures == []
    with db.reading() as tx:
        written = [entry.body["n"] for entry in store.entries(tx)]
        assert len(written) == 2 * threads * each
        assert written[::2] == written[1::2], "one transaction's entries stand together"
        assert len(tx.all(select(tables.opening))) == 1
        check_tree(tx)
