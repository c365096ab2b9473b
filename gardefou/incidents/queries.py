"""Reads over incidents and statements."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, func, or_, select

from gardefou.incidents.errors import UnknownIncidentError, UnknownStatementError
from gardefou.incidents.tables import incident as incident_table
from gardefou.incidents.tables import incident_order
from gardefou.incidents.tables import statement as statement_table
from gardefou.ledger.tables import entry, entry_about
from gardefou.orders import queries as orders
from gardefou.orders.order import Order
from gardefou.storage import Tx


def incident(tx: Tx, incident_id: int) -> RowMapping:
    """Return an incident.

    Raises:
        UnknownIncidentError: there is none by that number.
    """
    row = tx.first(select(incident_table).where(incident_table.c.id == incident_id))
    if row is None:
        raise UnknownIncidentError(f"there is no incident {incident_id}")
    return row


def incidents(tx: Tx, *, before: int | None = None, limit: int = 50) -> Sequence[RowMapping]:
    """Return incidents, newest first."""
    statement = select(incident_table).order_by(incident_table.c.id.desc()).limit(limit)
    return tx.all(statement if before is None else statement.where(incident_table.c.id < before))


def count_open(tx: Tx) -> int:
    """Return how many incidents are open."""
    return int(tx.scalar(select(func.count()).where(incident_table.c.state == "open")))


def orders_of(tx: Tx, incident_id: int) -> list[Order]:
    """Return the orders an incident is about, oldest first, with those they took back."""
    ids = {
        int(row["order_id"])
        for row in tx.all(select(incident_order.c.order_id).where(incident_order.c.incident_id == incident_id))
    }
    found = [orders.order(tx, order_id) for order_id in sorted(ids)]
    for one in list(found):
        if one.reverses is not None and one.reverses not in ids:
            ids.add(one.reverses)
            found.append(orders.order(tx, one.reverses))
    return sorted(found, key=lambda one: one.id)


def open_incidents_naming(tx: Tx, person_id: int) -> list[int]:
    """Return the open incidents that name a person, oldest first: by the record's index of what names whom.

    They asked for, signed, stopped or tried something that an incident is about; or an order it is about concerns them;
    or they drafted what is said of it.
    """
    theirs = select(entry_about.c.index).where(entry_about.c.about == f"person:{person_id}")
    found = []
    for row in tx.all(
        select(incident_table.c.id).where(incident_table.c.state == "open").order_by(incident_table.c.id)
    ):
        orders_in = [order.id for order in orders_of(tx, row["id"])]
        told = select(entry_about.c.index).where(entry_about.c.about == f"incident:{row['id']}")
        concerned = or_(entry.c.order_id.in_(orders_in), entry.c.index.in_(told))
        if tx.first(select(entry.c.index).where(entry.c.index.in_(theirs), concerned).limit(1)) is not None:
            found.append(int(row["id"]))
    return found


def incident_of_order(tx: Tx, order_id: int) -> int | None:
    """Return the incident an order belongs to, or None."""
    found = tx.scalar(
        select(incident_order.c.incident_id)
        .where(incident_order.c.order_id == order_id)
        .order_by(incident_order.c.incident_id.desc())
        .limit(1)
    )
    return None if found is None else int(found)


def statement(tx: Tx, statement_id: int, *, lock: bool = False) -> RowMapping:
    """Return a statement.

    Raises:
        UnknownStatementError: there is none by that number.
    """
    wanted = select(statement_table).where(statement_table.c.id == statement_id)
    row = tx.first(wanted.with_for_update() if lock else wanted)
    if row is None:
        raise UnknownStatementError(f"there is no statement {statement_id}")
    return row


def statements(tx: Tx, incident_id: int, *, published_only: bool = False) -> Sequence[RowMapping]:
    """Return an incident's statements, newest first."""
    wanted = select(statement_table).where(statement_table.c.incident_id == incident_id)
    if published_only:
        wanted = wanted.where(statement_table.c.published_at.is_not(None))
    return tx.all(wanted.order_by(statement_table.c.number.desc()))


def replaced_by(tx: Tx, statement_id: int) -> RowMapping | None:
    """Return the published statement that replaces this one, or None."""
    return tx.first(
        select(statement_table)
        .where(statement_table.c.supersedes == statement_id, statement_table.c.published_at.is_not(None))
        .order_by(statement_table.c.number.desc())
        .limit(1)
    )


def published(tx: Tx, *, limit: int = 50) -> Sequence[RowMapping]:
    """Return published statements of all incidents, newest first."""
    return tx.all(
        select(statement_table)
        .where(statement_table.c.published_at.is_not(None))
        .order_by(statement_table.c.published_at.desc())
        .limit(limit)
    )


def public_incidents(tx: Tx, *, limit: int = 50) -> Sequence[RowMapping]:
    """Return the incidents that have a published statement, newest first."""
    told = select(statement_table.c.incident_id).where(statement_table.c.published_at.is_not(None))
    return tx.all(
        select(incident_table).where(incident_table.c.id.in_(told)).order_by(incident_table.c.id.desc()).limit(limit)
    )
