"""Bring a database to this program's revision, or say that it is not there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from gardefou.storage.engine import Database
from gardefou.storage.errors import SchemaMismatchError

_PACKAGE = Path(__file__).parent.parent
#: In a wheel the migrations lie inside the package; in a checkout beside it.
MIGRATIONS = next(
    (path for path in (_PACKAGE / "app" / "shipped" / "migrations", _PACKAGE.parent / "migrations") if path.is_dir()),
    _PACKAGE.parent / "migrations",
)


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to an open connection if one is given."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(db: Database) -> None:
    """Bring the database to the newest revision.

    Raises:
        SchemaMismatchError: it was made by a newer program, or holds what is not ours.
    """
    found = revision(db)
    if found is None:
        refuse_strangers(db)
    elif found not in _known():
        raise _newer(db, found)
    with db.engine.begin() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # It changes tables that others may be using.
        command.upgrade(alembic_config(connection), "head")


def revision(db: Database) -> str | None:
    """Return the database's revision, or None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(db: Database) -> None:
    """Refuse to work on a database that is not at this program's revision.

    Raises:
        SchemaMismatchError: it is empty, behind or ahead; the message says which and what to do.
    """
    head = _script().get_current_head()
    found = revision(db)
    if found == head:
        return
    if found is None:
        refuse_strangers(db)
        raise SchemaMismatchError(f"the database {_shown(db)} is empty: run `gardefou init` first")
    if found in _known():
        raise SchemaMismatchError(
            f"the database {_shown(db)} is at revision {found}, behind this program's {head}: run `gardefou upgrade`"
        )
    raise _newer(db, found)


def refuse_strangers(db: Database) -> None:
    """Refuse a database without a revision that is not empty.

    Raises:
        SchemaMismatchError: it holds tables.
    """
    if set(inspect(db.engine).get_table_names()) - {"alembic_version"}:
        raise SchemaMismatchError(
            f"the database {_shown(db)} holds tables but no revision of Garde-fou's: it is somebody else's, or its "
            "alembic_version was emptied; name an empty database, or restore this one from a backup"
        )


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def _known() -> set[str]:
    return {step.revision for step in _script().walk_revisions()}


def _newer(db: Database, found: str) -> SchemaMismatchError:
    return SchemaMismatchError(
        f"the database {_shown(db)} is at revision {found}, which this program does not know: it was made by a newer "
        "Garde-fou; install that one"
    )


def _shown(db: Database) -> str:
    return db.engine.url.render_as_string(hide_password=True)
