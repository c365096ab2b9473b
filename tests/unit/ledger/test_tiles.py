"""Tiles: their names, which a tree has, bundles, and proofs read from them."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardefou.ledger.errors import ProofError
from gardefou.ledger.tiles import WIDTH, Tile, TileTree, bundle, bundles_of, read_path, tiles_of, unbundle
from gardefou.ledger.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.factories.published import some_entries, tiles_over, tree_over

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "tiles.json").read_text("utf-8"))
ENTRIES = some_entries(1_100)
HASHES = [leaf_hash(one) for one in ENTRIES]
TILES = tiles_over(ENTRIES[:700])


@pytest.mark.promise(14)
@pytest.mark.parametrize("tree", VECTORS["trees"], ids=lambda tree: str(tree["size"]))
def test_a_tree_has_the_tiles_of_the_specification(tree: dict[str, object]) -> None:
    """At 70,000: 273 full ones and one of 112, one full and one of 17 above, one of 1 on top."""
    size = tree["size"]
    assert isinstance(size, int)
    if size > 70_000:
        return  # Too many to list here; its names are below.
    counted: dict[int, list[int]] = {}
    for tile in tiles_of(size):
        level = counted.setdefault(tile.level or 0, [0, 0])
        level[0] += tile.width == WIDTH
        level[1] += tile.width % WIDTH
    assert [[level, *widths] for level, widths in counted.items()] == tree["levels"]
    made = {tile.path for tile in tiles_of(size)}
    assert made >= set(tree["first_last_and_partial"])  # type: ignore[call-overload]  # It is a list of names.
    assert [one.path.replace("entries", "0") for one in bundles_of(size)] == [
        one.path for one in tiles_of(size) if one.level == 0
    ]


@pytest.mark.promise(14)
def test_names_are_those_of_the_specification() -> None:
    for number, name in VECTORS["names"]:
        for level, word in ((None, "entries"), (0, "0"), (5, "5")):
            tile = Tile(level=level, index=number)
            assert tile.path == f"tile/{word}/{name}"
            assert read_path(tile.path) == tile
            assert read_path(f"{tile.path}.p/7") == Tile(level=level, index=number, width=7)
    assert Tile(level=0, index=1_234_067).path == "tile/0/x001/x234/067"
    for tree in VECTORS["trees"]:
        assert all(read_path(name) is not None for name in tree["first_last_and_partial"])


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "checkpoint",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/00",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/1000",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile//000",
        "tile/entry/000",
        "tile/0/../../checkpoint",
        "tile/0/..%2f000",
        "tile/0/\u0660\u0660\u0660",
        "tile/data/000",
        "tile/8/0/000",
        "tile/0/" + "x123/" * 2_000 + "456",
    ],
)
def test_what_is_no_name_of_a_tile_is_none(wrong: str) -> None:
    assert read_path(wrong) is None


@given(level=st.none() | st.integers(0, 63), index=st.integers(0, 2**63 // 256), width=st.integers(1, 256))
def test_every_name_is_read_back(level: int | None, index: int, width: int) -> None:
    tile = Tile(level=level, index=index, width=width)
    assert read_path(tile.path) == tile


@given(path=st.text("tile/enrs0123456789x.p\n") | st.text())
def test_a_name_has_one_spelling(path: str) -> None:
    tile = read_path(f"tile/{path}")
    assert tile is None or tile.path == f"tile/{path}"


@given(since=st.integers(0, 70_000), more=st.integers(0, 700))
def test_what_is_new_and_what_was_there_are_all_there_is(since: int, more: int) -> None:
    """A full tile is never laid down twice, and whatever a tree needs was new at some size."""
    size = since + more
    new, before, all_of_it = set(tiles_of(size, since=since)), set(tiles_of(since)), set(tiles_of(size))
    assert all_of_it <= new | before
    assert new <= all_of_it
    assert not new & before
    assert {one for one in before if one.width == WIDTH} <= all_of_it
    assert all(one.end <= size for one in all_of_it)


@settings(max_examples=40)
@given(size=st.integers(1, len(ENTRIES)), first=st.integers(0, len(ENTRIES)), index=st.integers(0, len(ENTRIES)))
def test_proofs_read_from_tiles_are_those_of_the_tree(size: int, first: int, index: int) -> None:
    first, index = first % (size + 1), index % size
    tree = tree_over(ENTRIES[:size])
    hashes = HASHES[:size]
    assert tree.root() == root_of(hashes)
    assert tree.leaf(index) == hashes[index]
    assert tree.inclusion_proof(index) == inclusion_proof(hashes, index)
    assert tree.consistency_proof(first) == consistency_proof(hashes, first)


def test_an_empty_tree_has_no_tiles() -> None:
    tree = TileTree(0, lambda tile: pytest.fail(f"{tile} was read"))
    assert tree.root() == EMPTY_ROOT
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize("index", [-1, 300, 512, 10**9])
def test_there_is_nothing_outside_the_tree(index: int) -> None:
    tree = tree_over(ENTRIES[:300])
    with pytest.raises(ProofError, match=r"."):
        tree.leaf(index)
    with pytest.raises(ProofError, match="no entry"):
        tree.inclusion_proof(index)
    with pytest.raises(ProofError, match=r"."):
        tree.range_root(index, index + 1)
    with pytest.raises(ProofError, match="never had"):
        tree.consistency_proof(301)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (1, 3), (-4, 0), (0, 301), (4, 12)])
def test_a_part_that_no_tree_is_divided_into_is_refused(start: int, end: int) -> None:
    with pytest.raises(ProofError, match=r"."):
        tree_over(ENTRIES[:300]).range_root(start, end)


@pytest.mark.promise(14)
@settings(max_examples=60)
@given(data=st.data())
def test_any_changed_byte_of_a_tile_is_seen_by_whoever_holds_the_root(data: st.DataObject) -> None:
    size, good = 700, TILES
    assert believed(TileTree(size, good.__getitem__), 3, root_of(HASHES[:size]))
    tile = data.draw(st.sampled_from([one for one in good if one.level is not None]))
    wrong = bytearray(good[tile])
    place = data.draw(st.integers(0, len(wrong) - 1))
    wrong[place] ^= data.draw(st.integers(1, 255))
    tree = TileTree(size, {**good, tile: bytes(wrong)}.__getitem__)
    index = (tile.index * WIDTH + place // 32) << 8 * (tile.level or 0)
    beside = index ^ (1 << 8 * (tile.level or 0))  # Its proof runs through what was changed.
    root = root_of(HASHES[:size])
    assert not all(believed(tree, one, root) for one in (index, beside) if one < size)


def believed(tree: TileTree, index: int, root: bytes) -> bool:
    """Return whether what is read from tiles proves an entry to somebody who holds the root."""
    try:
        proof, leaf = tree.inclusion_proof(index), tree.leaf(index)
        verify_inclusion(leaf=leaf, index=index, size=tree.size, proof=proof, root=root)
    except ProofError:
        return False
    return True


@settings(max_examples=30)
@given(first=st.integers(1, 699), change=st.integers(0, 699))
def test_a_rewritten_past_has_no_proof_from_any_tiles(first: int, change: int) -> None:
    rewritten = list(ENTRIES[:700])
    rewritten[change % first] = ENTRIES[-1]
    tree, roots = tree_over(rewritten), (root_of(HASHES[:first]), root_of(leaf_hash(one) for one in rewritten))
    assert tree.root() == roots[1]
    with pytest.raises(ProofError, match="root"):
        verify_consistency(
            first=first, second=700, first_root=roots[0], second_root=roots[1], proof=tree.consistency_proof(first)
        )


@given(cut=st.integers(1, 31) | st.sampled_from([32, 64]), longer=st.booleans())
def test_a_tile_of_another_length_is_refused(cut: int, longer: bool) -> None:  # noqa: FBT001  # Hypothesis gives it.
    good = tiles_over(ENTRIES[:300])
    tile = Tile(level=0, index=1, width=44)
    wrong = good[tile] + bytes(cut) if longer else good[tile][:-cut]
    with pytest.raises(ProofError, match="a tile of 44 hashes has 1408 bytes"):
        TileTree(300, {**good, tile: wrong}.__getitem__).root()


entries = st.lists(st.binary(max_size=40), max_size=20)


@given(entries=entries)
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    assert unbundle(bundle(entries), len(entries)) == entries


def test_an_entry_of_65535_bytes_fits_and_one_more_does_not() -> None:
    assert unbundle(bundle([bytes(65_535), b""]), 2) == [bytes(65_535), b""]
    with pytest.raises(ProofError, match="at most 65535"):
        bundle([bytes(65_536)])


@given(entries=entries, cut=st.integers(1, 10), more=st.binary(min_size=1, max_size=4))
def test_a_bundle_cut_or_with_something_behind_is_refused(entries: list[bytes], cut: int, more: bytes) -> None:
    data = bundle(entries)
    for wrong in (data + more, data[:-cut]):
        if wrong == data:
            continue
        with pytest.raises(ProofError, match="bundle"):
            unbundle(wrong, len(entries))


@given(data=st.binary(max_size=200), width=st.integers(0, 256))
def test_no_bytes_of_a_bundle_end_in_another_error(data: bytes, width: int) -> None:
    with suppress(ProofError):
        assert bundle(unbundle(data, width)) == data
