"""What binds a person and what they may do, row by row, each with the order it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, select

from gardefou.desk import labels
from gardefou.desk.became import became
from gardefou.desk.order_view import rail_of, subject_of
from gardefou.desk.people import called, known
from gardefou.desk.rail import RailView
from gardefou.orders.lifecycle import OPEN
from gardefou.orders.order import Order, order_of
from gardefou.orders.ports import Ports
from gardefou.orders.tables import orders
from gardefou.staff.colleague import not_removed
from gardefou.staff.tables import engagement, role_grant, shift
from gardefou.storage import Tx

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutThem:
    """One order about a person, as a list shows it."""

    order: Order
    title: str
    became: str
    proposer: str
    rail: RailView | None
    href: str


def engagements(tx: Tx, person_id: int) -> Sequence[RowMapping]:
    """Return a person's engagements, newest first."""
    return tx.all(select(engagement).where(engagement.c.person_id == person_id).order_by(engagement.c.starts.desc()))


def grants(tx: Tx, person_id: int) -> Sequence[RowMapping]:
    """Return every role a person has or had, newest first."""
    return tx.all(select(role_grant).where(role_grant.c.person_id == person_id).order_by(role_grant.c.starts.desc()))


def shifts_ahead(tx: Tx, person_id: int, now: int) -> Sequence[RowMapping]:
    """Return a person's shifts that have not ended, the next first."""
    mine = (shift.c.person_id == person_id) & (shift.c.ends > now) & not_removed(now)
    return tx.all(select(shift).where(mine).order_by(shift.c.starts).limit(MOST))


def orders_about(tx: Tx, ports: Ports, person_id: int, now: int) -> list[AboutThem]:
    """Return the orders about a person, newest first."""
    rows = _orders(tx, orders.c.subject_id == person_id)
    return _lines(tx, ports, rows, now)


def open_about(tx: Tx, ports: Ports, now: int) -> Mapping[int, list[AboutThem]]:
    """Return the open orders about people, by person; those who are still to be enrolled have a number already."""
    found: dict[int, list[AboutThem]] = {}
    for line in _lines(tx, ports, _orders(tx, orders.c.state.in_([state.value for state in OPEN])), now):
        found.setdefault(line.order.subject_id, []).append(line)
    return found


def _orders(tx: Tx, where: ColumnElement[bool]) -> list[Order]:
    about = select(orders).where(orders.c.subject_kind == "person", where)
    return [order_of(row) for row in tx.all(about.order_by(orders.c.id.desc()).limit(MOST))]


def _lines(tx: Tx, ports: Ports, found: list[Order], now: int) -> list[AboutThem]:
    people = known(tx, [order.proposer for order in found], now)
    lines = []
    for order in found:
        subject = subject_of(tx, ports, order, now)
        lines.append(
            AboutThem(
                order=order,
                title=labels.titled(order.kind, subject.label),
                became=became(tx, order, people),
                proposer=called(order.proposer, people),
                rail=rail_of(tx, ports, order, subject, people, now) if order.open else None,
                href=f"/desk/{'refused' if order.state.value == 'refused' else 'orders'}/{order.id}",
            )
        )
    return lines
