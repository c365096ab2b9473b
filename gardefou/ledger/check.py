"""Check a record laid out as tiles from its first entry, in one pass that keeps little: entries, tiles, root. Pure.

Upholds promise 14, and names the first thing that is not as it must be. However long the record, what is kept is one
bundle and the right edge of each level.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gardefou.ledger.errors import ProofError
from gardefou.ledger.tiles import WIDTH, Tile, hashes_of, perfect_root, unbundle
from gardefou.ledger.tree import EMPTY_ROOT, HASH_BYTES, Frontier

Read = Callable[[Tile], bytes]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Entries that follow one another, each hashed and held against its tile.

    Attributes:
        first: the index of the first of them.
        width: how many there are.
        bundle: their bytes, as they were read.
    """

    first: int
    width: int
    bundle: bytes

    @property
    def entries(self) -> list[bytes]:
        """The bytes of each."""
        return unbundle(self.bundle, self.width)


def check_tiles(read: Read, size: int, root: bytes, progress: Progress | None = None) -> None:
    """Insist that entries, tiles and root belong together.

    Args:
        read: returns a tile's bytes, or a bundle's.
        size: how many entries there must be.
        root: what they must add up to.
        progress: told how many entries of how many are done.

    Raises:
        ProofError: the first tile, bundle or entry that is not what the others say, by its name.
    """
    for run in checked_runs(read, size, root):
        if progress is not None:
            progress(run.first + run.width, size)


def checked_runs(read: Read, size: int, root: bytes) -> Iterator[Run]:
    """Yield the entries, a bundle at a time; the root is known to be right only once all of them were taken.

    Raises:
        ProofError: as `check_tiles`.
    """
    edge = _Edge(read)
    for first in range(0, size, WIDTH):
        width = min(WIDTH, size - first)
        tile = Tile(level=0, index=first // WIDTH, width=width)
        found = Tile(level=None, index=tile.index, width=width)
        data = read(found)
        hashes = _hashes(data, found)
        _same(read, tile, hashes, first=first)
        yield Run(first=first, width=width, bundle=data)
        edge.take(0, hashes)
    if edge.close() != root:
        raise ProofError(f"the {size} entries do not add up to the signed root: one was changed, moved or put in")


def _hashes(data: bytes, tile: Tile) -> list[bytes]:
    try:
        return hashes_of(data, tile.width)
    except ProofError as problem:
        raise ProofError(f"{tile.path}: {problem.message}") from problem


def _same(read: Read, tile: Tile, hashes: list[bytes], *, first: int | None = None) -> None:
    """Insist that a tile holds these hashes; where it is of entries, name the first that differs."""
    said, made = read(tile), b"".join(hashes)
    if said == made:
        return
    if len(said) != len(made):
        raise ProofError(f"{tile.path} has {len(said)} bytes and must have {len(made)}")
    at = next(n for n in range(len(hashes)) if said[n * HASH_BYTES : (n + 1) * HASH_BYTES] != hashes[n])
    if first is None:
        raise ProofError(f"{tile.path}: hash {at} is not that of the tile below it")
    raise ProofError(f"entry {first + at} is not the one that {tile.path} has the hash of")


class _Edge:
    """The right edge of each level, grown as tiles below fill up; each tile is held against the one that is read."""

    def __init__(self, read: Read) -> None:
        self._read = read
        #: What has gathered at each level above 0 and is not a full tile yet, and how many full tiles there were.
        self._open: list[list[bytes]] = []
        self._full: list[int] = []
        self._last: list[bytes] = []

    def take(self, level: int, hashes: list[bytes]) -> None:
        """Take in a tile of a level; a full one has its root in the level above."""
        if level == 0:
            self._last = hashes if len(hashes) < WIDTH else []
        if len(hashes) < WIDTH:
            return
        if level == len(self._open):
            self._open.append([])
            self._full.append(0)
        above = self._open[level]
        above.append(perfect_root(hashes))
        if len(above) == WIDTH:
            _same(self._read, Tile(level=level + 1, index=self._full[level]), above)
            self._full[level] += 1
            self._open[level] = []
            self.take(level + 1, above)

    def close(self) -> bytes:
        """Hold what is left against the last, partial tiles, and return the root."""
        for level, hashes in enumerate(self._open, start=1):
            if hashes:
                _same(self._read, Tile(level=level, index=self._full[level - 1], width=len(hashes)), hashes)
        right: list[bytes] = []
        for hashes in [*reversed(self._open), self._last]:  # From the largest subtrees to the smallest.
            right += _subtrees(hashes)
        return Frontier(hashes=tuple(right)).root if right else EMPTY_ROOT


def _subtrees(hashes: list[bytes]) -> list[bytes]:
    """Return the roots of the perfect subtrees over a tile that is not full, the largest first."""
    found, at = [], 0
    for height in reversed(range(len(hashes).bit_length())):
        if len(hashes) >> height & 1:
            found.append(perfect_root(hashes[at : at + (1 << height)]))
            at += 1 << height
    return found
