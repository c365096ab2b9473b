"""A house of real processes on a real disk, for tests in which something of it is taken away.

PostgreSQL is one of its own, durable, with fsync on: the suite's own is shared, and forgets everything when it dies.
By default all of it happens on PostgreSQL, which has more that can break; on SQLite with FULL=1.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from tests.factories.forked import Forks, forks
from tests.factories.killed import Killable, killable
from tests.factories.served_by_processes import Processes
from tests.factories.struck import Struck, founded

Build = Callable[..., Struck]


@pytest.fixture(scope="session")
def forked() -> Iterator[Forks]:
    """What starts the house's programs."""
    with forks() as found:
        yield found


@pytest.fixture(scope="session")
def on_disk() -> Iterator[Killable]:
    """A PostgreSQL that may be killed, for whoever takes nothing else away from it."""
    with killable() as server:
        yield server


@pytest.fixture(scope="session")
def build(forked: Forks) -> Iterator[Build]:
    """Build houses, each on a database of its own; the server of each runs."""
    built: list[Struck] = []

    def make(server: Killable | None, within: Path | None = None) -> Struck:
        folder = Path(mkdtemp(prefix="gardefou-struck-", dir="/tmp"))  # a disk, and no memory
        url = server.url(server.create(within=within)) if server else f"sqlite:///{(within or folder) / 'gardefou.db'}"
        made = founded(url, Processes(forks=forked, folder=folder, database=url), server)
        built.append(made)
        made.processes.start()
        return made

    yield make
    for one in built:
        one.processes.stop()
        rmtree(one.processes.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def on_postgresql(build: Build, on_disk: Killable) -> Struck:
    """A house on PostgreSQL."""
    return build(on_disk)


@pytest.fixture(scope="session")
def on_sqlite(build: Build) -> Struck:
    """A house on SQLite."""
    return build(None)


@pytest.fixture(params=["postgresql", pytest.param("sqlite", marks=pytest.mark.full)])
def struck(request: pytest.FixtureRequest) -> Iterator[Struck]:
    """A house on each kind of database, the same for all tests of a process."""
    found: Struck = request.getfixturevalue(f"on_{request.param}")
    yield found
    if "serve" not in found.processes.running:
        found.processes.start()
