"""SQLite and PostgreSQL behind one door: a `Database` gives transactions, a `Tx` is an open one.

Upholds promise 9's half that belongs here: whatever a verb writes, its ledger entry and its events are written by
`at_commit` in the same transaction, last, under one lock, so that ids of events and entries follow the order of
commits.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable, QueuePool, RowMapping, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, SQLAlchemyError

from gardefou.storage import postgresql
from gardefou.storage.errors import CommitUnsureError, DatabaseUnreachableError
from gardefou.storage.ids import Ids

#: One lock for the whole cluster of processes, held from the first event or entry to the commit.
COMMIT_LOCK = 0x6761726465666F75

#: How long whoever asks waits for a connection while others have all of them, seconds.
CONNECTION_WITHIN = 3.0

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "busy_timeout=10000",
)


class Tx:
    """One open transaction. Verbs take it; they never open or end it.

    Attributes:
        known: what was asked before, where the answer cannot have changed (`once`); None in a transaction that writes.
    """

    def __init__(self, connection: Connection, ids: Ids, *, at_one_instant: bool = False) -> None:
        """Wrap an open connection."""
        self.known: dict[Hashable, Any] | None = {} if at_one_instant else None
        self.connection = connection
        self.dialect = connection.dialect.name
        self._ids = ids
        self._at_commit: list[tuple[int, Callable[[Tx], None]]] = []
        self._after_commit: list[Callable[[], None]] = []
        self._commit_locked = False
        self.notes: dict[str, Any] = {}

    def new_id(self, now: int) -> int:
        """Return a new id for `now`."""
        return self._ids.new(now)

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement."""
        return self.connection.execute(statement, parameters)

    def all(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        """Return every row, as mappings."""
        return self.execute(statement, values).mappings().all()

    def first(self, statement: Executable, values: Mapping[str, Any] | None = None) -> RowMapping | None:
        """Return the first row, as a mapping, or None."""
        return self.execute(statement, values).mappings().first()

    def scalar(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the first row, or None."""
        return self.execute(statement, values).scalar()

    def ids(self, statement: Executable, values: Mapping[str, Any] | None = None) -> list[int]:
        """Return the first column of every row, whole numbers."""
        return [int(row[0]) for row in self.execute(statement, values)]

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Send what is executed within in one message, where the database is another process; nothing of it is read.

        What goes wrong is known when this ends. Every statement still sees what those before it did.
        """
        if self.dialect != "postgresql":
            yield
            return
        with postgresql.at_once(self.connection):
            yield

    def at_commit(self, place: int, act: "Callable[[Tx], None]") -> None:
        """Run `act` as one of the last things of this transaction; lower places first."""
        self._at_commit.append((place, act))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run `act` once the transaction is durable; it must not fail."""
        self._after_commit.append(act)

    def take_commit_lock(self) -> None:
        """Wait for the one lock that orders commits. Take no row lock after it."""
        if self._commit_locked or self.dialect != "postgresql":
            return
        self.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": COMMIT_LOCK})
        self._commit_locked = True

    def _finish(self) -> None:
        while self._at_commit:
            self._at_commit.sort(key=lambda pair: pair[0])
            _, act = self._at_commit.pop(0)
            act(self)

    def _committed(self) -> None:
        for act in self._after_commit:
            act()


class Database:
    """One database, SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, ids: Ids, connections: int) -> None:
        """Wrap an engine that opens so many connections at most; use `open_database`."""
        self.engine = engine
        self._connections = connections
        self.dialect = engine.dialect.name
        self.ids = ids
        # A reader sees one instant: in SQLite by its nature, in PostgreSQL when asked.
        self._one_instant = postgresql.one_instant if self.dialect == "postgresql" else _by_nature
        self._reader = engine.execution_options(sqlite_begin="DEFERRED") if self.dialect == "sqlite" else engine
        # SQLite's write lock is not fair between processes; within ours, threads queue here instead of spinning there.
        self._write_lock = threading.Lock() if self.dialect == "sqlite" else None

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Open a writing transaction: commits at the end, rolls back on any error.

        Raises:
            CommitUnsureError: the database went away while it committed.
        """
        if self._write_lock is None:
            with self._transaction() as tx:
                yield tx
            return
        with self._write_lock, self._transaction() as tx:
            yield tx

    @contextmanager
    def _transaction(self) -> Iterator[Tx]:
        written = False
        try:
            with self.engine.begin() as connection:
                tx = Tx(connection, self.ids)
                yield tx
                tx._finish()  # noqa: SLF001  # the transaction's own house keeping
                written = True
        except DBAPIError as problem:
            if written and problem.connection_invalidated:
                raise CommitUnsureError(str(problem.orig)) from problem
            raise
        tx._committed()  # noqa: SLF001

    @contextmanager
    def asking(self) -> Iterator[Tx]:
        """Open what is good for one statement that reads: no transaction is begun around it, nor ended."""
        if self._write_lock is not None:
            with self.reading() as tx:
                yield tx
            return
        with self._reader.connect() as connection, postgresql.by_itself(connection):
            yield Tx(connection, self.ids)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """Open a transaction for reading only; nothing written in it stays."""
        with self._reader.connect() as connection, self._one_instant(connection):
            yield Tx(connection, self.ids, at_one_instant=True)

    @property
    def all_in_use(self) -> bool:
        """Whether every connection that may be opened is in use."""
        pool = self.engine.pool
        return isinstance(pool, QueuePool) and pool.checkedout() >= self._connections

    def forget_connections(self) -> None:
        """Open new ones from now on, where those that nobody uses lead to a server that is gone.

        It is enough that one of them is tried: SQLAlchemy trusts none that is older than one that was lost.
        """
        with suppress(SQLAlchemyError), self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _open(raw: sqlite3.Connection, _: object) -> None:
        raw.isolation_level = None  # The driver starts nothing; the hook below does.
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        raw.create_function("from_hex", 1, bytes.fromhex, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def _by_nature(connection: Connection) -> Iterator[None]:
    begun = connection.begin()
    try:
        yield
    finally:
        begun.close()  # Rolls back, whatever happened.


def open_database(url: str, *, node: int | None = None, pool_size: int = 16, bounded: bool = False) -> Database:
    """Open a database by its URL.

    Args:
        url: `sqlite:///path` or `postgresql+psycopg://…` (plain `postgresql://` is understood).
        node: the ids' process number; drawn when None.
        pool_size: connections kept.
        bounded: whether each question has to be answered in time, by a PostgreSQL: for what others wait for.

    Raises:
        DatabaseUnreachableError: it does not answer; the message names it without its password.
    """
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": CONNECTION_WITHIN}
    if url.startswith("sqlite"):
        options["connect_args"] = {"check_same_thread": False}
        if ":memory:" not in url:
            parent = Path(url.removeprefix("sqlite:///")).parent
            if not parent.is_dir():
                raise DatabaseUnreachableError(f"the folder {parent} for the database does not exist")
    try:
        if url.startswith("postgresql+psycopg"):
            options |= postgresql.connecting(url, bounded=bounded)
        # What a statement carried is somebody's: an error names the statement and never its values.
        engine = create_engine(url, hide_parameters=True, **options)
    except (ArgumentError, ValueError) as problem:
        raise DatabaseUnreachableError(
            "the database's address cannot be read; expected sqlite:///PATH or postgresql://NAME@HOST:PORT/DATABASE"
        ) from problem
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        postgresql.prepare(engine, bounded=bounded)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except DatabaseError as problem:  # A file that is no database says so only when it is first looked into.
        engine.dispose()
        shown = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachableError(f"cannot open {shown}: {str(problem.orig).splitlines()[0]}") from problem
    return Database(engine, Ids(node), 2 * pool_size)
