"""The tree of RFC 6962, against answers known elsewhere and against itself."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.ledger.errors import HeadError, ProofError
from gardefou.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

#: The leaves and roots of transparency-dev/merkle's own tests.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "tree.json").read_text())


@pytest.mark.promise(14)
@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_transparency_dev(size: int) -> None:
    assert root_of(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.promise(14)
def test_our_vectors_still_hold() -> None:
    """Anybody's verifier must accept these proofs; `tests/vectors/build.py` rebuilds them."""
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
    roots = [bytes.fromhex(root) for root in VECTORS["roots"]]
    assert roots == [root_of(hashes[:size]) for size in range(len(hashes) + 1)]
    for case in VECTORS["inclusion"]:
        proof = [bytes.fromhex(step) for step in case["proof"]]
        assert proof == inclusion_proof(hashes[: case["size"]], case["index"])
        verify_inclusion(
            leaf=hashes[case["index"]],
            index=case["index"],
            size=case["size"],
            proof=proof,
            root=roots[case["size"]],
        )
    for case in VECTORS["consistency"]:
        proof = [bytes.fromhex(step) for step in case["proof"]]
        assert proof == consistency_proof(hashes[: case["second"]], case["first"])
        verify_consistency(
            first=case["first"],
            second=case["second"],
            first_root=roots[case["first"]],
            second_root=roots[case["second"]],
            proof=proof,
        )


sizes = st.integers(1, 70)


def hashes_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def flipped(data: bytes, bit: int) -> bytes:
    bit %= len(data) * 8
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(data))


@given(size=sizes, index=st.integers(0, 69))
def test_every_leaf_is_proved_to_be_in(size: int, index: int) -> None:
    hashes, index = hashes_of(size), index % size
    proof = inclusion_proof(hashes, index)
    verify_inclusion(leaf=hashes[index], index=index, size=size, proof=proof, root=root_of(hashes))


@given(size=sizes, index=st.integers(0, 69), step=st.integers(0, 20), bit=st.integers(0, 255))
def test_any_flipped_bit_breaks_an_inclusion_proof(size: int, index: int, step: int, bit: int) -> None:
    hashes, index = hashes_of(size), index % size
    parts = [hashes[index], root_of(hashes), *inclusion_proof(hashes, index)]
    parts[step % len(parts)] = flipped(parts[step % len(parts)], bit)
    leaf, root, *proof = parts
    with pytest.raises(ProofError, match="not in the tree"):
        verify_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=root)


@given(size=st.integers(2, 70), index=st.integers(0, 69), other=st.integers(0, 69))
def test_a_proof_for_one_place_proves_no_other(size: int, index: int, other: int) -> None:
    hashes, index, other = hashes_of(size), index % size, other % size
    proof = inclusion_proof(hashes, index)
    if index == other:
        verify_inclusion(leaf=hashes[index], index=other, size=size, proof=proof, root=root_of(hashes))
    else:
        with pytest.raises(ProofError, match=r"not in the tree|must have"):
            verify_inclusion(leaf=hashes[index], index=other, size=size, proof=proof, root=root_of(hashes))


@given(size=sizes, first=st.integers(0, 70))
def test_any_prefix_is_consistent_with_its_extension(size: int, first: int) -> None:
    hashes, first = hashes_of(size), first % (size + 1)
    verify_consistency(
        first=first,
        second=size,
        first_root=root_of(hashes[:first]),
        second_root=root_of(hashes),
        proof=consistency_proof(hashes, first),
    )


@given(size=sizes, first=st.integers(0, 70), step=st.integers(0, 20), bit=st.integers(0, 255))
def test_any_flipped_bit_breaks_a_consistency_proof(size: int, first: int, step: int, bit: int) -> None:
    hashes, first = hashes_of(size), 1 + first % size
    parts = [root_of(hashes[:first]), root_of(hashes), *consistency_proof(hashes, first)]
    parts[step % len(parts)] = flipped(parts[step % len(parts)], bit)
    first_root, second_root, *proof = parts
    with pytest.raises(ProofError, match="root"):
        verify_consistency(first=first, second=size, first_root=first_root, second_root=second_root, proof=proof)


@given(size=sizes, first=st.integers(0, 70), changed=st.integers(0, 69))
def test_a_rewritten_past_is_not_consistent(size: int, first: int, changed: int) -> None:
    hashes, first = hashes_of(size), 1 + first % size
    rewritten = list(hashes)
    rewritten[changed % first] = leaf_hash(b"it was never so")
    with pytest.raises(ProofError, match="root"):
        verify_consistency(
            first=first,
            second=size,
            first_root=root_of(hashes[:first]),
            second_root=root_of(rewritten),
            proof=consistency_proof(rewritten, first),
        )


@given(size=sizes, index=st.integers(0, 69), more=st.sampled_from([-1, 1, 2]))
def test_a_proof_of_the_wrong_length_is_refused_before_its_hashes_are_looked_at(
    size: int, index: int, more: int
) -> None:
    hashes, index = hashes_of(size), index % size
    root, older = root_of(hashes), root_of(hashes[: index + 1])

    def wrong(proof: list[bytes]) -> list[bytes]:
        return proof[:more] if more < 0 else [*proof, *[EMPTY_ROOT] * more]

    inclusion, consistency = inclusion_proof(hashes, index), consistency_proof(hashes, index + 1)
    if inclusion or more > 0:
        with pytest.raises(ProofError, match="must have"):
            verify_inclusion(leaf=hashes[index], index=index, size=size, proof=wrong(inclusion), root=root)
    if consistency or more > 0:
        with pytest.raises(ProofError, match="must have"):
            verify_consistency(
                first=index + 1, second=size, first_root=older, second_root=root, proof=wrong(consistency)
            )


def test_a_hash_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ProofError, match="32 bytes"):
        verify_inclusion(leaf=HASHES[0], index=0, size=2, proof=[HASHES[1] + b"\0"], root=root_of(HASHES[:2]))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_what_is_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="no entry"):
        verify_inclusion(leaf=HASHES[0], index=index, size=size, proof=[], root=EMPTY_ROOT)
    with pytest.raises(ProofError, match="no entry"):
        inclusion_proof(HASHES[:size], index)


def test_a_tree_never_had_more_entries_than_it_has() -> None:
    with pytest.raises(ProofError, match="never had 4"):
        consistency_proof(HASHES[:3], 4)
    with pytest.raises(ProofError, match="never had 4"):
        verify_consistency(first=4, second=3, first_root=EMPTY_ROOT, second_root=EMPTY_ROOT, proof=[])


def test_the_empty_tree_has_one_root_only() -> None:
    with pytest.raises(ProofError, match="not of one tree"):
        verify_consistency(first=0, second=3, first_root=HASHES[0], second_root=root_of(HASHES[:3]), proof=[])


@given(size=st.integers(0, 70))
def test_the_edge_survives_its_bytes(size: int) -> None:
    frontier = Frontier()
    for leaf in hashes_of(size):
        frontier = frontier.append(leaf)
    again = Frontier.from_bytes(frontier.size, frontier.to_bytes())
    assert again == frontier
    assert again.append(HASHES[0]).root == root_of([*hashes_of(size), HASHES[0]])


@pytest.mark.parametrize(("size", "length"), [(3, 32), (2, 64), (0, 32), (-1, 32)])
def test_an_edge_of_the_wrong_length_is_refused(size: int, length: int) -> None:
    with pytest.raises(HeadError, match="does not have an edge"):
        Frontier.from_bytes(size, bytes(length))
