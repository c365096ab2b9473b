"""Name a colleague who looks after an open order: its effect may come hours after the click.

It is a name beside the order and nothing else. Who counts as its proposer and as its approvers stays as it was
(promise 2): whoever looks after an order signs, stops or withdraws no more than anybody else could.
"""

from collections.abc import Collection

from sqlalchemy import delete, insert, or_, select

from gardefou.events import Actor, record
from gardefou.orders import queries
from gardefou.orders.errors import NotCaretakerError, NotOpenError
from gardefou.orders.lifecycle import OPEN
from gardefou.orders.order import Order, order_of
from gardefou.orders.tables import caretaker, orders
from gardefou.staff.colleague import Colleague
from gardefou.staff.queries import person
from gardefou.staff.roles import Role
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: Who may look after an order: those who work on cases.
CARETAKERS = (Role.AGENT, Role.REVIEWER, Role.DUTY_MANAGER)


def look_after(tx: Tx, *, actor: Actor, now: int, order_id: int, person_id: int) -> None:
    """Name who looks after an open order from now on.

    Args:
        tx: the open transaction.
        actor: who names them: the proposer, who looks after it now, or a duty manager; anybody may take it on.
        now: the instant.
        order_id: the order.
        person_id: who looks after it; the proposer's own number gives it back to them.

    Raises:
        UnknownOrderError: there is no such order.
        NotOpenError: it is over.
        NotCaretakerError: the actor may not hand it over, or that person cannot take it.
    """
    order = queries.order(tx, order_id, lock=True)
    if not order.open:
        raise NotOpenError(_("This order is over: there is nothing left to look after."))
    to = _able(tx, person_id, now)
    by = _able(tx, actor.person_id or 0, now)
    if by.id not in (to.id, caretaker_of(tx, order)) and Role.DUTY_MANAGER not in by.roles:
        raise NotCaretakerError(
            _("Whoever looks after an order hands it over, or a duty manager does; you can take it on yourself.")
        )
    tx.execute(delete(caretaker).where(caretaker.c.order_id == order_id))
    if to.id != order.proposer.person_id:
        tx.execute(insert(caretaker).values(order_id=order_id, person_id=to.id, named_by=by.id, at=now))
    body = {"by": str(actor), "to": str(to.id)}
    record(tx, now=now, kind="order.looked_after", subject=f"order:{order_id}", body=body)


def _able(tx: Tx, person_id: int, now: int) -> Colleague:
    found = person(tx, person_id, now)
    if found is None or not found.engaged or not found.roles.intersection(CARETAKERS):
        raise NotCaretakerError(_("Only agents, reviewers and duty managers who are engaged look after orders."))
    return found


def caretaker_of(tx: Tx, order: Order) -> int | None:
    """Return who looks after an order: whoever was named, else its proposer; None when that is no person."""
    named: int | None = tx.scalar(select(caretaker.c.person_id).where(caretaker.c.order_id == order.id))
    return order.proposer.person_id if named is None else named


def named_for(tx: Tx, ids: Collection[int]) -> dict[int, int]:
    """Return, of these orders, who was named to look after which."""
    rows = tx.all(select(caretaker.c.order_id, caretaker.c.person_id).where(caretaker.c.order_id.in_(list(ids))))
    return {int(row["order_id"]): int(row["person_id"]) for row in rows}


def open_orders_of(tx: Tx, person_id: int) -> list[Order]:
    """Return the open orders that somebody proposed or looks after, oldest first."""
    theirs = select(caretaker.c.order_id).where(caretaker.c.person_id == person_id)
    is_open = orders.c.state.in_([state.value for state in OPEN])
    mine = or_(orders.c.proposer == str(Actor.person(person_id)), orders.c.id.in_(theirs))
    return [order_of(row) for row in tx.all(select(orders).where(is_open, mine).order_by(orders.c.id))]
