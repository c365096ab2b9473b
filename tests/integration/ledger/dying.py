"""A publisher that dies at one of its writes, as a power cut has it: a program of its own, ended without a word.

Run as `python dying.py URL FOLDER`. For each number of writes it publishes into a copy of the folder, FOLDER-N, in a
child process that ends itself there; the last child lives to the end. Each child's fate is a line of the output.
"""

import os
import shutil
import sys
from pathlib import Path

from gardefou.ledger.folder import LedgerFolder
from gardefou.ledger.note import ED25519, SecretKey
from gardefou.ledger.publish import publish
from gardefou.ledger.tiles import Tile
from gardefou.storage import open_database

KEY = SecretKey(name="house.example/ledger", kind=ED25519, seed=bytes(range(32)))
DIED = 9


class DyingFolder(LedgerFolder):
    """Writes what a real one writes, and dies at the n-th thing it does to the disk: before, half way or after."""

    def __init__(self, path: Path, lives: int) -> None:
        """Prepare to do so many things and no more."""
        super().__init__(path)
        self._left = lives

    def _live(self) -> None:
        if self._left == 0:
            os._exit(DIED)
        self._left -= 1

    def replace(self, path: Path, data: bytes) -> None:
        """Put a file where it belongs, unless it is time."""
        self._live()
        if self._left == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(f"{path.name}.{os.getpid()}.new").write_bytes(data[: len(data) // 2])
        self._live()
        super().replace(path, data)
        self._live()

    def drop_partial(self, tile: Tile) -> None:
        """Drop what a full tile holds in parts, unless it is time."""
        self._live()
        super().drop_partial(tile)


def main(url: str, folder: Path) -> None:
    """Publish with one life more each time, until a child lives."""
    lives, code = 0, DIED
    while code == DIED:
        copy = folder.with_name(f"{folder.name}-{lives}")
        shutil.copytree(folder, copy)
        child = os.fork()
        if not child:
            db = open_database(url)
            with db.reading() as tx:
                publish(tx, folder=DyingFolder(copy, lives), signer=KEY)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()
        lives += 1


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
