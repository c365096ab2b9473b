"""Fail when a table in code differs from what the migrations make: someone changed one without the other."""

import importlib
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.util.exc import CommandError

import gardefou
from gardefou.storage import metadata, open_database
from gardefou.storage.migrate import alembic_config, upgrade


def load_all_tables() -> None:
    """Import every room's tables, so that the one catalogue knows them."""
    package = Path(gardefou.__path__[0])
    for path in sorted(package.rglob("tables.py")):
        importlib.import_module(".".join(("gardefou", *path.relative_to(package).with_suffix("").parts)))


def main() -> int:
    """Migrate an empty database and compare it with the code."""
    load_all_tables()
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{Path(folder) / 'drift.db'}")
        upgrade(db)
        with db.engine.begin() as connection:
            config = alembic_config(connection)
            config.attributes["metadata"] = metadata
            try:
                command.check(config)
            except CommandError as drift:
                print(f"{drift}\nWrite the migration that makes it so, in migrations/versions.")
                return 1
            finally:
                connection.rollback()
        db.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
