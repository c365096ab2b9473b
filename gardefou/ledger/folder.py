"""The folder that outsiders read: the newest checkpoint, and the tiles under it, as C2SP tlog-tiles lays them out.

A file is whole or not there: it is written beside its place, forced to the disk and moved. The checkpoint comes last:
whatever it promises is there. One process at a time writes here.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gardefou.ledger.errors import TileMissingError
from gardefou.ledger.tiles import WIDTH, Tile, bundle, unbundle
from gardefou.ledger.tree import HASH_BYTES

CHECKPOINT = "checkpoint"
_LOCK = ".lock"
_LOST = "lost"


class LedgerFolder:
    """The record as files."""

    def __init__(self, path: Path) -> None:
        """Name it; nothing is made before something is written."""
        self.path = path

    @contextmanager
    def alone(self, *, wait: bool = False) -> Iterator[bool]:
        """Give whether this process is now the only one that writes here; the lock ends with the process too."""
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                got = True
            except BlockingIOError:
                got = False
            yield got
        finally:
            os.close(descriptor)

    def checkpoint(self) -> bytes | None:
        """Return the newest checkpoint, a signed note; None before the first."""
        with suppress(FileNotFoundError):
            return (self.path / CHECKPOINT).read_bytes()
        return None

    def put_aside(self, size: int) -> None:
        """Put everything that was published away, beside what is published from now on: another log begins here.

        Done again where it was cut short; the checkpoint goes last.
        """
        away = self.path / _LOST / str(size)
        away.mkdir(parents=True, exist_ok=True)
        for name in ("tile", CHECKPOINT):
            if (self.path / name).exists():
                (self.path / name).rename(away / name)
                self._force(away)

    def lost(self) -> list[bytes]:
        """Return the last checkpoint of each log that was put aside."""
        return [found.read_bytes() for found in sorted(self.path.glob(f"{_LOST}/*/{CHECKPOINT}"))]

    def written_at(self) -> int:
        """Return when the newest checkpoint was written, in microseconds; 0 before the first."""
        with suppress(FileNotFoundError):
            return (self.path / CHECKPOINT).stat().st_mtime_ns // 1000
        return 0

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
        self.replace(self.path / tile.path, data)

    def write_checkpoint(self, data: bytes) -> None:
        """Keep the newest checkpoint: from now on it is what outsiders see."""
        self.replace(self.path / CHECKPOINT, data)

    def drop_partial(self, tile: Tile) -> None:
        """Drop what a full tile holds in parts; `read` cuts them from it from now on."""
        shutil.rmtree(self.path / f"{tile.path}.p", ignore_errors=True)

    def sweep(self) -> None:
        """Drop what a process that died was about to move into its place; only for whoever is alone here."""
        for left in self.path.rglob("*.new"):
            left.unlink(missing_ok=True)

    def replace(self, path: Path, data: bytes) -> None:
        """Put a file where it belongs, whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)  # A full disk is not made fuller.
            raise
        self._force(path.parent)

    def _force(self, folder: Path) -> None:
        """Let the disk know of a file's new name, and of the folders that were made for it."""
        while True:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if folder == self.path or self.path not in folder.parents:
                return
            folder = folder.parent
