"""One schema on both databases, and what the database itself refuses."""

import importlib
from pathlib import Path

import pytest
from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import gardefou
from gardefou.clock import Micros
from gardefou.events import record
from gardefou.storage import Database, metadata
from gardefou.storage.errors import SchemaMismatchError
from gardefou.storage.migrate import alembic_config, require_current


def _load_all_tables() -> None:
    package = Path(gardefou.__path__[0])
    for path in sorted(package.rglob("tables.py")):
        importlib.import_module(".".join(("gardefou", *path.relative_to(package).with_suffix("").parts)))


def test_the_tables_in_code_and_in_the_database_are_the_same(db: Database) -> None:
    """A changed table without its migration fails here."""
    _load_all_tables()
    with db.engine.begin() as connection:
        config = alembic_config(connection)
        config.attributes["metadata"] = metadata
        try:
            command.check(config)
        except CommandError as problem:  # pragma: no cover
            pytest.fail(str(problem))


def test_a_database_at_another_revision_is_refused_by_name(db: Database) -> None:
    require_current(db)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatchError, match="revision 9999, which this program does not know"):
        require_current(db)


@pytest.mark.promise(10)
@pytest.mark.parametrize("table", ["standing", "post_standing"])
def test_the_database_refuses_a_standing_without_an_order(db: Database, table: str) -> None:
    key = "account_id" if table == "standing" else "post_id"
    with (
        pytest.raises(DBAPIError, match="unspent executed order"),
        db.transaction() as tx,
    ):
        tx.execute(text(f"INSERT INTO {table} ({key}, standing, order_id) VALUES (1, 'hidden', 7)"))


def test_event_ids_follow_commits_without_a_gap(db: Database, now: Micros) -> None:
    for number in range(3):
        with db.transaction() as tx:
            record(tx, now=now, kind="test.happened", subject="test:1", body={"n": number})
            record(tx, now=now, kind="test.happened", subject="test:2")
    with db.reading() as tx:
        assert [row["id"] for row in tx.all(text("SELECT id FROM event ORDER BY id"))] == [1, 2, 3, 4, 5, 6]
