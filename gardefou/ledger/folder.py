"""The folder that outsiders read: the newest checkpoint, and the tiles under it, as C2SP tlog-tiles lays them out.

A file is whole or not there: it is written beside its place, forced to the disk and moved. The checkpoint comes last:
whatever it promises is there.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gardefou.ledger.errors import TileMissingError
from gardefou.ledger.tiles import WIDTH, Tile, bundle, unbundle
from gardefou.ledger.tree import HASH_BYTES

CHECKPOINT = "checkpoint"
_LOCK = ".lock"


class LedgerFolder:
    """The record as files."""

    def __init__(self, path: Path) -> None:
        """Name it; nothing is made before something is written."""
        self.path = path

    def checkpoint(self) -> bytes | None:
        """Return the newest checkpoint, a signed note; None before the first."""
        with suppress(FileNotFoundError):
            return (self.path / CHECKPOINT).read_bytes()
        return None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep every other writer of this folder waiting, in whatever process, until the block ends.

        It is held by the open file, so a writer that is killed lets go of it. It is not held twice by one writer.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self, tile: Tile) -> bytes:
        """Return a tile or a bundle; a partial one is cut from a wider one where it is there no more.

        Raises:
            TileMissingError: neither is there.
        """
        try:
            return (self.path / tile.path).read_bytes()
        except FileNotFoundError:
            pass
        try:
            whole = (self.path / Tile(level=tile.level, index=tile.index).path).read_bytes()
        except FileNotFoundError:
            raise TileMissingError(f"{tile.path} is not in {self.path}") from None
        if tile.level is None:
            return bundle(unbundle(whole, WIDTH)[: tile.width])
        return whole[: tile.width * HASH_BYTES]

    def write(self, tile: Tile, data: bytes) -> None:
        """Keep a tile or a bundle."""
        _replace(self.path / tile.path, data)

    def write_checkpoint(self, data: bytes) -> None:
        """Keep the newest checkpoint: from now on it is what outsiders see."""
        _replace(self.path / CHECKPOINT, data)


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _force(path.parent)


def _force(folder: Path) -> None:
    """Let the disk know of a file's new name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
