"""What the house remembers about itself, and the heartbeat of its workers."""

from sqlalchemy import ScalarSelect, bindparam, delete, func, insert, select

from gardefou.storage.engine import Tx
from gardefou.storage.tables import heartbeat
from gardefou.storage.tables import house as house_table

#: That the house is founded, since when; and who made its database. Once it is founded the database's own triggers let
#: nobody change either. A treaty: they stand in the first migration.
FOUNDED = "founded"
MADE_BY = "made_by"

_VALUE = select(house_table.c.value).where(house_table.c.key == bindparam("key"))


def remembered(tx: Tx, key: str) -> str:
    """Return a fact about the house; empty when it is not known."""
    return str(tx.scalar(_VALUE, {"key": key}) or "")


def fact(key: str) -> ScalarSelect[str]:
    """Return the same as a part of a statement; nothing when it is not known."""
    return select(house_table.c.value).where(house_table.c.key == key).scalar_subquery()


def remember(tx: Tx, *, key: str, value: str) -> None:
    """Keep a fact about the house, instead of what was known before."""
    tx.execute(delete(house_table).where(house_table.c.key == key))
    tx.execute(insert(house_table).values(key=key, value=value))


def beat(tx: Tx, *, name: str, now: int, pid: int, stepped: bool) -> None:
    """Say that a worker is alive, and whether its clock ever stepped."""
    tx.execute(delete(heartbeat).where(heartbeat.c.name == name))
    tx.execute(insert(heartbeat).values(name=name, at=now, pid=pid, stepped=int(stepped)))


def last_beat(tx: Tx) -> tuple[int | None, bool]:
    """Return when a worker last said it was alive, and whether any worker's clock stepped."""
    at = tx.scalar(select(func.max(heartbeat.c.at)))
    return at, bool(tx.scalar(select(func.max(heartbeat.c.stepped))))
