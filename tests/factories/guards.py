"""A table whose guard the operator has taken down for a moment: what only the owner of the database can do."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from gardefou.storage import Tx


@contextmanager
def unguarded(tx: Tx, table: str) -> Iterator[None]:
    """Take a table's triggers down and put them back as they were."""
    if tx.dialect == "postgresql":
        names = [f"{table}_guard", f"{table}_guard_truncate"]
        taken = [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for name in names]
        back = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for name in names]
    else:
        rows = tx.all(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t").bindparams(t=table)
        )
        taken = [f"DROP TRIGGER {row['name']}" for row in rows]
        back = [str(row["sql"]).replace(":", r"\:") for row in rows]
    for statement in taken:
        tx.execute(text(statement))
    yield
    for statement in back:
        tx.execute(text(statement))
