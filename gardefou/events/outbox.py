"""What must leave the house: written with the act that caused it, sent by the worker, at least once.

A failed sending is tried again, later each time, for a day; then it is given up and said so. Nothing is marked as
accepted that the other side has not accepted.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, select, update

from gardefou.clock import DAY, MINUTE, SECOND
from gardefou.events.tables import outbox
from gardefou.storage import Tx

GIVE_UP_AFTER = DAY

_BY_KEY = select(outbox.c.id).where(outbox.c.key == bindparam("key"))


def enqueue(
    tx: Tx,
    *,
    now: int,
    topic: str,
    key: str,
    body: Mapping[str, Any],
    due_at: int | None = None,
    settled: bool = False,
) -> int:
    """Put something in the outbox.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        topic: who sends it: `mail`, `effect`.
        key: idempotency key; putting the same key in twice keeps the first.
        body: JSON-able content.
        due_at: not before this instant; at once when None.
        settled: nothing is to be sent; the row stands for one that would have been.

    Returns:
        The row's id.
    """
    known = tx.scalar(_BY_KEY, {"key": key})
    if known is not None:
        return int(known)
    row_id = tx.new_id(now)
    row = {
        "id": row_id,
        "topic": topic,
        "key": key,
        "body": json.dumps(dict(body), ensure_ascii=False),
        "state": "accepted" if settled else "queued",
        "due_at": now if due_at is None else due_at,
        "attempts": 0,
        "created_at": now,
        "done_at": now if settled else None,
    }
    tx.execute(insert(outbox), row)
    return row_id


def take(tx: Tx, *, now: int, topic: str, limit: int = 20, lease: int = MINUTE) -> list[RowMapping]:
    """Take due rows for sending; they come back after `lease` if nobody reports what became of them."""
    statement = (
        select(outbox)
        .where(outbox.c.state == "queued", outbox.c.topic == topic, outbox.c.due_at <= now)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(tx.all(statement))
    if rows:
        tx.execute(update(outbox).where(outbox.c.id.in_([row["id"] for row in rows])).values(due_at=now + lease))
    return rows


def put_off(tx: Tx, *, row_id: int, until: int) -> None:
    """Let a row that was taken wait a little longer: what it needs is not there yet, and nothing has failed."""
    tx.execute(update(outbox).where(outbox.c.id == row_id, outbox.c.state == "queued").values(due_at=until))


def accepted(tx: Tx, *, now: int, row_id: int) -> None:
    """Mark a row as accepted by the other side."""
    tx.execute(
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(state="accepted", done_at=now, attempts=outbox.c.attempts + 1, last_error=None)
    )


def failed(tx: Tx, *, now: int, row: RowMapping, error: str) -> None:
    """Note a failure; try again later, or give up after a day."""
    attempts = int(row["attempts"]) + 1
    gave_up = now - int(row["created_at"]) > GIVE_UP_AFTER
    wait = min(SECOND * 2**attempts, 10 * MINUTE)
    tx.execute(
        update(outbox)
        .where(outbox.c.id == row["id"])
        .values(
            attempts=attempts,
            last_error=error[:500],
            due_at=now + wait,
            state="given up" if gave_up else "queued",
            done_at=now if gave_up else None,
        )
    )
