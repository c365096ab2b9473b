"""The tree in tiles of 256 hashes (C2SP tlog-tiles): their names, which a tree has, and proofs read from them. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gardefou.ledger.errors import ProofError
from gardefou.ledger.tree import EMPTY_ROOT, HASH_BYTES, node_hash

WIDTH = 256
_HEIGHT = 8
_LONGEST_ENTRY = 2**16 - 1
_GROUP = 1000
_HIGHEST = 63
#: No tree that anybody keeps has a tile whose name is longer.
_LONGEST_PATH = 64
_PAIR_BYTES = 2 * HASH_BYTES
#: Seven groups of digits name more tiles than a tree of 2^63 entries has.
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile, or one bundle of entries.

    Attributes:
        level: 0 for hashes of entries, 1 for roots of full tiles below, …; None for a bundle of entries themselves.
        index: its place in its level.
        width: how many it holds, 1 to 256.
    """

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is found: `tile/0/x001/234.p/5`."""
        groups = [f"{self.index % _GROUP:03}"]
        rest = self.index // _GROUP
        while rest:
            groups.insert(0, f"x{rest % _GROUP:03}")
            rest //= _GROUP
        level = "entries" if self.level is None else str(self.level)
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{part}"

    @property
    def end(self) -> int:
        """How many entries a tree has at least that holds this tile."""
        return (self.index * WIDTH + self.width) << (_HEIGHT * (self.level or 0))


def read_path(path: str) -> Tile | None:
    """Return the tile of that name in its one spelling, or None."""
    found = _PATH.fullmatch(path) if len(path) <= _LONGEST_PATH else None
    if found is None:
        return None
    width = int(found["width"] or WIDTH)
    level = None if found["level"] == "entries" else int(found["level"])
    index = int(found["index"].replace("x", "").replace("/", ""))
    tile = Tile(level=level, index=index, width=width)
    fits = width <= WIDTH and (level is None or level <= _HIGHEST) and tile.path == path
    return tile if fits else None


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a tree that one of `since` entries had not: level by level, hashes only, partial ones last."""
    level, count, before = 0, size, since
    while count:
        for index in range(before // WIDTH, count // WIDTH):
            yield Tile(level=level, index=index)
        if count % WIDTH and count != before:
            yield Tile(level=level, index=count // WIDTH, width=count % WIDTH)
        level, count, before = level + 1, count // WIDTH, before // WIDTH


def bundles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Yield the bundles of entries of a tree that one of `since` entries had not."""
    for tile in tiles_of(size, since=since):
        if tile.level != 0:
            return
        yield Tile(level=None, index=tile.index, width=tile.width)


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as a bundle has them: each behind its length in two bytes.

    Raises:
        ProofError: one of them is too long.
    """
    if any(len(one) > _LONGEST_ENTRY for one in entries):
        raise ProofError(f"an entry of a bundle has at most {_LONGEST_ENTRY} bytes")
    return b"".join(len(one).to_bytes(2, "big") + one for one in entries)


def unbundle(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        ProofError: it holds another number of them, or is cut.
    """
    return [data[start:end] for start, end in _spans(data, width)]


def hashes_of(data: bytes, width: int) -> list[bytes]:
    """Return the leaf hash of each entry of a bundle; a record is checked at this pace, so that none is kept meanwhile.

    Raises:
        ProofError: it holds another number of them, or is cut.
    """
    return [sha256(b"\x00" + data[start:end]).digest() for start, end in _spans(data, width)]


def _spans(data: bytes, width: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at, size = 0, len(data)
    while at + 2 <= size:
        start = at + 2
        at = start + (data[at] << 8 | data[at + 1])
        found.append((start, at))
    if at != size:
        raise ProofError("a bundle of entries is cut")
    if len(found) != width:
        raise ProofError(f"a bundle holds {len(found)} entries and must hold {width}")
    return found


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over so many hashes as a power of two.

    Raises:
        ProofError: there are none, or another number of them.
    """
    if len(hashes).bit_count() != 1:
        raise ProofError(f"{len(hashes)} hashes have no tree that is full")
    level = b"".join(hashes)
    while len(level) > HASH_BYTES:
        level = b"".join(
            [sha256(b"\x01" + level[at : at + _PAIR_BYTES]).digest() for at in range(0, len(level), _PAIR_BYTES)]
        )
    return level


def split_hashes(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile.

    Raises:
        ProofError: it holds another number of them.
    """
    if len(data) != width * HASH_BYTES:
        raise ProofError(f"a tile of {width} hashes has {width * HASH_BYTES} bytes, not {len(data)}")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


class TileTree:
    """A tree of a certain size, read from its tiles; what it reads is believed, and held against a root by the caller.

    Args:
        size: how many entries it has.
        read: returns a tile's bytes.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        """Prepare; nothing is read yet."""
        self.size = size
        self._read = read
        self._kept: dict[Tile, list[bytes]] = {}

    def root(self) -> bytes:
        """Return the root over all of it."""
        return self.range_root(0, self.size) if self.size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """Return the hash of one entry.

        Raises:
            ProofError: there is no such entry, or a tile is not as wide as it must be.
        """
        return self._perfect(0, index)

    def range_root(self, start: int, end: int) -> bytes:
        """Return MTH(D[start:end]), as RFC 6962 divides it.

        Raises:
            ProofError: the tree has no such part, or a tile is not as wide as it must be.
        """
        size = end - start
        if size < 1 or start < 0 or start % (1 << (size - 1).bit_length()):
            raise ProofError(f"no tree is divided at {start} and {end}")
        if size & (size - 1) == 0:
            return self._perfect(size.bit_length() - 1, start >> (size.bit_length() - 1))
        middle = start + (1 << (size.bit_length() - 1))
        return node_hash(self.range_root(start, middle), self.range_root(middle, end))

    def _perfect(self, height: int, index: int) -> bytes:
        """Return the root over 2^height entries."""
        level, within = divmod(height, _HEIGHT)
        first = index << within
        hashes = self._tile(level, first // WIDTH)
        at = first % WIDTH
        found = hashes[at : at + (1 << within)]
        if len(found) != 1 << within:
            raise ProofError(f"a tree of {self.size} has no {1 << height} entries from {index << height} on")
        return perfect_root(found)

    def _tile(self, level: int, index: int) -> list[bytes]:
        count = self.size >> (_HEIGHT * level)
        tile = Tile(level=level, index=index, width=min(WIDTH, count - index * WIDTH))
        if tile.width < 1 or index < 0:
            raise ProofError(f"a tree of {self.size} has no tile {index} at level {level}")
        if tile not in self._kept:
            self._kept[tile] = split_hashes(self._read(tile), tile.width)
        return self._kept[tile]

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Return the proof that the entry at `index` is in this tree (RFC 6962, section 2.1.1).

        Raises:
            ProofError: there is no such entry, or a tile is not as wide as it must be.
        """
        if not 0 <= index < self.size:
            raise ProofError(f"there is no entry {index} in a tree of {self.size}")
        found: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + (1 << ((end - start - 1).bit_length() - 1))
            if index < middle:
                found.append(self.range_root(middle, end))
                end = middle
            else:
                found.append(self.range_root(start, middle))
                start = middle
        return found[::-1]

    def consistency_proof(self, first: int) -> list[bytes]:
        """Return the proof that this tree begins with its first `first` entries (RFC 6962, section 2.1.2).

        Raises:
            ProofError: it never had that size, or a tile is not as wide as it must be.
        """
        if not 0 <= first <= self.size:
            raise ProofError(f"a tree of {self.size} never had {first} entries")
        found: list[bytes] = []
        start, end, whole = 0, self.size, True
        if first in (0, self.size):
            return found
        while first != end:
            middle = start + (1 << ((end - start - 1).bit_length() - 1))
            if first <= middle:
                found.append(self.range_root(middle, end))
                end = middle
            else:
                found.append(self.range_root(start, middle))
                start, whole = middle, False
        if not whole:
            found.append(self.range_root(start, end))
        return found[::-1]
