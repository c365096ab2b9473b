"""The Merkle tree of RFC 6962: hashes, roots, proofs and their verification. Pure.

Upholds promise 14: leaf `SHA-256(0x00 ‖ entry)`, node `SHA-256(0x01 ‖ left ‖ right)`, so that outsiders check our
record with tools we did not write. A proof of any other length than the one its sizes call for is refused, even when
its hashes would add up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gardefou.ledger.errors import HeadError, ProofError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The right edge of a tree: the roots of its perfect subtrees, largest first. Enough to grow it from.

    Attributes:
        size: how many leaves the tree has; its one-bits are the sizes of the subtrees.
        hashes: their roots.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the edge after one more leaf, given its hash."""
        hashes, size, right = list(self.hashes), self.size, leaf
        while size & 1:
            right = node_hash(hashes.pop(), right)
            size >>= 1
        return Frontier(size=self.size + 1, hashes=(*hashes, right))

    @property
    def root(self) -> bytes:
        """The tree's root."""
        if not self.hashes:
            return EMPTY_ROOT
        right = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            right = node_hash(left, right)
        return right

    def to_bytes(self) -> bytes:
        """Return the hashes one after the other."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Read back what `to_bytes` wrote.

        Raises:
            HeadError: a tree of that size has another number of subtrees.
        """
        if size < 0 or len(data) != size.bit_count() * HASH_BYTES:
            raise HeadError(f"a tree of {size} entries does not have an edge of {len(data)} bytes")
        return cls(size=size, hashes=tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that the leaf at `index` is in the tree over these leaf hashes.

    Raises:
        ProofError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ProofError(f"there is no entry {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion_proof(leaves[:middle], index), root_of(leaves[middle:])]
    return [*inclusion_proof(leaves[middle:], index - middle), root_of(leaves[:middle])]


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Return the proof that the tree over the first `first` leaf hashes is the beginning of the tree over all of them.

    Raises:
        ProofError: the tree never had that size.
    """
    if not 0 <= first <= len(leaves):
        raise ProofError(f"a tree of {len(leaves)} never had {first} entries")
    if first in (0, len(leaves)):
        return []
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    """RFC 6962's SUBPROOF; `whole` says that the verifier already knows this subtree's root."""
    if first == len(leaves):
        return [] if whole else [root_of(leaves)]
    middle = _split(len(leaves))
    if first <= middle:
        return [*_subproof(leaves[:middle], first, whole=whole), root_of(leaves[middle:])]
    return [*_subproof(leaves[middle:], first - middle, whole=False), root_of(leaves[:middle])]


def _lengths(index: int, size: int) -> tuple[int, int]:
    """Return how many steps of a leaf's path have siblings on either side, and how many only on the left."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _check_shape(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        raise ProofError(f"the proof has {len(proof)} hashes and must have {expected}")
    if any(len(step) != HASH_BYTES for step in proof):
        raise ProofError(f"every hash of a proof has {HASH_BYTES} bytes")


def _inner(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    for level, step in enumerate(proof):
        seed = node_hash(step, seed) if index >> level & 1 else node_hash(seed, step)
    return seed


def _left_only(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    for level, step in enumerate(proof):
        if index >> level & 1:
            seed = node_hash(step, seed)
    return seed


def _border(seed: bytes, proof: Sequence[bytes]) -> bytes:
    for step in proof:
        seed = node_hash(step, seed)
    return seed


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with this hash stands at `index` in the tree with this size and root.

    Raises:
        ProofError: it does not follow.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a tree of {size}")
    inner, border = _lengths(index, size)
    _check_shape(proof, inner + border)
    if _border(_inner(leaf, proof[:inner], index), proof[inner:]) != root:
        raise ProofError(f"entry {index} is not in the tree with this root")


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `second` entries begins with the tree of `first` entries.

    Raises:
        ProofError: it does not follow.
    """
    if not 0 <= first <= second:
        raise ProofError(f"a tree of {second} never had {first} entries")
    if first in (0, second):
        _check_shape(proof, 0)
        if first_root != (second_root if first == second else EMPTY_ROOT):
            raise ProofError("the two roots are not of one tree")
        return
    inner, border = _lengths(first - 1, second)
    # The old tree's last perfect subtree is where both paths meet. Unless it is the whole old tree, whose root
    # is known, the proof begins with it.
    shift = (first & -first).bit_length() - 1
    inner -= shift
    start = 0 if first == 1 << shift else 1
    _check_shape(proof, start + inner + border)
    seed = proof[0] if start else first_root
    steps, index = proof[start:], first - 1 >> shift
    if _border(_left_only(seed, steps[:inner], index), steps[inner:]) != first_root:
        raise ProofError("the proof does not lead to the older root")
    if _border(_inner(seed, steps[:inner], index), steps[inner:]) != second_root:
        raise ProofError("the proof does not lead to the newer root")
