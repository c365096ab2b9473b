"""Bring a database to this program's revision, or say that it is not there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

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
    """Bring the database to the newest revision."""
    with db.engine.begin() as connection:
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
    script = ScriptDirectory.from_config(alembic_config())
    head = script.get_current_head()
    found = revision(db)
    if found == head:
        return
    shown = db.engine.url.render_as_string(hide_password=True)
    if found is None:
        raise SchemaMismatchError(f"the database {shown} is empty: run `gardefou init` first")
    known = {step.revision for step in script.walk_revisions()}
    if found in known:
        raise SchemaMismatchError(
            f"the database {shown} is at revision {found}, behind this program's {head}: run `gardefou upgrade`"
        )
    raise SchemaMismatchError(
        f"the database {shown} is at revision {found}, which this program does not know: it was made by a newer "
        "Garde-fou; install that one"
    )
