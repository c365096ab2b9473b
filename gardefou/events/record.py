"""Write events, last in their transaction."""

import json
from collections.abc import Mapping

from sqlalchemy import text

from gardefou.storage import Tx

#: Events are written after the ledger's entries (place 50).
PLACE = 90
CHANNEL = "gardefou"
_STORE = {
    "postgresql": text(
        "INSERT INTO event (id, at, kind, subject, body) SELECT last.id + given.place, "
        "(given.one ->> 0)::bigint, given.one ->> 1, given.one ->> 2, given.one ->> 3 "
        "FROM json_array_elements(CAST(:events AS json)) WITH ORDINALITY AS given(one, place), "
        "(SELECT coalesce(max(id), 0) AS id FROM event) AS last"
    ),
    "sqlite": text(
        "INSERT INTO event (id, at, kind, subject, body) SELECT last.id + given.key + 1, "
        "given.value ->> 0, given.value ->> 1, given.value ->> 2, given.value ->> 3 "
        "FROM json_each(:events) AS given, (SELECT coalesce(max(id), 0) AS id FROM event) AS last"
    ),
}
_WAKE = text(f"SELECT pg_notify('{CHANNEL}', '')")

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
    with tx.at_once():
        tx.take_commit_lock()
        tx.execute(_STORE[tx.dialect], {"events": json.dumps(pending)})
        if tx.dialect == "postgresql":
            tx.execute(_WAKE)
