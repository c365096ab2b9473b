"""Attacks by temporary tables: each is found before any other of its name, and would say whatever its maker likes."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from gardefou.storage import Database, open_database
from gardefou.storage.guards import broken_guards
from gardefou.storage.roles import prepare
from tests.factories.town import Town

ROLE = "gardefou_of_temporary_tables"

Served = Callable[[], Database]


@pytest.fixture
def served(town: Town, database_url: str) -> Iterator[Served]:
    """Return the house as the application opens it; on PostgreSQL by a role that owns nothing, made here."""
    if town.db.dialect == "postgresql":
        application = make_url(database_url).set(username=ROLE).render_as_string(hide_password=False)
        prepare(database_url, application)
    else:
        application = database_url
    opened: list[Database] = []

    def connect() -> Database:
        opened.append(open_database(application, pool_size=1))
        return opened[-1]

    yield connect
    for db in opened:
        db.close()
    if town.db.dialect == "postgresql":
        as_owner(database_url, f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")


def as_owner(database_url: str, *statements: str) -> None:
    """Do this as whoever owns the tables."""
    owner = create_engine(database_url)
    with owner.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    owner.dispose()


def attempts(town: Town) -> list[tuple[list[str], str]]:
    """Return for each attack what is laid before the guards, and what they should then let through."""
    president, agent = town.accounts["president"], town.person_id("agent")
    unfounded = ["CREATE TEMPORARY TABLE house (key TEXT, value TEXT)"]
    forged = (
        f"SELECT 7 AS id, 'account.hide' AS kind, 'executed' AS state, 'account' AS subject_kind, {president} AS "
        f"subject_id, 'hidden' AS target, 1 AS executed_at, CAST(NULL AS BIGINT) AS spent_at"
    )
    return [
        (unfounded, f"UPDATE account SET reached_tier = 'ordinary' WHERE id = {president}"),
        (unfounded, f"UPDATE role_grant SET role = 'reviewer' WHERE person_id = {agent}"),
        (unfounded, "UPDATE rulebook SET text = ''"),
        (unfounded, "DELETE FROM rulebook_in_force"),
        (
            [f"CREATE TEMPORARY TABLE orders AS {forged}"],
            f"INSERT INTO standing (account_id, standing, order_id) VALUES ({president}, 'hidden', 7)",
        ),
    ]


def refused(db: Database, before: list[str], statement: str) -> None:
    """Try it on one connection, and see that a guard of ours said no."""
    with db.transaction() as tx:
        for one in before:
            tx.execute(text(one))
    with pytest.raises(DBAPIError, match=r"unspent executed order|as it was entered"), db.transaction() as tx:
        tx.execute(text(statement))


@pytest.mark.promise(10)
@pytest.mark.parametrize("number", range(5))
def test_guards_blinded_by_a_temporary_table(town: Town, served: Served, database_url: str, number: int) -> None:
    """Even a role that may make temporary tables: the guards look at the house's own."""
    if town.db.dialect == "postgresql":
        as_owner(database_url, f"GRANT TEMPORARY ON DATABASE {make_url(database_url).database} TO {ROLE}")
    before, statement = attempts(town)[number]
    refused(served(), before, statement)
    assert town.standing("president") == "active"


@pytest.mark.promise(10)
def test_a_temporary_table_of_the_applications_own_role(town: Town, served: Served) -> None:
    """On PostgreSQL it may make none at all; SQLite has no such right to take away."""
    db = served()
    if db.dialect == "sqlite":
        refused(db, *attempts(town)[0])
        return
    with pytest.raises(DBAPIError, match="permission denied to create temporary tables"), db.transaction() as tx:
        tx.execute(text("CREATE TEMPORARY TABLE house (key TEXT, value TEXT)"))


@pytest.mark.promise(10)
@pytest.mark.usefixtures("by_hand")
def test_a_guard_that_looks_elsewhere_is_named(town: Town) -> None:
    """What an owner of the tables takes from a function is seen; on SQLite there is nothing of the kind to take."""
    with town.db.reading() as tx:
        assert broken_guards(tx) == []
    if town.db.dialect == "sqlite":
        return
    for change in ("RESET search_path", "SET search_path = pg_temp, public"):
        with town.db.transaction() as tx:
            tx.execute(text(f"ALTER FUNCTION account_guard() {change}"))
        with town.db.reading() as tx:
            assert broken_guards(tx) == ["account_guard", "account_guard_truncate"]
