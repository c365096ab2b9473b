"""Many rows at once."""

from collections.abc import Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Table, insert

from gardefou.storage.engine import Tx

#: From so many rows on PostgreSQL's own way of loading is worth its two more messages.
MANY = 50


def insert_rows(tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows; the same checks and triggers see each as if it came alone.

    Args:
        tx: the open transaction.
        table: where to.
        columns: the columns that are given; the others are as the table says.
        rows: their values, as the driver takes them.
    """
    if not rows:
        return
    if tx.dialect != "postgresql" or len(rows) < MANY:
        tx.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    raw: Any = tx.connection.connection.driver_connection
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    wanted = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with raw.cursor() as cursor, cursor.copy(wanted) as copy:
        for row in rows:
            copy.write_row(row)
