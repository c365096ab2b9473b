"""A record laid out as tiles is checked in one pass, and the first thing that is not as it must be is named."""

from collections.abc import Callable

import pytest

from gardefou.ledger.check import check_tiles, checked_runs
from gardefou.ledger.errors import ProofError
from gardefou.ledger.tiles import WIDTH, Tile, bundle, perfect_root, tiles_of
from gardefou.ledger.tree import leaf_hash, root_of


def laid_out(entries: list[bytes]) -> dict[Tile, bytes]:
    """Return the tiles and bundles over these entries."""
    found: dict[Tile, bytes] = {}
    hashes = [leaf_hash(one) for one in entries]
    below: dict[int, list[bytes]] = {0: hashes}
    for tile in tiles_of(len(entries)):
        level = tile.level or 0
        if level not in below:
            under = below[level - 1]
            below[level] = [
                perfect_root(under[at : at + WIDTH]) for at in range(0, len(under) - len(under) % WIDTH, WIDTH)
            ]
        part = slice(tile.index * WIDTH, tile.index * WIDTH + tile.width)
        found[tile] = b"".join(below[level][part])
        if level == 0:
            found[Tile(level=None, index=tile.index, width=tile.width)] = bundle(entries[part])
    return found


def entries_of(size: int) -> list[bytes]:
    """Return so many different entries."""
    return [b"entry %d" % number for number in range(size)]


def reading(tiles: dict[Tile, bytes]) -> Callable[[Tile], bytes]:
    """Return what reads these tiles and no others."""
    return tiles.__getitem__


@pytest.mark.promise(14)
@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 70_000])
def test_a_record_of_any_size_adds_up_and_every_entry_is_seen(size: int) -> None:
    entries = entries_of(size)
    tiles, root = laid_out(entries), root_of(leaf_hash(one) for one in entries)
    told: list[tuple[int, int]] = []
    check_tiles(reading(tiles), size, root, lambda done, total: told.append((done, total)))
    assert [one for run in checked_runs(reading(tiles), size, root) for one in run.entries] == entries
    assert (told[-1] if told else (0, 0)) == (size, size)


@pytest.mark.promise(14)
def test_no_changed_byte_of_any_tile_or_entry_passes() -> None:
    entries = entries_of(600)
    tiles, root = laid_out(entries), root_of(leaf_hash(one) for one in entries)
    for tile, data in tiles.items():
        for at in range(0, len(data), 97):
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            with pytest.raises(ProofError, match=r"entry|tile"):
                check_tiles(reading({**tiles, tile: changed}), 600, root)


@pytest.mark.promise(14)
def test_the_first_changed_entry_is_named() -> None:
    entries = entries_of(600)
    tiles, root = laid_out(entries), root_of(leaf_hash(one) for one in entries)
    entries[300] = b"another"
    bad = Tile(level=None, index=1)
    tiles[bad] = bundle(entries[256:512])
    with pytest.raises(ProofError, match="entry 300 is not the one that tile/0/001 has the hash of"):
        check_tiles(reading(tiles), 600, root)


@pytest.mark.promise(14)
@pytest.mark.parametrize("change", ["put in", "taken out", "swapped"])
def test_a_record_laid_out_anew_does_not_add_up_to_the_root_that_was_signed(change: str) -> None:
    entries = entries_of(300)
    root = root_of(leaf_hash(one) for one in entries)
    match change:
        case "put in":
            entries = [*entries[:10], b"new", *entries[10:-1]]
        case "taken out":
            entries = [*entries[:10], *entries[11:], b"last"]
        case _:
            entries[10], entries[11] = entries[11], entries[10]
    with pytest.raises(ProofError, match="do not add up to the signed root"):
        check_tiles(reading(laid_out(entries)), 300, root)
