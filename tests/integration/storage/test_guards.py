"""The triggers that keep promise 10: whoever takes one down, changes it or puts one of theirs up is seen."""

import pytest
from sqlalchemy import text

from gardefou.storage import Database
from gardefou.storage.guards import broken_guards

#: dialect → what somebody with raw SQL may do to a guard, and which is then broken.
DEEDS: dict[str, list[tuple[list[str], str]]] = {
    "sqlite": [
        (["DROP TRIGGER standing_guard_update"], "standing_guard_update"),
        (["DROP TRIGGER post_standing_spend_insert"], "post_standing_spend_insert"),
        (
            [
                "DROP TRIGGER standing_guard_delete",
                "CREATE TRIGGER standing_guard_delete BEFORE DELETE ON standing BEGIN SELECT 1; END",
            ],
            "standing_guard_delete",
        ),
        (["CREATE TRIGGER helper AFTER UPDATE ON standing BEGIN UPDATE orders SET spent_at = NULL; END"], "helper"),
    ],
    "postgresql": [
        (["DROP TRIGGER standing_guard ON standing"], "standing_guard"),
        (["ALTER TABLE standing DISABLE TRIGGER standing_guard"], "standing_guard"),
        (["ALTER TABLE post_standing ENABLE REPLICA TRIGGER post_standing_guard"], "post_standing_guard"),
        (
            [
                "DROP TRIGGER standing_guard ON standing",
                (
                    "CREATE TRIGGER standing_guard BEFORE INSERT ON standing "
                    "FOR EACH ROW EXECUTE FUNCTION standing_guard()"
                ),
                "ALTER TABLE standing ENABLE ALWAYS TRIGGER standing_guard",
            ],
            "standing_guard",
        ),
    ],
}
#: A guard that lets everything through keeps its name and its place.
HOLLOW = "CREATE OR REPLACE FUNCTION standing_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"


def broken(db: Database) -> list[str]:
    with db.reading() as tx:
        return broken_guards(tx)


@pytest.mark.promise(10)
def test_guards_as_they_were_raised_are_whole(db: Database) -> None:
    assert broken(db) == []


@pytest.mark.promise(10)
@pytest.mark.parametrize("number", range(4))
def test_a_guard_taken_down_or_changed_is_named(db: Database, number: int) -> None:
    statements, name = DEEDS[db.dialect][number]
    with db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    assert broken(db) == [name]


@pytest.mark.promise(10)
def test_a_guard_made_hollow_is_named(db: Database) -> None:
    if db.dialect == "sqlite":
        with db.transaction() as tx:
            tx.execute(text("PRAGMA writable_schema = ON"))
            tx.execute(text("UPDATE sqlite_master SET sql = replace(sql, 'ABORT', 'IGNORE') WHERE type = 'trigger'"))
            raised = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%IGNORE%' ORDER BY name"
            hollow = [row["name"] for row in tx.all(text(raised))]
        assert {"standing_guard_insert", "role_grant_guard_insert", "house_guard_delete"} <= set(hollow)
        assert broken(db) == hollow
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(HOLLOW)
    assert broken(db) == ["standing_guard", "standing_guard_truncate"]
