"""A reading sees one instant, writes nothing that stays, and leaves its connection as it found it."""

import pytest
from sqlalchemy import text

from gardefou.errors import GardefouError
from gardefou.storage import Database, Tx
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
    with db.reading() as tx:
        tx.execute(ADD, {"key": "lost"})
    with db.reading() as tx:
        assert _entries(tx) == before


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
