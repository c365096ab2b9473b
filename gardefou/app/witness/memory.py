"""What a witness signed last, on the disk before anybody reads that it did.

One file of SQLite: what is compared and what is written stand in one transaction that keeps every other one waiting,
in this process and any other; its commit is forced to the disk. Two requests at once never take a head back.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gardefou.app.witness.errors import WitnessError
from gardefou.ledger.checkpoint import Checkpoint
from gardefou.ledger.note import Note
from gardefou.ledger.witnessing import Last

_TABLES = """
CREATE TABLE IF NOT EXISTS signed (
    origin TEXT PRIMARY KEY, size TEXT NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fork (
    id INTEGER PRIMARY KEY, origin TEXT NOT NULL, signed TEXT NOT NULL, shown TEXT NOT NULL, at INTEGER NOT NULL,
    UNIQUE (origin, shown)
);
"""
#: So many second heads are kept as evidence for each log; the first few prove enough.
MOST_FORKS = 100
#: Seconds that one request waits for another.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The head of a log that was signed last; `at` in POSIX seconds."""

    origin: str
    size: int
    root: bytes
    note: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """Two heads of one size under a log's own signature: the one signed here, and the one shown later."""

    origin: str
    signed: str
    shown: str
    at: int


class Memory:
    """A witness's memory."""

    def __init__(self, path: Path) -> None:
        """Open it, and make it where it is not there.

        Raises:
            WitnessError: it cannot be opened, or is something else.
        """
        self._path = path
        try:
            with closing(self._connect()) as connection:
                connection.executescript(_TABLES)
        except sqlite3.Error as problem:
            raise WitnessError(f"{path} cannot be used: {problem}") from problem
        path.chmod(0o600)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        # The journal's own deletion is forced to the disk as well: what was committed stays committed.
        connection.execute("PRAGMA synchronous = EXTRA")
        return connection

    @contextmanager
    def turn(self) -> Iterator["Turn"]:
        """Have the memory alone until the block ends; then what was written is on the disk."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Turn(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def signed(self) -> list[Signed]:
        """Return the last head of every log."""
        with closing(self._connect()) as connection:
            found = connection.execute("SELECT origin, size, root, note, at FROM signed ORDER BY origin")
            return [_signed(row) for row in found]

    def forks(self) -> list[Fork]:
        """Return every second head that was shown, beside the one that was signed."""
        with closing(self._connect()) as connection:
            found = connection.execute("SELECT origin, signed, shown, at FROM fork ORDER BY id")
            return [Fork(origin=row[0], signed=row[1], shown=row[2], at=row[3]) for row in found]


class Turn:
    """One turn at the memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take an open transaction."""
        self._connection = connection

    def last(self, origin: str) -> Last:
        """Return what was signed last of a log."""
        row = self._connection.execute("SELECT size, root FROM signed WHERE origin = ?", (origin,)).fetchone()
        return Last() if row is None else Last(size=int(row[0]), root=row[1])

    def remember(self, head: Checkpoint, note: Note, *, at: int) -> None:
        """Write down what is about to be signed."""
        self._connection.execute(
            "INSERT INTO signed (origin, size, root, note, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE "
            "SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at",
            (head.origin, str(head.size), head.root, str(note), at),
        )

    def keep_fork(self, origin: str, shown: Note, *, at: int) -> None:
        """Keep a second head under the log's signature beside the first: together they prove that it shows two."""
        self._connection.execute(
            "INSERT OR IGNORE INTO fork (origin, signed, shown, at) SELECT origin, note, ?, ? FROM signed "
            "WHERE origin = ? AND (SELECT count(*) FROM fork WHERE origin = signed.origin) < ?",
            (str(shown), at, origin, MOST_FORKS),
        )


def _signed(row: tuple[str, str, bytes, str, int]) -> Signed:
    return Signed(origin=row[0], size=int(row[1]), root=row[2], note=row[3], at=row[4])
