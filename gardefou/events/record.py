"""Write events, last in their transaction."""

import json
from collections.abc import Mapping

from sqlalchemy import func, select, text

from gardefou.events.tables import event
from gardefou.storage import Tx
from gardefou.storage.bulk import insert_rows

#: Events are written after the ledger's entries (place 50).
PLACE = 90
CHANNEL = "gardefou"
_LAST = select(func.coalesce(func.max(event.c.id), 0))

_COLUMNS = ("id", "at", "kind", "subject", "body")

Body = Mapping[str, str | int | bool | None]
#: An event that has no number yet: when, its kind, what it concerns, its body.
_Pending = tuple[int, str, str, str]


def record(tx: Tx, *, now: int, kind: str, subject: str, body: Body | None = None) -> None:
    """Note that something happened; it is written when the transaction commits.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        kind: past tense, `room.deed`: `report.filed`, `order.executed`.
        subject: what it concerns, `case:123`.
        body: ids and small values; never words, never personal data.
    """
    pending: list[_Pending] | None = tx.notes.get("events")
    if pending is None:
        pending = tx.notes["events"] = []
        tx.at_commit(PLACE, _write)
    pending.append((now, kind, subject, json.dumps(dict(body or {}))))


def _write(tx: Tx) -> None:
    """Number and store the pending events under the commit lock, and wake the readers."""
    pending: list[_Pending] = tx.notes.pop("events")
    tx.take_commit_lock()
    last = int(tx.scalar(_LAST))
    insert_rows(tx, event, _COLUMNS, [(number, *one) for number, one in enumerate(pending, start=last + 1)])
    if tx.dialect == "postgresql":
        tx.connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
