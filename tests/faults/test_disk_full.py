"""The disk is full: nothing is answered with success that is not there, who asks is told why, and room heals it.

In short form the processes that write are told by the system that no file may grow beyond a size, which anybody may do
to their own processes, and which PostgreSQL and SQLite meet as they meet a disk without room, at the same calls. With
FULL=1, and where this process may mount one, the tables also lie on a real file system of a few megabytes that is
really full; PostgreSQL's log does not, for a PostgreSQL without room for its log ends by itself, which is another test.
"""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import httpx
import pytest

from gardefou.app.logs import BUGS
from gardefou.desk.session import COOKIE
from gardefou.storage.outage import Outage
from tests.factories.killed import killable
from tests.factories.struck import Struck, handle
from tests.factories.tallied import tally
from tests.factories.uploads import Upload
from tests.faults.conftest import Build

#: Beyond this no file may grow, bytes: larger than PostgreSQL's files of log, and smaller than some thousand reports.
LARGEST = {"postgresql": 2 * 1024 * 1024, "sqlite": 64 * 1024}
#: So many uploads of so many lines are more than there is room for.
UPLOADS, LINES = 12, 2_000
RECOVERS_WITHIN = 30.0


class Limited:
    """No file of the processes that write may grow."""

    def __init__(self, struck: Struck) -> None:
        """Know which."""
        self._struck = struck

    def fill(self) -> None:
        """Leave no room."""
        self._allow(LARGEST["postgresql" if self._struck.server else "sqlite"])

    def make_room(self) -> None:
        """Leave all the room there is."""
        self._allow(None)

    def _allow(self, largest: int | None) -> None:
        if self._struck.server is not None:
            self._struck.server.limit_files(largest)
            return
        one = self._struck.processes.running["serve"]
        _soft, hard = resource.prlimit(one, resource.RLIMIT_FSIZE)
        resource.prlimit(one, resource.RLIMIT_FSIZE, (hard if largest is None else largest, hard))


class Small:
    """A real file system of a few megabytes, with something large in it that can be taken away."""

    def __init__(self, folder: Path) -> None:
        """Know where it is."""
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no room."""
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                return

    def make_room(self) -> None:
        """Leave half of it."""
        self._ballast.unlink()


@contextmanager
def small_file_system(megabytes: int) -> Iterator[Path]:
    """Mount a file system of a few megabytes."""
    folder = Path(mkdtemp(prefix="gardefou-full-", dir="/tmp"))  # a folder of its own
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
        rmtree(folder)
        pytest.skip("this process may mount no file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        rmtree(folder)


def goes_through_a_full_disk(struck: Struck, fill: Callable[[], None], make_room: Callable[[], None]) -> None:
    """Fill the disk while reports come in, and make room again."""
    with struck.storm(connections=6) as storm:
        storm.more()
        fill()
        uploads: list[Upload] = []
        answer = httpx.Response(200)
        while answer.is_success and len(uploads) < UPLOADS:
            uploads.append(Upload(struck, LINES))
            answer = uploads[-1].send()
        assert answer.status_code == 503
        assert answer.json()["code"] == Outage.FULL
        assert "no room left" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
        assert uploads[-1].there == 0
        read = [
            httpx.get(f"{struck.processes.url}{path}", headers={"cookie": f"{COOKIE}={struck.session}"}, timeout=20)
            for path in (f"/@{handle(0)}", "/desk", "/health")
        ]
        assert [one.status_code for one in read] == [200] * len(read)
        make_room()
        storm.more(within=RECOVERS_WITHIN)
        uploads[-1].sent_again_is_there_once()
    assert storm.hung == []
    assert storm.without_a_word == 0
    assert set(storm.answers) <= {200, 503}
    with struck.opened() as db:
        assert tally(db, storm) == []
    assert not (struck.processes.folder / BUGS).exists()


@pytest.mark.promise(17)
@pytest.mark.promise(20)
def test_without_room_nothing_is_acknowledged_and_with_room_all_goes_on(struck: Struck) -> None:
    limited = Limited(struck)
    goes_through_a_full_disk(struck, limited.fill, limited.make_room)


@pytest.mark.full
@pytest.mark.promise(17)
@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_on_a_full_file_system_nothing_is_acknowledged_and_with_room_all_goes_on(kind: str, build: Build) -> None:
    # A server of its own: without what lies there it would never start again.
    with small_file_system(64) as folder, killable() if kind == "postgresql" else nullcontext() as server:
        struck = build(server, within=folder)
        small = Small(folder)
        goes_through_a_full_disk(struck, small.fill, small.make_room)
        struck.processes.kill()
