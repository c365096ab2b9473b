"""Statements against the entries that drafted and published them (promise 19): superseded, never overwritten."""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import RowMapping, or_, select

from gardefou.incidents.tables import statement
from gardefou.ledger import store, tables
from gardefou.storage import Tx
from gardefou.watch.finding import Finding
from gardefou.watch.rows import commitments_of


def check_statements(tx: Tx) -> Iterator[Finding]:
    """Yield every statement that no entry explains, or that is not what was drafted and published."""
    yield from _drafts(tx)
    yield from _published(tx)


def _drafts(tx: Tx) -> Iterator[Finding]:
    """Yield every statement that nobody drafted, or that does not stand as it was drafted."""
    drafted = {
        str(entry.body["statement"]): entry
        for entry in store.entries(tx, where=tables.entry.c.kind == "statement.drafted")
    }
    rows = tx.all(select(statement).order_by(statement.c.id))
    people = commitments_of(tx, {row["drafted_by"] for row in rows})
    for row in rows:
        entry = drafted.pop(str(row["id"]), None)
        if entry is None:
            yield _finding(row["id"], "id")
            continue
        said: dict[str, object] = {"drafted_at": entry.at, **entry.body.get("digests", {})}
        for column, value in said.items():
            if _shown(row, column) != value:
                yield _finding(row["id"], column)
        for column, name in (("incident_id", "incident"), ("number", "number"), ("supersedes", "supersedes")):
            if name in entry.body and str(row[column] or "") != entry.body[name]:
                yield _finding(row["id"], column)
        if "who" in entry.body and people.get(row["drafted_by"], row["drafted_by"]) != entry.body["who"]:
            yield _finding(row["id"], "drafted_by")
    for statement_id in drafted:
        yield _finding(int(statement_id), "id")


def _published(tx: Tx) -> Iterator[Finding]:
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
