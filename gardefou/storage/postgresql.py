"""What PostgreSQL's connections are told, once for each of them or once for each reading."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, overload

import psycopg
from psycopg import Column
from psycopg.abc import RV, PQGen
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import DBAPIError


class _Columns(Sequence[Column]):
    """The columns of an answer, described when somebody asks."""

    def __init__(self, cursor: psycopg.Cursor[Any], count: int) -> None:
        self._cursor, self._count = cursor, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Column: ...
    @overload
    def __getitem__(self, place: slice) -> list[Column]: ...
    def __getitem__(self, place: int | slice) -> Column | list[Column]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self._count))]
        if not -self._count <= place < self._count:
            raise IndexError(place)
        return Column(self._cursor, place % self._count)


class Cursor(psycopg.Cursor[Any]):
    """A cursor whose answers are not described each time: SQLAlchemy knows the columns of a statement it has seen."""

    @property
    def description(self) -> Any:
        """The columns of the answer; None where it has none (PEP 249)."""
        found = self.pgresult
        return _Columns(self, found.nfields) if found is not None and found.nfields else super().description


#: How long a server that does not answer is waited for, seconds; and a lock that somebody else holds.
CONNECTS_WITHIN, LOCKED_AT_MOST = 5, "5s"
#: What the server and the worker ask takes well under a second, and a few when a storm is counted whole: what takes
#: longer than this, PostgreSQL gives up by itself.
ANSWERED_AT_MOST = "30s"
#: A PostgreSQL that cannot even give up, because its disk hangs or its machine has stopped, is left after so many
#: seconds without a sign of life: a little later, so that one that still can says why.
SILENT_AT_MOST = 40.0
#: How many statements a connection keeps prepared: about as many as the program's pages ask.
PREPARED_AT_MOST = 400


class _SilentError(psycopg.OperationalError):
    """The server has taken a question and gives no sign of life."""


class Bounded(psycopg.Connection[Any]):
    """A connection that is closed when the server has not answered for too long.

    Whatever the server's kernel still acknowledges, TCP takes for a sign of life; whoever waits here waits for the
    server itself.
    """

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for the server, but not without end."""
        try:
            return super().wait(gen, interval, SILENT_AT_MOST if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as problem:  # noqa: SLF001  # psycopg says: handle it, or convert it
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise _SilentError("the server does not answer") from problem


def connecting(url: str, *, bounded: bool) -> dict[str, Any]:
    """Return how an engine opens a connection: within bounds, but for those that the database's own URL says."""
    where = make_url(url)
    bounds = {"connect_timeout": CONNECTS_WITHIN, "tcp_user_timeout": 2_000 * CONNECTS_WITHIN}
    more: dict[str, Any] = {
        "cursor_factory": Cursor,
        **{name: value for name, value in bounds.items() if name not in where.query},
    }
    if not bounded:
        return {"connect_args": more}
    _, named = where.get_dialect()().create_connect_args(where)
    return {"creator": lambda: Bounded.connect(**named, **more)}


def prepare(engine: Engine, *, bounded: bool) -> None:
    """Tell every connection what none of ours needs, and how long it waits for others.

    Args:
        engine: what opens them.
        bounded: whether each question has to be answered in time.
    """

    @event.listens_for(engine, "connect")
    def _open(raw: Any, _: object) -> None:
        # Every statement of ours finds a few rows by their keys. Compiling one takes a second and saves none, and the
        # planner, which counts each predicate's look at a key as if it were asked of every row, would often compile.
        with raw.cursor() as cursor:
            cursor.execute("SET jit = off")
            # Whoever waits longer is better told so: behind them everybody else waits for a connection.
            cursor.execute(f"SET lock_timeout = '{LOCKED_AT_MOST}'")
            if bounded:
                cursor.execute(f"SET statement_timeout = '{ANSWERED_AT_MOST}'")
        raw.prepared_max = PREPARED_AT_MOST
        raw.commit()


@contextmanager
def one_instant(connection: Connection) -> Iterator[None]:
    """Make what is read over a connection, until it is given back, be as it was at one instant; nothing is written.

    SQLAlchemy's own `isolation_level` says the same, and looks after it longer than most of our statements take. It
    ends with COMMIT: at every ROLLBACK psycopg forgets all statements that it had prepared over the connection.
    """
    raw: Any = connection.connection.driver_connection
    raw.isolation_level, raw.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
    begun = connection.begin()
    try:
        yield
        if not connection.invalidated:
            begun.commit()
    finally:
        begun.close()
        if not raw.closed:
            raw.isolation_level = raw.read_only = None


@contextmanager
def by_itself(connection: Connection) -> Iterator[None]:
    """Make each statement over a connection, until it is given back, a transaction by itself: one message for three."""
    raw: Any = connection.connection.driver_connection
    raw.autocommit = True
    try:
        yield
    finally:
        if not raw.closed:
            raw.autocommit = False


@contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """Send the statements executed within in one message, and wait for all of them when it ends.

    Raises:
        DBAPIError: one of them failed.
    """
    raw: Any = connection.connection.driver_connection
    try:
        with raw.pipeline():
            yield
    except psycopg.Error as problem:
        raise DBAPIError.instance(None, None, problem, psycopg.Error, hide_parameters=True) from problem
