"""Rebuild our vectors: `python tests/vectors/build.py`. Each file is a second opinion and not an echo of `gardefou`.

`tree.json`: proofs over the leaves that transparency-dev/merkle tests with, by the definitions of RFC 6962 §2.1.
`mutations.json`: what none may believe, each proof of that project's tests changed in the ways its tests change it, and
in a few more.
`notes.json`: the signed note of the documentation of Go's `x/mod/sumdb/note`, as it is printed there; and a checkpoint
of ours under a log's and a witness's signature, by C2SP signed-note, tlog-checkpoint and tlog-cosignature.
`tiles.json`: which tiles trees have, and what they are called, by C2SP tlog-tiles.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).parent
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


def tree() -> dict[str, Any]:
    """Return every root and proof over the eight leaves."""
    sizes = range(1, len(DATA) + 1)
    return {
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


#: Some hash or other, and the root of the empty tree.
SOME, EMPTY = sha256(b"some hash or other").digest(), sha256(b"").digest()
#: The proofs that transparency-dev/merkle changes: leaf (from 0) and size; older and newer size.
INCLUDED = ((0, 1), (0, 8), (5, 8), (2, 3), (1, 5))
CONSISTENT = ((1, 1), (1, 8), (6, 8), (2, 5), (6, 7))


def changed_lists(proof: list[bytes], others: dict[str, bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Yield a list of hashes with something added, taken away, doubled, moved or flipped."""
    for name, other in {"nothing": b"", "some hash": SOME, **others}.items():
        yield f"{name} behind", [*proof, other]
        yield f"{name} in front", [other, *proof]
    if proof:
        yield "no proof at all", []
        yield "the last taken away", proof[:-1]
        yield "the first taken away", proof[1:]
        yield "the first in front again", [proof[0], *proof]
        yield "the last behind again", [*proof, proof[-1]]
    if len(proof) > 1:
        yield "one put in behind the first", [proof[0], SOME, *proof[1:]]
        yield "one put in before the last", [*proof[:-1], SOME, proof[-1]]
        yield "the first two changed places", [proof[1], proof[0], *proof[2:]]
        yield "turned round", proof[::-1]
    for place, step in enumerate(proof):
        yield f"hash {place} with a bit flipped", [*proof[:place], bytes([step[0] ^ 8]) + step[1:], *proof[place + 1 :]]
        yield f"hash {place} cut", [*proof[:place], step[:-1], *proof[place + 1 :]]
        yield f"hash {place} longer", [*proof[:place], step + b"\0", *proof[place + 1 :]]


def wrong_inclusion(index: int, size: int) -> Iterator[dict[str, Any]]:
    """Yield everything near a proof of inclusion that proves nothing."""
    good: dict[str, Any] = {
        "leaf": sha256(b"\x00" + DATA[index]).hexdigest(), "index": index, "size": size,
        "proof": hexes(path(index, DATA[:size])), "root": mth(DATA[:size]).hex(),
    }  # fmt: skip
    changes: dict[str, dict[str, Any]] = {
        "the index before": {"index": index - 1},
        "the index after": {"index": index + 1},
        "another index": {"index": index ^ 2},
        "twice the size": {"size": size * 2},
        "half the size": {"size": size // 2},
        "another leaf": {"leaf": SOME.hex()},
        "no hash for a leaf": {"leaf": b"WrongLeaf".hex()},
        "the empty root": {"root": EMPTY.hex()},
        "another root": {"root": SOME.hex()},
    }
    yield from ({**good, "how": how, **change} for how, change in changes.items())
    for how, steps in changed_lists(path(index, DATA[:size]), {"the root": mth(DATA[:size])}):
        yield {**good, "how": how, "proof": hexes(steps)}


def wrong_consistency(first: int, second: int) -> Iterator[dict[str, Any]]:
    """Yield everything near a proof of consistency that proves nothing."""
    one, two = mth(DATA[:first]), mth(DATA[:second])
    proof = subproof(first, DATA[:second], b=True)
    good = {
        "first": first, "second": second, "first_root": one.hex(), "second_root": two.hex(), "proof": hexes(proof),
    }  # fmt: skip
    changes: dict[str, dict[str, Any]] = {
        "the size before": {"first": first - 1},
        "the size after": {"first": first + 1},
        "another size": {"first": first ^ 2},
        "twice the newer size": {"second": second * 2},
        "half the newer size": {"second": second // 2},
        "another older root": {"first_root": SOME.hex()},
        "another newer root": {"second_root": SOME.hex()},
        "the roots changed places": {"first_root": two.hex(), "second_root": one.hex()},
    }
    yield from ({**good, "how": how, **change} for how, change in changes.items() if {**good, **change} != good)
    for how, steps in changed_lists(proof, {"the older root": one, "the newer root": two}):
        yield {**good, "how": how, "proof": hexes(steps)}


def mutations() -> dict[str, Any]:
    """Return what none may believe."""
    return {
        "inclusion": [wrong for index, size in INCLUDED for wrong in wrong_inclusion(index, size)],
        "consistency": [wrong for first, second in CONSISTENT for wrong in wrong_consistency(first, second)],
    }


class Key:
    """A key as C2SP signed-note writes it: `name+id+base64(type, public key)`."""

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        """Derive all that is written from a seed."""
        self.name, self.private = name, Ed25519PrivateKey.from_private_bytes(seed)
        typed = bytes([kind]) + self.private.public_key().public_bytes_raw()
        self.id = sha256(name.encode() + b"\x0a" + typed).digest()[:4]
        self.public = f"{name}+{self.id.hex()}+{b64encode(typed).decode()}"

    def line(self, signature: bytes) -> str:
        """Return a signature's line, with its newline."""
        return f"\u2014 {self.name} {b64encode(self.id + signature).decode()}\n"


def notes() -> dict[str, Any]:
    """Return the note of Go's documentation, and a checkpoint of ours under two signatures."""
    log, witness = Key("house.example/ledger", 1, bytes(range(32))), Key("witness.example/w1", 4, bytes(range(32, 64)))
    text = f"{log.name}\n{len(DATA)}\n{b64encode(mth(DATA)).decode()}\nan extension\n"
    seconds = 1_509_667_200
    message = b"cosignature/v1\n" + b"time " + str(seconds).encode() + b"\n" + text.encode()
    said = seconds.to_bytes(8, "big") + witness.private.sign(message)
    return {
        "go": {
            "secret": "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
            "key": "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "text": "If you think cryptography is the answer to your problem,\n"
            "then you don't know what your problem is.\n",
            "signature": "\u2014 PeterNeumann "
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
        },
        "ours": {
            "log": log.public,
            "log_seed": bytes(range(32)).hex(),
            "witness": witness.public,
            "witness_seed": bytes(range(32, 64)).hex(),
            "text": text,
            "seconds": seconds,
            "message": message.hex(),
            "note": text + "\n" + log.line(log.private.sign(text.encode())) + witness.line(said),
        },
    }


def name(number: int) -> str:
    """Return a tile's number in groups of three digits, all but the last behind an x."""
    digits = str(number)
    while len(digits) % 3:
        digits = "0" + digits
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*("x" + group for group in groups[:-1]), groups[-1]])


def levels(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield each level that a tree has, how many full tiles are in it, and how many hashes in the partial one."""
    level = 0
    while size // 256**level:
        count = size // 256**level
        yield level, count // 256, count % 256
        level += 1


def some_of(size: int) -> list[str]:
    """Return, of each level, the first full tile, the last full one and the partial one."""
    full = [f"tile/{level}/{name(n)}" for level, whole, _ in levels(size) for n in sorted({0, whole - 1}) if whole]
    return [*full, *(f"tile/{level}/{name(whole)}.p/{part}" for level, whole, part in levels(size) if part)]


def tiles() -> dict[str, Any]:
    """Return the tiles of some trees, and the names of some tiles."""
    return {
        "trees": [
            {"size": size, "levels": [list(one) for one in levels(size)], "first_last_and_partial": some_of(size)}
            for size in (1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000, 256**3)
        ],
        "names": [[number, name(number)] for number in (0, 5, 999, 1_000, 999_999, 1_000_000, 1_234_067, 2**55)],
    }


def main() -> None:
    """Write them beside this file."""
    for stem, made in {"tree": tree(), "mutations": mutations(), "notes": notes(), "tiles": tiles()}.items():
        (HERE / f"{stem}.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
