"""Declare an incident, or add to the one that is open on the account. Listens to every step of every order."""

from enum import StrEnum

from sqlalchemy import insert, select

from gardefou.events import Actor, record
from gardefou.guard.verdict import Refused
from gardefou.incidents.tables import incident, incident_order
from gardefou.ledger import store
from gardefou.orders.kinds import SILENCING, Kind
from gardefou.orders.lifecycle import State
from gardefou.orders.ports import OrderEvent
from gardefou.storage import Tx


class IncidentKind(StrEnum):
    """Why an incident was opened. Values are stored: never change one."""

    REFUSED = "refused attempt"
    RESTORED = "protected account restored"
    BREAK_GLASS = "break-glass"
    DIFFERENCE = "difference"


def watch_orders(tx: Tx, event: OrderEvent) -> None:
    """Open an incident where a step on a protected account calls for one."""
    kind = _kind_of(event)
    if kind is None or event.order.account_id is None:
        return
    declare(tx, actor=event.actor, now=event.now, kind=kind, account_id=event.order.account_id, order_id=event.order.id)


def _kind_of(event: OrderEvent) -> IncidentKind | None:
    """Return what a step is to be called when it is an incident; None when it is ordinary work."""
    order = event.order
    if not order.protected:
        return None
    weakens = order.facts["asked"]["values"].get("weakens") is True
    if isinstance(event.verdict, Refused) and (order.kind in SILENCING or weakens):
        return IncidentKind.REFUSED if event.deed in ("order.refused", "attempt.refused") else None
    if event.after is not State.EXECUTED:
        return None
    if order.kind in (Kind.ACCOUNT_RESTORE, Kind.POST_RESTORE):
        return IncidentKind.RESTORED
    alone = event.verdict.plan is not None and not event.verdict.plan.places
    return IncidentKind.BREAK_GLASS if order.kind in SILENCING and alone else None


def declare(tx: Tx, *, actor: Actor, now: int, kind: IncidentKind, account_id: int, order_id: int | None) -> int:
    """Open an incident on an account; when one is open there, the order joins it.

    Returns:
        The incident's id.
    """
    found = tx.scalar(
        select(incident.c.id).where(incident.c.account_id == account_id, incident.c.state == "open").limit(1)
    )
    incident_id = int(found) if found is not None else _open(tx, actor, now, kind, account_id, order_id)
    if order_id is not None:
        _join(tx, incident_id, order_id)
    return incident_id


def _open(tx: Tx, actor: Actor, now: int, kind: IncidentKind, account_id: int, order_id: int | None) -> int:
    incident_id = tx.new_id(now)
    tx.execute(
        insert(incident).values(
            id=incident_id, kind=kind.value, state="open", account_id=account_id, order_id=order_id, opened_at=now
        )
    )
    store.append(
        tx,
        now=now,
        kind="incident.opened",
        order_id=order_id,
        body={"incident": str(incident_id), "incident_kind": kind.value},
        about=[f"incident:{incident_id}", f"account:{account_id}"],
    )
    record(tx, now=now, kind="incident.opened", subject=f"incident:{incident_id}", body={"by": actor.kind.value})
    return incident_id


def _join(tx: Tx, incident_id: int, order_id: int) -> None:
    known = select(incident_order.c.order_id).where(
        incident_order.c.incident_id == incident_id, incident_order.c.order_id == order_id
    )
    if tx.scalar(known) is None:
        tx.execute(insert(incident_order).values(incident_id=incident_id, order_id=order_id))
