"""When the database cannot be asked: which of a few misfortunes it is, whichever driver tells of it.

Each is nobody's mistake who asked, and passes: they are told what it is, and to come back. Whatever else goes wrong in
a statement is a bug of ours.
"""

import sqlite3
from enum import StrEnum

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from gardefou.storage.errors import CommitUnsureError


class Outage(StrEnum):
    """Why the database cannot be asked."""

    #: It is not there, or went away while it was asked: nothing was kept.
    AWAY = "database_away"
    #: It went away while it was told to keep everything, and whether it did nobody knows.
    UNSURE = "kept_or_not"
    #: It has no room to write anything down; what is there can be read.
    FULL = "no_room"
    #: Others have all of its connections, or hold for long what was asked for.
    BUSY = "too_busy"


#: What PostgreSQL calls them: by whole code, or by its class, the first two signs.
_POSTGRESQL = {
    "08": Outage.AWAY,
    "57P01": Outage.AWAY,
    "57P02": Outage.AWAY,
    "57P03": Outage.AWAY,
    "57P05": Outage.AWAY,
    "53100": Outage.FULL,
    "58030": Outage.FULL,
    "53": Outage.BUSY,
    "55P03": Outage.BUSY,
    "40001": Outage.BUSY,
    "40P01": Outage.BUSY,
    "57014": Outage.BUSY,
}
#: And SQLite, by the lowest eight bits of its codes.
_SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_IOERR: Outage.FULL,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
}
#: What PostgreSQL says of a file that may not grow: it has no code of its own for that.
_MAY_NOT_GROW = "File too large"


def outage_of(problem: BaseException) -> Outage | None:
    """Return why the database could not be asked; None when something else is wrong."""
    if isinstance(problem, CommitUnsureError):
        return Outage.UNSURE
    if isinstance(problem, NoConnectionError):
        return Outage.BUSY
    told = problem.orig if isinstance(problem, DBAPIError) else problem
    if isinstance(told, psycopg.Error):
        return _of_postgresql(told)
    if isinstance(told, sqlite3.Error):
        return _SQLITE.get(getattr(told, "sqlite_errorcode", 0) & 0xFF)
    return None


def _of_postgresql(told: psycopg.Error) -> Outage | None:
    code = told.sqlstate
    if code is None:
        # Nothing but a connection that failed, or was lost, comes without a code.
        return Outage.AWAY if isinstance(told, psycopg.OperationalError) else None
    if _MAY_NOT_GROW in str(told):
        return Outage.FULL
    return _POSTGRESQL.get(code, _POSTGRESQL.get(code[:2]))
