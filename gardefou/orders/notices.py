"""Who must be told of an order, and when the message was accepted. The hold starts only then (promise 13)."""

from sqlalchemy import insert, select, update

from gardefou.events import record
from gardefou.orders.tables import notice
from gardefou.storage import Tx


def note(
    tx: Tx,
    *,
    now: int,
    order_id: int,
    stage: str,
    to_kind: str,
    person_id: int | None,
    needed: bool,
    outbox_id: int | None,
) -> int:
    """Write down that somebody must be told.

    Args:
        tx: the open transaction.
        now: the instant.
        order_id: the order.
        stage: `proposed`, `held`, `effect`, `void` or `restored`.
        to_kind: `duty manager`, `owner`, `approver` or `proposer`.
        person_id: which person, when it is one.
        needed: the hold waits for it.
        outbox_id: the message; None when nobody could be reached, and then it is never accepted.

    Returns:
        The notice's id.
    """
    notice_id = tx.new_id(now)
    row = {
        "id": notice_id,
        "order_id": order_id,
        "stage": stage,
        "to_kind": to_kind,
        "person_id": person_id,
        "needed": int(needed),
        "outbox_id": outbox_id,
        "created_at": now,
    }
    tx.execute(insert(notice), row)
    return notice_id


def accepted(tx: Tx, *, now: int, outbox_id: int) -> list[int]:
    """Note that a message was accepted for delivery; return the orders that were waiting for it."""
    concerned = [
        int(row["order_id"])
        for row in tx.all(
            select(notice.c.order_id).where(notice.c.outbox_id == outbox_id, notice.c.accepted_at.is_(None))
        )
    ]
    if concerned:
        tx.execute(update(notice).where(notice.c.outbox_id == outbox_id).values(accepted_at=now))
    for order_id in concerned:
        record(tx, now=now, kind="notice.accepted", subject=f"order:{order_id}")
    return concerned
