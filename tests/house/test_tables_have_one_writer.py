"""A table is written by its own room alone: every other room calls that room's verbs.

Seen are SQLAlchemy's `insert`, `update` and `delete` of a table (`insert(person)`, `person.insert()`), and raw SQL in
text.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Module, calls, dotted, modules, parse, walk
from tests.house.test_foreign_keys import rooms_of_tables

_BUILDERS = {"insert", "update", "delete"}
_SQL = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+\"?(\w+)\"?", re.IGNORECASE
)

#: Who may write another room's table, and why.
MAY_WRITE: dict[tuple[str, str], str] = {}


def written(module: Module, rooms: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield line and table for every write a module makes."""
    for call, name in calls(module):
        table = ""
        if name.startswith("sqlalchemy.") and name.rsplit(".", 1)[1] in _BUILDERS and call.args:
            table = dotted(module, call.args[0])
        elif isinstance(call.func, ast.Attribute) and call.func.attr in _BUILDERS:
            table = dotted(module, call.func.value)
        if ".tables." in table:
            yield call.lineno, table.rsplit(".", 1)[1]
    for node in walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, name) for name in _SQL.findall(node.value) if name in rooms)


def intrusions(module: Module, rooms: dict[str, str]) -> Iterator[str]:
    """Yield every write into another room's table."""
    for line, table in written(module, rooms):
        if rooms.get(table) != module.room and (module.path, table) not in MAY_WRITE:
            yield f"{module.path}:{line} writes {table}, which belongs to {rooms.get(table)}"


def test_every_table_is_written_by_its_own_room_alone() -> None:
    rooms = rooms_of_tables()
    assert [line for module in modules() for line in intrusions(module, rooms)] == []


def test_every_leave_to_write_elsewhere_is_used() -> None:
    rooms = rooms_of_tables()
    used = {(module.path, table) for module in modules() for _, table in written(module, rooms)}
    assert set(MAY_WRITE) <= used


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    "text",
    [
        "from sqlalchemy import insert\nfrom gardefou.network.tables import standing\ninsert(standing)",
        "from sqlalchemy import update\nfrom gardefou.network import tables as t\nupdate(t.standing)",
        "from sqlalchemy.dialects.sqlite import insert\nfrom gardefou.network.tables import standing\ninsert(standing)",
        "from gardefou.network.tables import standing\nstanding.delete()",
        "QUERY = 'UPDATE standing SET standing = 1'",
        "QUERY = 'insert or replace into standing values (1)'",
    ],
)
def test_every_way_into_another_rooms_table_is_seen(text: str) -> None:
    rooms = rooms_of_tables()
    assert len(list(intrusions(parse(text, "gardefou/desk/example.py"), rooms))) == 1
    assert list(intrusions(parse(text, "gardefou/network/example.py"), rooms)) == []
