"""Two roles on PostgreSQL: one owns the tables and is used to set up and upgrade; the application's owns nothing.

Whoever owns a table can switch its triggers off. So the role that serves has rows to read and write and no more, and
promise 10's guards hold against it too. Nor does it make temporary tables: they are found before any other of their
name. On SQLite the file's owner is owner and application at once.
"""

from sqlalchemy import URL, Connection, make_url, text

from gardefou.storage.engine import Tx, open_database
from gardefou.storage.migrate import upgrade

_MAY = "SELECT, INSERT, UPDATE, DELETE"


def prepare(owner_url: str, application_url: str) -> None:
    """As the owner: bring the tables to this program's revision, and let the application's role use them.

    The role is made if it is not there, with the password of its own URL.

    Raises:
        DatabaseUnreachableError: the database does not answer the owner.
        SchemaMismatchError: it was made by a newer program, or holds what is not ours.
    """
    db = open_database(owner_url, pool_size=1)
    try:
        upgrade(db)
        with db.engine.begin() as connection:
            _grant(connection, make_url(application_url))
    finally:
        db.close()


def _grant(connection: Connection, application: URL) -> None:
    role = str(application.username)
    quoted = connection.dialect.identifier_preparer.quote(role)
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).first()
    if known is None:
        connection.exec_driver_sql(f"CREATE ROLE {quoted} LOGIN")
        if application.password is not None:
            # A statement that makes roles takes no parameters: the server itself quotes the password for us.
            say = text("SELECT format('ALTER ROLE %I PASSWORD %L', CAST(:role AS text), CAST(:password AS text))")
            made = connection.execute(say, {"role": role, "password": str(application.password)})
            connection.exec_driver_sql(str(made.scalar_one()).replace("%", "%%"))
    named = str(connection.execute(text("SELECT current_schema()")).scalar_one())
    schema = connection.dialect.identifier_preparer.quote(named)
    within = str(connection.execute(text("SELECT quote_ident(current_database())")).scalar_one())
    for statement in (
        f"GRANT USAGE ON SCHEMA {schema} TO {quoted}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {quoted}",
        f"GRANT {_MAY} ON ALL TABLES IN SCHEMA {schema} TO {quoted}",
        f"REVOKE TEMPORARY ON DATABASE {within} FROM PUBLIC, {quoted}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}",
    ):
        connection.exec_driver_sql(statement)


def owns_tables(tx: Tx) -> bool:
    """Return whether the role we work as could take a guard down: it owns a table, or everything is allowed to it."""
    if tx.dialect == "sqlite":
        return False
    asked = """
        SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            OR EXISTS (SELECT 1 FROM pg_class AS c WHERE c.relkind IN ('r', 'p')
                       AND c.relnamespace = current_schema()::regnamespace
                       AND pg_has_role(current_user, c.relowner, 'USAGE'))
    """
    return bool(tx.scalar(text(asked)))
