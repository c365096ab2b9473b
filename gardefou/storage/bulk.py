"""Many rows at once, in one message to PostgreSQL; SQLite, which lives in this process, is handed them one by one."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from psycopg import sql
from sqlalchemy import Table, TextClause, Update, bindparam, insert, text, update

from gardefou.storage.engine import Tx

#: From so many rows on PostgreSQL's own way of loading is worth its two more messages. It cannot be one `at_once`.
MANY = 300


def insert_rows(tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows; the same checks and triggers see each as if it came alone.

    Args:
        tx: the open transaction.
        table: where to.
        columns: the columns that are given; the others are as the table says.
        rows: their values: whole numbers, texts and None.
    """
    if not rows:
        return
    if tx.dialect == "postgresql" and len(rows) >= MANY:
        _copy(tx, table, columns, rows)
        return
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    if tx.dialect == "postgresql" and len(rows) > 1:
        tx.execute(_insert_from_json(table, tuple(columns)), {"rows": json.dumps(named)})
    else:
        tx.execute(insert(table), named)


def update_rows(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give rows new values, each its own.

    Args:
        tx: the open transaction.
        table: where they are.
        rows: of each its `id` and what changes, whole numbers, texts and None; the same columns in all of them.
    """
    if not rows:
        return
    columns = tuple(name for name in rows[0] if name != "id")
    if tx.dialect == "postgresql" and len(rows) > 1:
        tx.execute(_update_from_json(table, columns), {"rows": json.dumps(rows)})
    else:
        tx.execute(_update_one(table, columns), [{**row, "it": row["id"]} for row in rows])


def _copy(tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    raw: Any = tx.connection.connection.driver_connection
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    wanted = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with raw.cursor() as cursor, cursor.copy(wanted) as copy:
        for row in rows:
            copy.write_row(row)


# Names of tables and columns are our own; what anybody wrote comes as a parameter.
@cache
def _insert_from_json(table: Table, columns: tuple[str, ...]) -> TextClause:
    names = ", ".join(columns)
    return text(
        f"INSERT INTO {table.name} ({names}) "
        f"SELECT {names} FROM json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))"
    )


@cache
def _update_from_json(table: Table, columns: tuple[str, ...]) -> TextClause:
    changes = ", ".join(f"{name} = given.{name}" for name in columns)
    return text(
        f"UPDATE {table.name} SET {changes} "
        f"FROM json_populate_recordset(NULL::{table.name}, CAST(:rows AS json)) AS given "
        f"WHERE {table.name}.id = given.id"
    )


@cache
def _update_one(table: Table, columns: tuple[str, ...]) -> Update:
    return update(table).where(table.c.id == bindparam("it")).values({name: bindparam(name) for name in columns})
