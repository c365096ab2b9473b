"""A reading sees one instant, writes nothing that stays, and leaves its connection as it found it."""

from contextlib import nullcontext, suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from gardefou.errors import GardefouError
from gardefou.storage import Database, Tx
from gardefou.storage.once import once
from gardefou.storage.postgresql import Cursor

ADD = text("INSERT INTO house (key, value) VALUES (:key, 'here')")
COUNT = text("SELECT count(*) FROM house")


def _entries(tx: Tx) -> int:
    return int(tx.scalar(COUNT))


def test_a_reading_sees_one_instant_whatever_is_written_meanwhile(db: Database) -> None:
    with db.reading() as tx:
        before = _entries(tx)
        with db.transaction() as other:
            other.execute(ADD, {"key": "meanwhile"})
        assert _entries(tx) == before
    with db.reading() as tx:
        assert _entries(tx) == before + 1


def test_nothing_written_in_a_reading_stays(db: Database) -> None:
    with db.reading() as tx:
        before = _entries(tx)
    # PostgreSQL refuses it outright.
    with suppress(InternalError) if db.dialect == "postgresql" else nullcontext(), db.reading() as tx:
        tx.execute(ADD, {"key": "lost"})
        assert db.dialect == "sqlite"
    with db.reading() as tx:
        assert _entries(tx) == before


def test_what_is_asked_once_is_read_once_in_a_reading_and_anew_where_something_is_written(db: Database) -> None:
    asked = []

    @once
    def entries(tx: Tx, keys: list[str]) -> int:
        asked.append(keys)
        return _entries(tx)

    with db.reading() as tx:
        before = entries(tx, ["a"])
        assert (entries(tx, ["a"]), entries(tx, keys=["a"]), entries(tx, ["b"])) == (before, before, before)
    assert asked == [["a"], ["a"], ["b"]], "an argument given by its name is another question, and no worse"
    with db.reading() as tx:
        assert entries(tx, ["a"]) == before
    with db.transaction() as tx:
        assert entries(tx, ["a"]) == before
        tx.execute(ADD, {"key": "another"})
        assert entries(tx, ["a"]) == before + 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_connection_has_prepared_outlives_a_reading(db: Database) -> None:
    for _ in range(10):
        with db.reading() as tx:
            tx.scalar(COUNT)
    with db.reading() as tx:
        kept = tx.all(text("SELECT statement FROM pg_prepared_statements"))
    assert any("FROM house" in row["statement"] for row in kept)


def test_a_reading_that_fails_gives_its_connection_back_as_it_was(db: Database) -> None:
    def unlucky() -> None:
        with db.reading() as tx:
            _entries(tx)
            raise GardefouError

    for _ in range(40):  # More often than there are connections.
        with pytest.raises(GardefouError):
            unlucky()
    with db.transaction() as tx:
        tx.execute(ADD, {"key": "kept"})
        if db.dialect == "postgresql":
            assert tx.scalar(text("SHOW transaction_isolation")) == "read committed"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_broke_while_it_read_says_so_and_is_replaced(db: Database) -> None:
    with db.reading() as tx:
        own = tx.scalar(text("SELECT pg_backend_pid()"))
        with db.transaction() as other:
            other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        with pytest.raises(Exception, match=r"terminating connection|closed the connection"):
            _entries(tx)
    with db.reading() as tx:
        assert _entries(tx) >= 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_cursor_describes_its_columns_when_it_is_asked(db: Database) -> None:
    with db.reading() as tx:
        raw = tx.connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor:
            assert isinstance(cursor, Cursor)
            cursor.execute("SELECT 1 AS one, 'b' AS two, NULL AS three")
            columns = cursor.description
            assert [column.name for column in columns] == ["one", "two", "three"]
            assert columns[-1].name == "three"
            assert [column.name for column in columns[1:]] == ["two", "three"]
            with pytest.raises(IndexError):
                columns[3]
            cursor.execute("SET LOCAL jit = off")
            assert cursor.description is None
