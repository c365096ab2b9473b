"""Foreign keys point down the same floors as imports, and none into the network, which is a guest."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from gardefou.storage import metadata
from tests.house.source import PACKAGE, floors

GUEST = "network"


def rooms_of_tables() -> dict[str, str]:
    """Return the room of each table: the one whose `tables.py` makes it."""
    rooms: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("tables.py")):
        name = ".".join(("gardefou", *path.relative_to(PACKAGE).with_suffix("").parts))
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Table):
                rooms[value.name] = Path(path.relative_to(PACKAGE)).parts[0]
    return rooms


def wrong_keys(catalogue: MetaData, rooms: dict[str, str], floor: dict[str, int]) -> Iterator[str]:
    """Yield every foreign key that goes up, sideways or into the guest's room."""
    for table in catalogue.tables.values():
        room = rooms[table.name]
        for key in table.foreign_keys:
            there = rooms[key.target_fullname.split(".")[0]]
            if room == there:
                continue
            if there == GUEST:
                yield f"{table.name} refers to {key.target_fullname}: the network is a guest"
            elif floor[there] >= floor[room]:
                yield f"{table.name} in {room} refers up or sideways to {key.target_fullname} in {there}"


def test_every_table_is_made_in_a_room() -> None:
    assert set(rooms_of_tables()) == set(metadata.tables)
    assert set(rooms_of_tables().values()) <= set(floors())


def test_foreign_keys_point_down() -> None:
    assert list(wrong_keys(metadata, rooms_of_tables(), floors())) == []


def test_nothing_is_deleted_by_cascade() -> None:
    """Evidence is never deleted because something else was."""
    keys = [key for table in metadata.tables.values() for key in table.foreign_keys]
    assert keys
    assert [str(key) for key in keys if key.ondelete or key.onupdate] == []


def test_a_key_upward_sideways_or_into_the_network_is_seen() -> None:
    catalogue = MetaData()
    Table("order", catalogue, Column("id", Integer, primary_key=True))
    Table("guest", catalogue, Column("id", Integer, primary_key=True))
    Table("low", catalogue, Column("up", ForeignKey("order.id")))
    Table("high", catalogue, Column("down", ForeignKey("order.id")), Column("guest", ForeignKey("guest.id")))
    rooms = {"order": "orders", "guest": "network", "low": "staff", "high": "desk"}
    assert [line.split(" ")[0] for line in wrong_keys(catalogue, rooms, floors())] == ["low", "high"]
