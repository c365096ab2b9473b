"""Published statements against the entries that published them (promise 19): superseded, never overwritten."""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import RowMapping, or_, select

from gardefou.incidents.tables import statement
from gardefou.ledger import store, tables
from gardefou.storage import Tx
from gardefou.watch.finding import Finding


def check_statements(tx: Tx) -> Iterator[Finding]:
    """Yield every published statement that no entry explains, or whose words are not those that were published."""
    published = {
        str(entry.body["statement"]): entry
        for entry in store.entries(tx, where=tables.entry.c.kind == "statement.published")
    }
    named = statement.c.id.in_([int(statement_id) for statement_id in published])
    rows = tx.all(select(statement).where(or_(statement.c.published_at.is_not(None), named)))
    for row in rows:
        entry = published.pop(str(row["id"]), None)
        said = (
            {"published_at": None, "order_id": None}
            if entry is None
            else {
                "published_at": entry.at,
                "order_id": entry.order_id,
                "text_en": entry.body["text_en"],
                "text_fr": entry.body["text_fr"],
            }
        )
        for column, value in said.items():
            if _shown(row, column) != value:
                yield _finding(row["id"], column)
    for statement_id in published:
        yield _finding(int(statement_id), "id")


def _shown(row: RowMapping, column: str) -> object:
    value = row[column]
    return sha256(value.encode()).hexdigest() if isinstance(value, str) else value


def _finding(statement_id: int, column: str) -> Finding:
    return Finding(code="statement-differs", fields={"statement": str(statement_id), "column": column})
