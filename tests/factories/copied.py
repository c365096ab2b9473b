"""What many tests begin with is made once for a process, by the real verbs; whoever asks for the same gets a copy.

A copy is the whole database: SQLite's file, or on PostgreSQL a database made from a template, triggers and all.
"""

from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, select

from gardefou.ledger.tables import entry
from gardefou.storage import Database
from gardefou.storage.ids import instant_of

_NUMBERS = count()
#: By the folder of a PostgreSQL cluster, how it is administered: a new connection costs more than what it is asked.
ADMINISTRATORS: dict[str, Engine] = {}
#: By folder and name, which template a database was made from; and those made from it that nothing was ever done in.
MADE_FROM: dict[tuple[str, str], str] = {}
SPARE: dict[tuple[str, str], list[str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A database as it was.

    Attributes:
        last_id: the last id that was made in it.
        file: all of SQLite's file.
        name: on PostgreSQL, the name of a database that nobody opens, in the cluster of the one it was made from.
    """

    last_id: int
    file: bytes = b""
    name: str = ""


def untouched(db: Database) -> bool:
    """Return whether nothing is in a database's record yet."""
    with db.reading() as tx:
        return tx.scalar(select(entry.c.index).limit(1)) is None


def keep(db: Database, *, now: int) -> Kept | None:
    """Keep a database as it is; None while others are in it too."""
    last_id = db.ids.new(now)
    if not _left(db):
        return None
    if db.dialect == "sqlite":
        return Kept(last_id=last_id, file=_file(db).read_bytes())
    name = f"kept_{next(_NUMBERS)}"
    _administer(db, f"CREATE DATABASE {name} TEMPLATE {db.engine.url.database} STRATEGY FILE_COPY")
    return Kept(last_id=last_id, name=name)


def give(kept: Kept, db: Database) -> bool:
    """Put what was kept in the place of an untouched database; return whether it could be, nobody else being in it."""
    if not _left(db):
        return False
    if db.dialect == "sqlite":
        _file(db).write_bytes(kept.file)
    else:
        name = db.engine.url.database
        away = f"DROP DATABASE {name}"
        place = (str(db.engine.url.query["host"]), str(name))
        if place in MADE_FROM and _nothing_was_done(db):  # To make one and to drop it costs more than most tests.
            spare = f"spare_{next(_NUMBERS)}"
            away = f"ALTER DATABASE {name} RENAME TO {spare}"
            SPARE.setdefault((place[0], MADE_FROM.pop(place)), []).append(spare)
        _administer(db, away, f"CREATE DATABASE {name} TEMPLATE {kept.name} STRATEGY FILE_COPY")
    db.ids.new(instant_of(kept.last_id))  # From here on ids come after the last one there.
    return True


def _left(db: Database) -> bool:
    """Give every connection back; return whether nobody else has one."""
    db.engine.dispose()
    if db.dialect == "sqlite":
        return not Path(f"{_file(db)}-wal").exists()  # The last to leave folds it into the file.
    return _administer(db, f"SELECT 1 FROM pg_stat_activity WHERE datname = '{db.engine.url.database}'") == 0


def _nothing_was_done(db: Database) -> bool:
    """Return whether no row was ever written here, by those who have left: each says so as it goes."""
    done = "tup_inserted + tup_updated + tup_deleted"
    return (
        _administer(db, f"SELECT 1 FROM pg_stat_database WHERE datname = '{db.engine.url.database}' AND {done} = 0") > 0
    )


def _file(db: Database) -> Path:
    return Path(str(db.engine.url.database))


def _administer(db: Database, *statements: str) -> int:
    """Run statements beside a database; return how many rows the last one found."""
    with ADMINISTRATORS[str(db.engine.url.query["host"])].connect() as connection:
        found = [connection.exec_driver_sql(statement).rowcount for statement in statements]
    return max(0, found[-1])
