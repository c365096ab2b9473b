"""Write events, last in their transaction."""

import json
from collections.abc import Mapping

from sqlalchemy import func, insert, select, text

from gardefou.events.tables import event
from gardefou.storage import Tx

#: Events are written after the ledger's entries (place 50).
PLACE = 90
CHANNEL = "gardefou"
_LAST = select(func.coalesce(func.max(event.c.id), 0))

Body = Mapping[str, str | int | bool | None]


def record(tx: Tx, *, now: int, kind: str, subject: str, body: Body | None = None) -> None:
    """Note that something happened; it is written when the transaction commits.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        kind: past tense, `room.deed`: `report.filed`, `order.executed`.
        subject: what it concerns, `case:123`.
        body: ids and small values; never words, never personal data.
    """
    pending: list[dict[str, object]] | None = tx.notes.get("events")
    if pending is None:
        pending = tx.notes["events"] = []
        tx.at_commit(PLACE, _write)
    pending.append({"at": now, "kind": kind, "subject": subject, "body": json.dumps(dict(body or {}))})


def _write(tx: Tx) -> None:
    """Number and store the pending events under the commit lock, and wake the readers."""
    pending: list[dict[str, object]] = tx.notes.pop("events")
    tx.take_commit_lock()
    last = int(tx.scalar(_LAST))
    for number, row in enumerate(pending, start=last + 1):
        row["id"] = number
    tx.execute(insert(event), pending)
    if tx.dialect == "postgresql":
        tx.connection.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
