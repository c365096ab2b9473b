"""What holds at an instant: intervals are half-open, and without an end they go on."""

from sqlalchemy import BindParameter, ColumnElement, Table, or_


def in_force(table: Table, now: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return what holds of the rows of a table whose interval `now` lies in."""
    return (table.c.starts <= now) & or_(table.c.ends.is_(None), table.c.ends > now)
