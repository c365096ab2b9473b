"""Run one import: rows in pieces, each piece one transaction; with `strict`, everything or nothing.

Safe to run twice: what is already there is met again by its platform's id and is not counted as new. Between pieces the
write lock is free, so that the desk goes on.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.exc import DataError, IntegrityError

from gardefou.app.errors import FileUnreadableError, RowsRejectedError
from gardefou.app.house import House
from gardefou.app.imports.columns import Column, Mapped, RowError, choose, parse_map
from gardefou.app.imports.reading import Row, Source
from gardefou.storage import Tx

#: Rows in one transaction: more of them share one wait for the disk, fewer leave the desk more room between them.
#: `FEW` are rows that each become an order, `MANY` those that cost microseconds.
FEW, PIECE, MANY = 200, 4_000, 16_000
#: What a database, or its driver, says of a value that it cannot keep. That it cannot be reached is another matter.
_REFUSED = (IntegrityError, DataError, OverflowError, UnicodeError)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Let nobody look for cycles: rows have none, and looking through thousands of them takes a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class Fate(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    #: The house is founded: an order was proposed, and others must agree.
    PROPOSED = "proposed"
    #: An order was drawn up; whoever imports must sign it in the browser before it is proposed.
    TO_SIGN = "to_sign"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Summary:
    """What an import did."""

    file: str
    counts: Counter[Fate] = field(default_factory=Counter)
    rejected: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {"file": self.file, **{fate.value: self.counts[fate] for fate in Fate}, "rejected": self.rejected}


Item = TypeVar("Item")
#: A prepared row and the line it came from.
Lined = tuple[int, Item]


class Importer(Protocol[Item]):
    """What one kind of import knows."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return what is asked for."""

    @property
    def given(self) -> tuple[str, ...]:
        """Return the columns that an option fills when the file has none."""

    @property
    def piece(self) -> int:
        """Return how many rows share a transaction."""

    def prepare(self, row: Mapped) -> Item:
        """Read one row without touching the database; raise `RowError` for one that cannot be used."""

    def write(self, tx: Tx, house: House, items: list[Lined[Item]], now: int) -> Iterator[Fate | Rejected]:
        """Write a piece and say what became of each row."""


@dataclass(slots=True, kw_only=True)
class Run(Generic[Item]):
    """One import under way.

    Attributes:
        house: where to.
        importer: what the rows are.
        path: the file.
        pairs: what the person said with `--map`.
        strict: everything or nothing.
        on_progress: told how many bytes have been read.
        on_reject: told of each rejected row.
    """

    house: House
    importer: Importer[Item]
    path: Path
    pairs: Iterable[str] = ()
    strict: bool = False
    on_progress: Callable[[int], None] = lambda _: None
    on_reject: Callable[[Rejected], None] = lambda _: None

    def __call__(self) -> Summary:
        """Import the file.

        Raises:
            FileUnreadableError: the file, or one of the columns, is not what it should be.
            RowsRejectedError: `strict`, and some rows were rejected; nothing was imported.
        """
        mapping = parse_map(self.pairs, self.importer.columns)
        with _without_collections():
            if not self.strict:
                return self._all(mapping, None)
            self._read_through(mapping)
            with self.house.db.transaction() as tx:
                summary = self._all(mapping, tx)
                self._refuse(summary.rejected)
            return summary

    def _read_through(self, mapping: Mapping[str, str]) -> None:
        """Read everything once without the write lock, so that a broken file never holds it."""
        faults = 0
        for lined in Reading(importer=self.importer, source=Source(self.path), mapping=mapping):
            if isinstance(lined, Rejected):
                faults += 1
                self.on_reject(lined)
        self._refuse(faults)

    def _refuse(self, faults: int) -> None:
        if faults:
            message = f"{self.path}: {faults} rejected, so nothing was imported; without --strict the rest would be"
            raise RowsRejectedError(message, rejected=faults)

    def _all(self, mapping: Mapping[str, str], tx: Tx | None) -> Summary:
        source = Source(self.path)
        summary = Summary(str(self.path))
        prepared = iter(Reading(importer=self.importer, source=source, mapping=mapping))
        while piece := list(islice(prepared, self.importer.piece)):
            good = [lined for lined in piece if not isinstance(lined, Rejected)]
            self._reject(summary, piece)
            fates = self._write(good, tx)
            self._reject(summary, fates)
            for fate in Fate:
                summary.counts[fate] += fates.count(fate)
            self.on_progress(source.position)
        return summary

    def _write(self, piece: list[Lined[Item]], tx: Tx | None) -> list[Fate | Rejected]:
        """Write a piece; when the database refuses it, each row on its own, so that only the guilty one is lost."""
        try:
            with nullcontext(tx) if tx is not None else self.house.db.transaction() as open_tx:
                return list(self.importer.write(open_tx, self.house, piece, self.house.clock.now()))
        except _REFUSED as problem:
            if tx is not None:  # What it had written is undone with all the rest, which `strict` is about.
                lines = f"lines {piece[0][0]} to {piece[-1][0]}"
                message = f"{self.path}: the database refuses a row in {lines}, so nothing was imported"
                raise RowsRejectedError(message) from problem
            if len(piece) == 1:
                return [Rejected(piece[0][0], f"the database refuses it ({type(problem).__name__})")]
        return [fate for lined in piece for fate in self._write([lined], None)]

    def _reject(self, summary: Summary, rows: Iterable[object]) -> None:
        for row in rows:
            if isinstance(row, Rejected):
                summary.rejected += 1
                self.on_reject(row)


#: Our columns, and what picks their cells out of a row's.
_Places = tuple[tuple[str, ...], Callable[[Sequence[str]], Iterable[str]]]
_NOWHERE: _Places = ((), lambda _cells: ())


@dataclass(slots=True, kw_only=True)
class Reading(Generic[Item]):
    """A file being read as one kind of thing; the columns are chosen once per shape of row."""

    importer: Importer[Item]
    source: Source
    mapping: Mapping[str, str] = field(default_factory=dict)
    _places: dict[tuple[str, ...], _Places] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Lined[Item] | Rejected]:
        """Yield every row as what it is, or why it is not."""
        prepare = self.importer.prepare
        columns: tuple[str, ...] | None = None
        names, pick = _NOWHERE
        for row in self.source.rows():
            try:
                if row.columns is not columns or row.fault:  # A file with a header has one shape for all its rows.
                    columns = row.columns
                    names, pick = self._placed(row)
                yield row.line, prepare(dict(zip(names, pick(row.cells), strict=True)))
            except RowError as problem:
                yield Rejected(row.line, problem.message)

    def _placed(self, row: Row) -> _Places:
        """Return our columns, and what picks their cells out of a row's."""
        if row.fault:
            raise RowError(row.fault)
        if row.columns not in self._places:
            chosen = self._choose(row.columns)
            # The last of two columns with one name counts, as it always has in a mapping.
            last = {theirs: place for place, theirs in enumerate(row.columns)}
            places = [last[theirs] for theirs in chosen.values()]
            # Of a single place the standard library's getter gives the bare cell.
            pick = itemgetter(*places) if len(places) > 1 else lambda cells: [cells[place] for place in places]
            self._places[row.columns] = (tuple(chosen), pick)
        return self._places[row.columns]

    def _choose(self, shape: tuple[str, ...]) -> dict[str, str]:
        """In a file with a header a missing column is the file's fault; elsewhere it is the row's."""
        where = str(self.source.path)
        try:
            return choose(self.importer.columns, self.mapping, shape, where=where, given=self.importer.given)
        except FileUnreadableError as problem:
            if self.source.kind == "csv":
                raise
            raise RowError(problem.message.removeprefix(f"{where}: ")) from problem


def good_rows(importer: Importer[Item], path: Path) -> Iterator[Item]:
    """Yield the rows of a file that can be used; the others are passed over."""
    for lined in Reading(importer=importer, source=Source(path)):
        if not isinstance(lined, Rejected):
            yield lined[1]
