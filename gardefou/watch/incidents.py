"""Incidents against the entries that opened them and stood them down."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import RowMapping, select

from gardefou.incidents.tables import incident
from gardefou.ledger import store, tables
from gardefou.ledger.store import Entry
from gardefou.storage import Tx
from gardefou.watch.finding import Finding
from gardefou.watch.rows import commitments_of


def check_incidents(tx: Tx) -> Iterator[Finding]:
    """Yield every incident that no entry opened, that is not as its entries say, or whose row is gone."""
    opened, stood_down = _entries(tx, "incident.opened"), _entries(tx, "incident.stood_down")
    rows = tx.all(select(incident).order_by(incident.c.id))
    people = commitments_of(tx, {row["stood_down_by"] for row in rows if row["stood_down_by"]})
    for row in rows:
        entry = opened.pop(str(row["id"]), None)
        said = {"id": None} if entry is None else _said(entry, stood_down.get(str(row["id"])))
        for column, value in said.items():
            if _shown(row, column, people) != value:
                yield _finding(str(row["id"]), column)
    for incident_id in opened:
        yield _finding(incident_id, "id")


def _entries(tx: Tx, kind: str) -> dict[str, Entry]:
    return {str(entry.body["incident"]): entry for entry in store.entries(tx, where=tables.entry.c.kind == kind)}


def _said(opened: Entry, ended: Entry | None) -> dict[str, Any]:
    return {
        "kind": opened.body["incident_kind"],
        "order_id": opened.order_id,
        "opened_at": opened.at,
        "state": "open" if ended is None else "stood down",
        "stood_down_at": None if ended is None else ended.at,
        "stood_down_by": None if ended is None else ended.body["who"],
    }


def _shown(row: RowMapping, column: str, people: dict[str, str]) -> object:
    """Return what a column holds; who did it, as an entry names them."""
    value = row[column]
    return people.get(value, value) if column == "stood_down_by" else value


def _finding(incident_id: str, column: str) -> Finding:
    return Finding(code="incident-differs", fields={"incident": incident_id, "column": column})
