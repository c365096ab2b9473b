"""The audit: a record that agrees with the world passes; whatever is changed behind its back is named."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from gardefou.clock import MINUTE, Micros, from_iso
from gardefou.ledger import store, tables
from gardefou.ledger.entry import encode
from gardefou.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash
from gardefou.orders.lifecycle import State
from gardefou.orders.tables import notice, orders, rulebook, rulebook_in_force, vote
from gardefou.orders.veto import veto
from gardefou.orders.withdraw import withdraw
from gardefou.storage import Database, Tx, open_database
from gardefou.watch.audit import audit, audit_all
from gardefou.watch.finding import Finding, sentence
from gardefou.words import speak
from tests.conftest import fresh_database
from tests.factories.guards import unguarded
from tests.factories.record import PLATFORM, PORTS, Records, make_records


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived_in(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Records]]:
    """A house in which a protected account was hidden the long way, and an ordinary one the short way, and back.

    It lies in a closed database to copy: each test changes one thing in it.
    """
    with fresh_database(request, request.param, tmp_path_factory.mktemp("lived-in")) as url:
        records = make_records(open_database(url, node=1), from_iso("2017-11-02T19:00:00Z"))
        records.hide(records.ordinary, actor=records.agent)
        records.wait()
        records.hide_protected()
        records.wait()
        records.restore(records.ordinary)
        records.db.close()
        yield url, records


@pytest.fixture
def house(lived_in: tuple[str, Records], request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """A copy of it for one test."""
    kind = "sqlite" if lived_in[0].startswith("sqlite") else "postgresql"
    with fresh_database(request, kind, tmp_path, of=lived_in[0]) as url:
        db = open_database(url, node=2)
        yield replace(lived_in[1], db=db)
        db.close()


def found(records: Records) -> Finding | None:
    with records.db.reading() as tx:
        return audit(tx, platform=PLATFORM)


def code(records: Records) -> str:
    finding = found(records)
    return "" if finding is None else finding.code


def tamper(records: Records, change: Callable[[Tx], object]) -> Finding:
    """Change something behind the house's back, the database having agreed before and disagreeing after."""
    assert found(records) is None
    with records.db.transaction() as tx:
        if tx.dialect == "postgresql":
            tx.execute(text("SET session_replication_role = replica"))
        change(tx)
        if tx.dialect == "postgresql":
            tx.execute(text("SET session_replication_role = origin"))
    finding = found(records)
    assert finding is not None
    for language in ("en", "fr"):
        with speak(language):
            assert sentence(finding)
    assert json.dumps(finding.to_json())
    return finding


def index_of(records: Records, kind: str) -> int:
    with records.db.reading() as tx:
        return next(entry.index for entry in store.entries(tx) if entry.kind == kind)


def test_an_empty_house_agrees_with_its_record(db: Database) -> None:
    with db.reading() as tx:
        assert audit(tx, platform=PLATFORM) is None


def test_every_way_an_order_can_go_agrees_with_the_record(db: Database, now: Micros) -> None:
    """Executed, refused, waiting, vetoed, withdrawn, expired, overridden, held, reversed."""
    records = make_records(db, now)
    records.hide(records.protected, actor=records.agent)  # refused: an agent may not
    waiting = records.hide(records.protected).order
    assert waiting.state is State.WAITING
    records.approve(waiting, records.agent)  # refused attempt
    records.wait()
    with db.transaction() as tx:
        veto(tx, PORTS, actor=records.manager, now=records.now, order_id=waiting.id, why="Wait for the lawyers.")
    records.wait()
    withdrawn = records.hide(records.protected).order
    records.wait()
    with db.transaction() as tx:
        withdraw(tx, PORTS, actor=records.reviewer, now=records.now, order_id=withdrawn.id)
    expired = records.hide(records.protected).order
    records.wait(121 * MINUTE)
    assert records.drive(expired).state is State.VOID
    overridden = records.hide(records.protected).order
    records.approve(overridden, records.colleague, why="Yes.")
    records.wait()
    records.approve(overridden, records.manager)
    held = records.drive(overridden)
    assert held.state in (State.HELD, State.WAITING)
    records.hide(records.ordinary, actor=records.agent)
    records.wait()
    records.restore(records.ordinary)
    with db.reading() as tx:
        assert audit_all(tx, platform=PLATFORM) == []


def test_progress_counts_up_to_everything(house: Records) -> None:
    told: list[tuple[int, int]] = []
    with house.db.reading() as tx:
        audit(tx, platform=PLATFORM, progress=lambda done, total: told.append((done, total)))
        size = store.head(tx).size
    assert told == [(done, 2 * size) for done in range(1, 2 * size + 1)]


def rewrite(tx: Tx, index: int, **changes: object) -> None:
    tx.execute(update(tables.entry).where(tables.entry.c.index == index).values(**changes))


def content_of(tx: Tx, index: int) -> bytes:
    return bytes(tx.scalar(select(tables.entry.c.content).where(tables.entry.c.index == index)))


def rehash(tx: Tx) -> None:
    """Do what a clever forger does: make leaves and head fit again."""
    frontier = Frontier()
    for row in store.rows(tx):
        leaf = leaf_hash(row["content"])
        frontier = frontier.append(leaf)
        rewrite(tx, row["index"], leaf=leaf)
    tx.execute(update(tables.ledger_head).values(size=frontier.size, root=frontier.root, frontier=frontier.to_bytes()))


@pytest.mark.promise(14)
def test_an_edited_entry_is_named(house: Records) -> None:
    def edit(tx: Tx) -> None:
        rewrite(tx, 6, content=content_of(tx, 6).replace(b"spam", b"hate"))

    finding = tamper(house, edit)
    assert (finding.code, finding.index) == ("entry-changed", 6)
    assert sentence(finding) == "Entry 6 is not what was hashed: it was changed, moved or put in."


@pytest.mark.promise(14)
def test_an_edited_entry_with_its_hash_is_found_by_the_head(house: Records) -> None:
    def edit(tx: Tx) -> None:
        content = content_of(tx, 6).replace(b"spam", b"hate")
        rewrite(tx, 6, content=content, leaf=leaf_hash(content))

    assert tamper(house, edit).code == "root-differs"


@pytest.mark.promise(14)
def test_a_deleted_entry_is_named(house: Records) -> None:
    finding = tamper(house, lambda tx: tx.execute(delete(tables.entry).where(tables.entry.c.index == 3)))
    assert (finding.code, finding.index) == ("entry-missing", 3)


@pytest.mark.promise(14)
def test_a_record_cut_short_is_named(house: Records) -> None:
    with house.db.reading() as tx:
        size = store.head(tx).size
    finding = tamper(house, lambda tx: tx.execute(delete(tables.entry).where(tables.entry.c.index == size - 1)))
    assert (finding.code, dict(finding.fields)) == ("entries-cut", {"size": size, "found": size - 1})


@pytest.mark.promise(14)
def test_reordered_entries_are_named(house: Records) -> None:
    def swap(tx: Tx) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            tx.execute(update(tables.entry).where(tables.entry.c.index == old).values(index=new))

    assert tamper(house, swap).code == "root-differs"


@pytest.mark.promise(14)
def test_an_entry_put_in_is_named(house: Records) -> None:
    def put_in(tx: Tx) -> None:
        content = encode(kind="house.founded", at=house.now, order_id=None, body={})
        size = store.head(tx).size
        row = {"at": house.now, "kind": "house.founded", "order_id": None, "content": content}
        tx.execute(insert(tables.entry).values(index=size, leaf=leaf_hash(content), **row))

    assert tamper(house, put_in).code == "entries-cut"


def test_a_head_that_lost_its_edge_is_named(house: Records) -> None:
    assert tamper(house, lambda tx: tx.execute(update(tables.ledger_head).values(root=EMPTY_ROOT))).code == (
        "root-differs"
    )


@pytest.mark.parametrize(("column", "value"), [("at", 1), ("kind", "order.voided"), ("order_id", 1)])
def test_a_column_that_disagrees_with_its_entry_is_named(house: Records, column: str, value: object) -> None:
    finding = tamper(house, lambda tx: rewrite(tx, 1, **{column: value}))
    assert (finding.code, finding.index, finding.fields["column"]) == ("column-differs", 1, column)


def test_an_index_that_hides_an_entry_is_named(house: Records) -> None:
    about = f"account:{house.protected}"
    finding = tamper(
        house, lambda tx: tx.execute(delete(tables.entry_about).where(tables.entry_about.c.about == about))
    )
    assert (finding.code, finding.fields["about"]) == ("about-differs", about)


def test_an_index_that_invents_a_connection_is_named(house: Records) -> None:
    finding = tamper(house, lambda tx: tx.execute(insert(tables.entry_about).values(about="person:1", index=1)))
    assert (finding.code, finding.index, finding.fields["about"]) == ("about-differs", 1, "person:1")


@pytest.mark.promise(15)
def test_a_missing_opening_is_named(house: Records) -> None:
    def take(tx: Tx) -> None:
        with unguarded(tx, "opening"):
            tx.execute(delete(tables.opening).where(tables.opening.c.content == "Reviewer 4"))

    assert tamper(house, take).code == "opening-missing"


@pytest.mark.promise(15)
@pytest.mark.parametrize("column", ["content", "key"])
def test_a_changed_opening_is_named(house: Records, column: str) -> None:
    """Neither the name nor whose name it is can be changed."""
    changed = update(tables.opening).where(tables.opening.c.content == "Reviewer 4")

    def change(tx: Tx) -> None:
        with unguarded(tx, "opening"):
            tx.execute(changed.values(**{column: "person:77"}))

    assert tamper(house, change).code == "opening-changed"


def test_a_changed_rulebook_is_named(house: Records) -> None:
    finding = tamper(house, lambda tx: tx.execute(update(rulebook).values(text=rulebook.c.text + "\n# n = 0")))
    assert finding.code == "rulebook-changed"


def test_a_rulebook_that_no_entry_brought_is_named(house: Records) -> None:
    def forge(tx: Tx) -> None:
        digest = leaf_hash(b"")
        tx.execute(insert(rulebook).values(digest=digest, text="", entered_at=1))

    assert tamper(house, forge).code == "rulebook-changed"

    def fit(tx: Tx) -> None:
        tx.execute(update(rulebook).where(rulebook.c.text == "").values(digest=EMPTY_ROOT))

    with house.db.transaction() as tx:
        fit(tx)
    assert code(house) == "rulebook-forged"
    with house.db.transaction() as tx:
        tx.execute(update(rulebook_in_force).values(digest=EMPTY_ROOT))
    with house.db.reading() as tx:
        assert [finding.code for finding in audit_all(tx, platform=PLATFORM)] == [
            "rulebook-forged",
            "rulebook-not-in-force",
        ]


@pytest.mark.promise(10)
def test_an_order_forged_by_raw_sql_is_named(house: Records) -> None:
    def forge(tx: Tx) -> None:
        row = dict(tx.all(select(orders).where(orders.c.state == "executed"))[0])
        row |= {"id": 7, "digest": b"7" * 32, "spent_at": None}
        tx.execute(insert(orders).values(row))

    finding = tamper(house, forge)
    assert (finding.code, finding.order_id) == ("order-forged", 7)
    assert sentence(finding) == "Order 7 stands in the database, and no entry explains it."


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "reversed"),
        ("reason", "hate"),
        ("kind", "account.limit"),
        ("proposer", "machine:clock"),
        ("executed_at", 5),
        ("spent_at", None),
        ("subject_version", 9),
        ("not_before", 5),
        ("lift_at", 5),
        ("target", "active"),
        ("held_from", 5),
        ("account_id", 5),
        ("nonce", b"0" * 16),
        ("rules", "[]"),
        ("comment", ""),
        ("comment", "They asked for it."),
        ("evidence", '{"posts": ["1"]}'),
        ("evidence", "no JSON"),
        ("verdict", "{}"),
        ("verdict", "no JSON"),
        ("facts", "no JSON"),
        ("version", 9),
        ("quorum_at", 5),
    ],
)
def test_an_order_edited_by_raw_sql_is_named(house: Records, column: str, value: object) -> None:
    protected = orders.c.subject_id == house.protected
    finding = tamper(house, lambda tx: tx.execute(update(orders).where(protected).values(**{column: value})))
    assert finding.code == "order-differs"
    with house.db.reading() as tx:
        named = [found.fields["column"] for found in audit_all(tx, platform=PLATFORM) if found.code == "order-differs"]
    signed = {"not_before": "digest", "lift_at": "digest", "nonce": "digest"}
    assert signed.get(column, column) in named


def test_facts_edited_in_an_order_are_named(house: Records) -> None:
    def edit(tx: Tx) -> None:
        changed = func.replace(orders.c.facts, '"protected":true', '"protected":false')
        tx.execute(update(orders).values(facts=changed))

    finding = tamper(house, edit)
    assert (finding.code, finding.fields["column"]) == ("order-differs", "facts")


def test_a_deleted_order_is_named(house: Records) -> None:
    def remove(tx: Tx) -> None:
        tx.execute(delete(notice))
        tx.execute(delete(orders).where(orders.c.subject_id == house.ordinary))

    assert tamper(house, remove).code == "order-missing"


@pytest.mark.promise(2)
def test_a_forged_vote_is_named(house: Records) -> None:
    def forge(tx: Tx) -> None:
        row = dict(tx.all(select(vote))[0])
        tx.execute(insert(vote).values(row | {"id": 7, "person_id": house.manager.person_id}))

    assert tamper(house, forge).code == "vote-forged"


@pytest.mark.promise(2)
def test_a_vote_forged_before_the_effect_counts_for_nothing(house: Records) -> None:
    """It stands in the table, but nobody signed it; and the record never saw that person say yes."""
    house.restore(house.protected)
    house.wait(25 * 60 * MINUTE)
    with house.db.transaction() as tx:
        tx.execute(text("UPDATE shift SET ends = ends + 200000000000"))
    order = house.hide(house.protected).order
    assert found(house) is None
    with house.db.transaction() as tx:
        row: dict[str, object] = {
            "id": 7,
            "order_id": order.id,
            "person_id": house.colleague.person_id,
            "verb": "approve",
        }
        row |= {"account_id": order.account_id, "order_digest": order.digest, "at": house.now, "why": ""}
        tx.execute(insert(vote).values(row))
    assert code(house) == "vote-forged"
    assert house.drive(order).state is State.WAITING


@pytest.mark.parametrize(
    ("column", "value"), [("verb", "veto"), ("at", 5), ("why", "x"), ("order_digest", b"x"), ("account_id", 5)]
)
def test_an_edited_vote_is_named(house: Records, column: str, value: object) -> None:
    finding = tamper(house, lambda tx: tx.execute(update(vote).values(**{column: value})))
    assert (finding.code, finding.fields["column"]) == ("vote-differs", column)


def test_a_deleted_vote_is_named(house: Records) -> None:
    assert tamper(house, lambda tx: tx.execute(delete(vote))).code == "vote-missing"


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # The people were never asked.
        (b'"verdict":"held"', b'"verdict":"cleared"', "decision-differs"),
        # An approver was not even on shift.
        (b'"on_shift":true', b'"on_shift":false', "decision-differs"),
        # It was another state it came from.
        (b'"before":"held"', b'"before":"waiting"', "step-impossible"),
        # It was decided at another time.
        (b'"now":"', b'"now":"1', "facts-differ"),
        # It was another standing.
        (b'"after":"hidden","before":"active"', b'"after":"frozen","before":"active"', "standing-differs"),
        # It rests on another rulebook.
        (b'"rulebook":"', b'"rulebook":"x', "rulebook-unknown"),
        # It has no decision at all.
        (b'"facts":{', b'"fakts":{', "decision-missing"),
        # It is another order's.
        (b'"order_kind":"account.hide"', b'"order_kind":"account.lift"', "facts-differ"),
    ],
)
def test_a_record_forged_with_all_its_hashes_is_still_found_by_asking_the_guard_again(
    house: Records, old: bytes, new: bytes, expected: str
) -> None:
    """Whoever can rewrite the record, its hashes and its head must also make every decision come out the same."""

    def forge(tx: Tx) -> None:
        protected = select(orders.c.id).where(orders.c.subject_id == house.protected)
        rows = tx.all(select(tables.entry).where(tables.entry.c.order_id.in_(protected)).order_by(tables.entry.c.index))
        row = next(row for row in reversed(rows) if old in row["content"])
        rewrite(tx, row["index"], content=row["content"].replace(old, new))
        rehash(tx)

    tamper(house, forge)
    with house.db.reading() as tx:
        assert expected in {finding.code for finding in audit_all(tx, platform=PLATFORM)}


def test_an_entry_of_an_order_that_cannot_be_read_is_named(house: Records) -> None:
    def forge(tx: Tx) -> None:
        rewrite(tx, 5, content=content_of(tx, 5).replace(b'"verdict":', b'"wordict":'))
        rehash(tx)

    assert tamper(house, forge).code == "entry-unreadable"


@pytest.mark.promise(16)
def test_a_standing_that_no_order_explains_is_named(house: Records) -> None:
    def show(tx: Tx) -> None:
        _without_triggers(tx, "UPDATE standing SET standing = 'hidden' WHERE standing = 'active'")

    finding = tamper(house, show)
    assert (finding.code, finding.fields["shown"], finding.fields["recorded"]) == (
        "platform-differs",
        "hidden",
        "active",
    )


@pytest.mark.promise(16)
def test_a_standing_in_the_name_of_another_order_is_named(house: Records) -> None:
    finding = tamper(house, lambda tx: _without_triggers(tx, "UPDATE standing SET order_id = 7"))
    assert (finding.code, finding.order_id) == ("platform-unexplained", 7)


@pytest.mark.promise(16)
def test_a_standing_that_vanished_is_named(house: Records) -> None:
    finding = tamper(house, lambda tx: _without_triggers(tx, "DELETE FROM standing"))
    assert (finding.code, finding.fields["shown"], finding.fields["recorded"]) == (
        "platform-differs",
        "active",
        "hidden",
    )


def _without_triggers(tx: Tx, statement: str) -> None:
    if tx.dialect == "postgresql":
        tx.execute(text("ALTER TABLE standing DISABLE TRIGGER USER"))
    else:
        for row in tx.all(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'standing'")):
            tx.execute(text(f"DROP TRIGGER {row['name']}"))
    tx.execute(text(statement))
