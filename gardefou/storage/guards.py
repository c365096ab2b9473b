"""Whether the database's own guards stand as they were raised: the triggers under promise 10, neither gone nor changed.

A function of a trigger on PostgreSQL looks for tables where ours are, and among temporary ones last.

Against somebody who takes one down and puts it back between two looks this sees nothing; the record then does.
"""

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from types import ModuleType
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import text

from gardefou.storage.engine import Tx
from gardefou.storage.migrate import alembic_config

#: The revisions that raised them, in order: a later one may raise another in the place of an earlier one's.
RAISED_BY = ("0001", "0003")
_NAMED = re.compile(r"CREATE TRIGGER (\w+)")
_BODY = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(\).*?\$\$(.*)\$\$", re.DOTALL)
#: PostgreSQL's tgtype: for each row before insert, delete or update; for each statement before truncate.
_BEFORE_EACH_ROW, _BEFORE_TRUNCATE = 31, 34
_POSTGRESQL = """
    SELECT t.tgname AS name, t.tgenabled::text AS enabled, t.tgtype AS type, t.tgqual IS NULL AS always,
           c.relname AS on_table, p.proname AS function, p.prosrc AS source,
           p.proconfig = ARRAY['search_path=pg_catalog, ' || quote_ident(current_schema()) || ', pg_temp'] AS looks_here
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
"""


def broken_guards(tx: Tx) -> list[str]:
    """Return the names of the triggers that are missing, changed, switched off, or were never ours; in order."""
    expected, found = (_sqlite(), _found_sqlite(tx)) if tx.dialect == "sqlite" else (_postgresql(), _found(tx))
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


@cache
def _migrations() -> tuple[ModuleType, ...]:
    scripts = ScriptDirectory.from_config(alembic_config())
    return tuple(scripts.get_revision(revision).module for revision in RAISED_BY)


def _made(dialect: str) -> list[str]:
    return [statement for one in _migrations() for statement in one.guard_statements(dialect)]


@cache
def _sqlite() -> Mapping[str, Any]:
    """Return name → the statement that made it, as SQLite keeps it."""
    return {name.group(1): statement for statement in _made("sqlite") if (name := _NAMED.match(statement))}


def _found_sqlite(tx: Tx) -> Mapping[str, Any]:
    rows = tx.all(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row["name"]: row["sql"] for row in rows}


@cache
def _postgresql() -> Mapping[str, Any]:
    """Return name → table, whether it always fires, when, and the function it calls: its digest, and where it looks."""
    found = (_BODY.match(statement) for statement in _made("postgresql"))
    sources = {body.group(1): _digest(body.group(2)) for body in found if body}
    guards: dict[str, Any] = {}
    for function, source in sources.items():
        table = function.removesuffix("_guard")
        for name, kind in ((function, _BEFORE_EACH_ROW), (f"{function}_truncate", _BEFORE_TRUNCATE)):
            guards[name] = (table, "A", kind, True, function, source, True)
    return guards


def _found(tx: Tx) -> Mapping[str, Any]:
    return {
        row["name"]: (
            row["on_table"],
            row["enabled"],
            row["type"],
            row["always"],
            row["function"],
            _digest(row["source"]),
            row["looks_here"],
        )
        for row in tx.all(text(_POSTGRESQL))
    }


def _digest(source: str) -> str:
    return sha256(source.encode()).hexdigest()
