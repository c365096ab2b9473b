"""What of the record is laid down, computed from the database: every tile and bundle of a tree, as entries stream by.

However long the record is, no more is held than one tile of each level. What is at hand where one begins in the middle
is the right edge of what was there before, read from tiles.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import RowMapping

from gardefou.ledger import store
from gardefou.ledger.tiles import WIDTH, Tile, bundle, perfect_root, split_hashes
from gardefou.storage import Tx


@dataclass(slots=True, kw_only=True)
class _Level:
    """One level under construction: how many full tiles lie behind, and the hashes of the next."""

    full: int = 0
    hashes: list[bytes] = field(default_factory=list)


def hash_tiles(
    leaves: Iterable[bytes], *, since: int = 0, read: Callable[[Tile], bytes] | None = None
) -> Iterator[tuple[Tile, bytes]]:
    """Yield the tiles of hashes of a tree, each when it is full, the partial ones of each level last.

    Args:
        leaves: the hashes of its entries, from the last one that is a multiple of 256 and not after `since`.
        since: how many entries an earlier tree had, whose tiles are at hand; what only repeats them is left out.
        read: reads a tile of that earlier tree; not needed without one.
    """
    levels = _edge(since, read) if since and read else [_Level()]
    before = [since >> (8 * height) for height in range(len(levels))]
    for leaf in leaves:
        yield from _put(levels, leaf)
    for height, level in enumerate(levels):
        count = level.full * WIDTH + len(level.hashes)
        if level.hashes and (height >= len(before) or count != before[height]):
            yield Tile(level=height, index=level.full, width=len(level.hashes)), b"".join(level.hashes)


def _edge(since: int, read: Callable[[Tile], bytes]) -> list[_Level]:
    """Return the levels of an earlier tree; the lowest without what its partial tile holds, which comes again."""
    levels, height = [], 0
    while since >> (8 * height):
        full, width = divmod(since >> (8 * height), WIDTH)
        tile = Tile(level=height, index=full, width=width)
        hashes = split_hashes(read(tile), width) if height and width else []
        levels.append(_Level(full=full, hashes=hashes))
        height += 1
    return levels


def _put(levels: list[_Level], leaf: bytes) -> Iterator[tuple[Tile, bytes]]:
    """Put one hash at the end of the lowest level, and on each one above whose tile below is full."""
    height, one = 0, leaf
    while True:
        if height == len(levels):
            levels.append(_Level())
        level = levels[height]
        level.hashes.append(one)
        if len(level.hashes) < WIDTH:
            return
        yield Tile(level=height, index=level.full), b"".join(level.hashes)
        one = perfect_root(level.hashes)
        level.full, level.hashes, height = level.full + 1, [], height + 1


def leaves(tx: Tx, *, size: int, since: int = 0) -> Iterator[bytes]:
    """Yield the hashes of the entries, as the database has them, from the tile that `since` stands in."""
    for row in _rows(tx, size=size, since=since):
        yield row["leaf"]


def bundles(tx: Tx, *, size: int, since: int = 0) -> Iterator[tuple[Tile, bytes]]:
    """Yield the bundles of entries of a tree that one of `since` entries had not."""
    found: list[bytes] = []
    index = since // WIDTH
    for row in _rows(tx, size=size, since=since):
        found.append(row["content"])
        if len(found) == WIDTH:
            yield Tile(level=None, index=index), bundle(found)
            found, index = [], index + 1
    if found and size != since:
        yield Tile(level=None, index=index, width=len(found)), bundle(found)


def _rows(tx: Tx, *, size: int, since: int) -> Iterator[RowMapping]:
    first = since // WIDTH * WIDTH
    for _place, row in zip(range(first, size), store.rows(tx, after=first - 1), strict=False):
        yield row
