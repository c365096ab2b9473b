"""Tiles computed as entries stream by are those a tree of that size has, and add up to its root."""

import pytest

from gardefou.ledger.laid import hash_tiles
from gardefou.ledger.tiles import Tile, TileTree, read_path, tiles_of
from gardefou.ledger.tree import leaf_hash, root_of

#: Up to the third level.
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(66_000)]


@pytest.mark.promise(14)
@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 66_000])
def test_a_tree_is_laid_down_in_its_own_tiles(size: int) -> None:
    made = dict(hash_tiles(LEAVES[:size]))
    assert set(made) == set(tiles_of(size))
    assert TileTree(size, made.__getitem__).root() == root_of(LEAVES[:size])


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    ("since", "size"),
    [(1, 2), (1, 256), (255, 513), (256, 256), (256, 257), (511, 512), (65_535, 65_537), (700, 66_000)],
)
def test_what_is_added_to_an_earlier_tree_is_what_is_new_of_the_later(since: int, size: int) -> None:
    before, whole = dict(hash_tiles(LEAVES[:since])), dict(hash_tiles(LEAVES[:size]))

    def read(tile: Tile) -> bytes:
        return before[tile]

    more = dict(hash_tiles(LEAVES[since // 256 * 256 : size], since=since, read=read))
    assert set(more) == set(tiles_of(size, since=since))
    assert all(whole[tile] == data for tile, data in more.items())


@pytest.mark.promise(14)
@pytest.mark.parametrize(
    "path",
    [
        "tile/0/" + "x000/" * 200_000 + "000",
        "tile/0/" + "9" * 1_000_000,
        "x" * 1_000_000,
        "tile/0/000.p/" + "9" * 100_000,
    ],
    ids=["groups", "digits", "letters", "width"],
)
def test_a_megabyte_of_path_names_no_tile(path: str) -> None:
    assert read_path(path) is None


def test_a_path_is_read_in_its_one_spelling() -> None:
    last = Tile(level=None, index=2**55)
    assert read_path(last.path) == last
