"""Every order's dossier, however many there are: the last ones in memory, the others in a file that has no name.

A record of a million entries has some hundred thousand orders, each of which may be taken back at any time. So none can
be forgotten while the record goes by, and all of them are more than a small machine's memory.
"""

import pickle
import sqlite3
from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, ValuesView
from dataclasses import fields

from gardefou.watch.dossier import Dossier

#: So many are kept at hand; twice as many are there before half of them are put away.
KEPT = 2_000
_SHARED = "joined"


class Dossiers(MutableMapping[int, Dossier]):
    """Dossiers by the number of their order."""

    def __init__(self, joined: Mapping[str, str], *, kept: int = KEPT) -> None:
        """Begin with none; `joined` is what all of them share."""
        self._joined, self._kept = joined, kept
        self._at_hand: dict[int, Dossier] = {}
        # SQLite makes a file for a database without a name, which nobody else can open, and which ends with it.
        self._away = sqlite3.connect("", isolation_level=None)
        self._away.execute("PRAGMA journal_mode = OFF")
        self._away.execute("CREATE TABLE dossier (id INTEGER PRIMARY KEY, data BLOB NOT NULL)")

    def __getitem__(self, order_id: int) -> Dossier:
        """Return an order's dossier."""
        found = self._at_hand.get(order_id)
        if found is None:
            row = self._away.execute("SELECT data FROM dossier WHERE id = ?", (order_id,)).fetchone()
            if row is None:
                raise KeyError(order_id)
            found = self[order_id] = self._read(row[0])
        return found

    def __setitem__(self, order_id: int, dossier: Dossier) -> None:
        """Keep a dossier; of those at hand the oldest are put away when there are too many."""
        if len(self._at_hand) >= 2 * self._kept:
            self._put_away(list(self._at_hand)[: self._kept])
        self._at_hand[order_id] = dossier

    def __delitem__(self, order_id: int) -> None:
        """Forget one."""
        self._at_hand.pop(order_id, None)
        self._away.execute("DELETE FROM dossier WHERE id = ?", (order_id,))

    def __iter__(self) -> Iterator[int]:
        """Yield every order's number, in order."""
        self._put_away(list(self._at_hand))
        return (row[0] for row in self._away.execute("SELECT id FROM dossier ORDER BY id"))

    def __len__(self) -> int:
        """Return how many there are."""
        self._put_away(list(self._at_hand))
        return int(self._away.execute("SELECT count(*) FROM dossier").fetchone()[0])

    def each(self) -> Iterator[tuple[int, Dossier]]:
        """Yield all of them in the order of their numbers, to be looked at and not changed."""
        self._put_away(list(self._at_hand))
        for order_id, data in self._away.execute("SELECT id, data FROM dossier ORDER BY id"):
            yield order_id, self._read(data)

    def items(self) -> ItemsView[int, Dossier]:
        """Return all of them, read one after the other."""
        return _Items(self)

    def values(self) -> ValuesView[Dossier]:
        """Return all of them, read one after the other."""
        return _Values(self)

    def _put_away(self, ids: list[int]) -> None:
        rows = [(one, self._written(self._at_hand.pop(one))) for one in ids]
        self._away.execute("BEGIN")
        self._away.executemany("INSERT OR REPLACE INTO dossier VALUES (?, ?)", rows)
        self._away.execute("COMMIT")

    @staticmethod
    def _written(dossier: Dossier) -> bytes:
        named = {one.name: getattr(dossier, one.name) for one in fields(dossier) if one.name != _SHARED}
        return pickle.dumps(named, protocol=pickle.HIGHEST_PROTOCOL)

    def _read(self, data: bytes) -> Dossier:
        named = pickle.loads(data)  # noqa: S301  # what this very object wrote, in a file that nobody else can open
        return Dossier(joined=self._joined, **named)


class _Items(ItemsView[int, Dossier]):
    _mapping: Dossiers

    def __iter__(self) -> Iterator[tuple[int, Dossier]]:
        return self._mapping.each()


class _Values(ValuesView[Dossier]):
    _mapping: Dossiers

    def __iter__(self) -> Iterator[Dossier]:
        return (dossier for _, dossier in self._mapping.each())
