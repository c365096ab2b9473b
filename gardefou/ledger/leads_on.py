"""Whether the record leads on from a head that lies outside the database: begins with all that stood under it.

A longer record is not a newer one. What was put back from a backup grows too, and so does what was written anew; only
hashes tell. From the right edge of the published tiles as few of them are needed as entries have come since; without
those tiles, all.
"""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import select

from gardefou.ledger import store, tables
from gardefou.ledger.errors import ProofError, TileMissingError
from gardefou.ledger.store import Head
from gardefou.ledger.tiles import Tile, TileTree
from gardefou.ledger.tree import EMPTY_ROOT, Frontier, verify_consistency
from gardefou.storage import Tx


class Edge:
    """The right edge of a tree that was published, read from its tiles and held against its signed root."""

    def __init__(self, head: Head, read: Callable[[Tile], bytes]) -> None:
        """Read it.

        Raises:
            ProofError, TileMissingError: the tiles are not those of that head.
        """
        self.head = head
        self._tree = TileTree(head.size, read)
        hashes, start = [], 0
        for place in reversed(range(head.size.bit_length())):
            if head.size >> place & 1:
                hashes.append(self._tree.range_root(start, start + (1 << place)))
                start += 1 << place
        self.frontier = Frontier(size=head.size, hashes=tuple(hashes))
        if self.frontier.root != head.root:
            raise ProofError(f"the published tiles do not add up to the head signed at {head.size} entries")

    def begins_with(self, head: Head) -> bool:
        """Return whether that tree began with another head; what its tiles cannot say is a no."""
        if not 0 < head.size <= self.head.size:
            return head == Head(size=0, root=EMPTY_ROOT)
        try:
            verify_consistency(
                first=head.size,
                second=self.head.size,
                first_root=head.root,
                second_root=self.head.root,
                proof=self._tree.consistency_proof(head.size),
            )
        except (ProofError, TileMissingError):
            return False
        return True


class LeadsOn:
    """Remembers how far the record was seen to lead on from an edge, so that the next look goes on from there."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._from = self._to = Frontier()

    def from_edge(self, tx: Tx, edge: Frontier) -> bool:
        """Return whether the record begins with the tree of this edge."""
        now = store.head(tx)
        starts = [self._to, edge] if self._from == edge else [edge]
        for start in starts:
            if start.size > now.size:
                continue
            grown = start
            for grown in _grown(tx, start, now.size):  # noqa: B007  # the last one is wanted
                pass
            if (grown.size, grown.root) == (now.size, now.root):
                self._from, self._to = edge, grown
                return True
        return False


def lacking(tx: Tx, heads: Iterable[Head]) -> set[Head]:
    """Return those of these heads that the record does not begin with, hashing it once from its first entry."""
    by_size: dict[int, set[Head]] = {}
    for one in heads:
        by_size.setdefault(one.size, set()).add(one)
    left = {one for found in by_size.values() for one in found}
    for frontier in _grown(tx, Frontier(), max(by_size, default=0)):
        left -= {one for one in by_size.get(frontier.size, ()) if one.root == frontier.root}
    return left


def _grown(tx: Tx, start: Frontier, size: int) -> Iterator[Frontier]:
    """Yield an edge, and what becomes of it with each entry of the record up to a size, as far as they are there."""
    yield start
    entry, grown = tables.entry, start
    while grown.size < size:
        wanted = select(entry.c.index, entry.c.leaf).where(entry.c.index >= grown.size, entry.c.index < size)
        page = tx.all(wanted.order_by(entry.c.index).limit(store.PAGE))
        for row in page:
            if row["index"] != grown.size:
                return
            grown = grown.append(row["leaf"])
            yield grown
        if not page:
            return
