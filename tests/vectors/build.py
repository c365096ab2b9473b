"""Rebuild our vectors: `python tests/vectors/build.py`. Proofs over the leaves that transparency-dev/merkle tests with.

The proofs are made here by the definitions of RFC 6962 §2.1, spelled as in the RFC and independently of `gardefou`, so
that the vectors are a second opinion and not an echo.
"""

import json
from hashlib import sha256
from itertools import combinations_with_replacement
from pathlib import Path

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
DATA = [bytes.fromhex(leaf) for leaf in LEAVES]


def split(size: int) -> int:
    """Return k, the largest power of two smaller than n."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def mth(data: list[bytes]) -> bytes:
    """MTH(D[n])."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(data) == 1:
        return []
    k = split(len(data))
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: list[bytes], *, b: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b)."""
    if m == len(data):
        return [] if b else [mth(data)]
    k = split(len(data))
    if m <= k:
        return [*subproof(m, data[:k], b=b), mth(data[k:])]
    return [*subproof(m - k, data[k:], b=False), mth(data[:k])]


def hexes(proof: list[bytes]) -> list[str]:
    """Return hashes as text."""
    return [step.hex() for step in proof]


def main() -> None:
    """Write `tree.json` beside this file."""
    sizes = range(1, len(DATA) + 1)
    vectors = {
        "leaves": LEAVES,
        "roots": [mth(DATA[:size]).hex() for size in range(len(DATA) + 1)],
        "inclusion": [
            {"index": index, "size": size, "proof": hexes(path(index, DATA[:size]))}
            for size in sizes
            for index in range(size)
        ],
        "consistency": [
            {"first": first, "second": second, "proof": hexes(subproof(first, DATA[:second], b=True))}
            for first, second in combinations_with_replacement(sizes, 2)
        ],
    }
    (Path(__file__).parent / "tree.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
