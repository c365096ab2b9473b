"""Fixtures of every test: a database of each kind, freshly migrated, and a clock that moves when told.

PostgreSQL is a real one that the suite starts itself, once per run, on a socket only; each test gets a copy of a
migrated template. SQLite gets a copy of a migrated file.
"""

import gc
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url

from gardefou.clock import Micros, SimulatedClock, from_iso
from gardefou.storage import Database, open_database
from gardefou.storage import engine as storage
from gardefou.storage.migrate import upgrade
from gardefou.words.language import speak
from tests.factories import copied
from tests.factories.longest_first import LongestFirst
from tests.factories.registered import make_alike

# How long an example takes is the machine's, and says nothing about what is tested.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

FULL = os.environ.get("FULL") == "1"

_MEMORY, _ENOUGH = Path("/dev/shm"), 4 * 1024**3  # noqa: S108  # each run makes a folder of its own there


def _scratch() -> str:
    """Return where what is thrown away is kept: in memory where there is room, since no test is about the disk."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        return str(_MEMORY)
    return tempfile.gettempdir()


SCRATCH = _scratch()
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", SCRATCH)


_COMPILED: dict[str, Engine] = {}


def _with_what_is_compiled(url: str, **options: Any) -> Engine:
    """Make an engine that finds compiled what an earlier one of this process has compiled for the same kind.

    Every test opens databases of its own, and would compile every statement again: more than running it costs.
    """
    engine = create_engine(url, query_cache_size=5000, **options)
    known = _COMPILED.setdefault(engine.dialect.name, engine)
    if known.dialect.server_version_info is None:  # That one never reached its database, and knows nothing of it.
        _COMPILED[engine.dialect.name] = engine
    elif known is not engine:
        # What is compiled is kept under its dialect, the very one.
        engine.dialect = engine.pool._dialect = known.dialect  # noqa: SLF001
        engine._compiled_cache = known._compiled_cache  # noqa: SLF001
    return engine


make_alike()
storage.create_engine = _with_what_is_compiled  # type: ignore[attr-defined, assignment]  # every test is to get it


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while all is imported, never again among what was, and seldom afterwards.

    Each application, each proof of a rulebook makes tens of thousands of things that are gone soon.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    """Let the longest files begin first, where files are what is handed out."""
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell a story in its own order, whatever the order of the rest; leave the long suites to FULL=1."""
    told = [item for item in items if item.get_closest_marker("in_order")]
    places = [place for place, item in enumerate(items) if item.get_closest_marker("in_order")]
    for place, item in zip(places, sorted(told, key=_place_in_its_story), strict=True):
        items[place] = item
    if FULL:
        return
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="long: run with FULL=1"))


def _place_in_its_story(item: pytest.Item) -> tuple[str, str, int]:
    """Return where a test stands: its file, the database it runs on, its line."""
    parameters = item.callspec.id.split("-")[0] if hasattr(item, "callspec") else ""
    return str(item.path), parameters, item.location[1] or 0


def _postgres_bin() -> Path:
    """Return the folder of the newest installed PostgreSQL server, 15 at least."""
    found = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if found:
        return found[-1]
    if on_path:
        return Path(on_path).parent
    pytest.exit("PostgreSQL 15 or newer is needed for the tests: apt-get install postgresql")


#: A server that is thrown away writes no more of its log than a crash of its own would need, and tidies up nothing.
_THROWN_AWAY = "".join(
    f" -c {setting}"
    for setting in (
        "full_page_writes=off",
        "synchronous_commit=off",
        "wal_level=minimal",
        "max_wal_senders=0",
        "autovacuum=off",
    )
)


class Cluster:
    """A PostgreSQL of our own, in a temporary folder, reached through a socket."""

    def __init__(self, folder: Path, *, durable: bool = False, segments: int = 16) -> None:
        """Make the folder and start the server; few tests need a power cut survived, benchmarks do.

        Args:
            folder: an empty one.
            durable: whether everything that is committed is on the disk.
            segments: how large each file of its log is, megabytes.
        """
        self.folder = folder
        self.bin = _postgres_bin()
        self._as: dict[str, object] = {}
        self._numbers = count()
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            self._as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o755)
        self._run(
            *("initdb", "--no-sync", "-A", "trust", "-U", "gardefou", "-E", "UTF8", "--locale=C", "-D", self.data),
            f"--wal-segsize={segments}",
        )
        self._options = f"-k {folder} -c listen_addresses='' -c max_connections=200"
        self._options += " -c fsync=on" if durable else f" -c fsync=off{_THROWN_AWAY}"
        self.start()
        # Some tests end the server and start it again.
        self._admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        copied.ADMINISTRATORS[str(folder)] = self._admin

    @property
    def data(self) -> str:
        """The data folder."""
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # type: ignore[call-overload]  # user and group come as a dictionary
            [self.bin / program, *arguments], cwd="/", check=True, stdout=subprocess.DEVNULL, **self._as
        )

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self._run("pg_ctl", "-w", "-D", self.data, "-o", self._options, "-l", str(self.folder / "log"), "start")

    def url(self, name: str) -> str:
        """Return the URL of a database in this cluster."""
        return f"postgresql+psycopg://gardefou@/{name}?host={self.folder}"

    def create(self, template: str | None = None, *, within: Path | None = None) -> str:
        """Make a database, empty or a copy, and return its name; where one is named, its tables lie in that folder."""
        name, folder = f"test_{next(self._numbers)}", str(self.folder)
        with self._admin.connect() as connection:
            if template is not None and within is None:
                copied.MADE_FROM[folder, name] = template
                if spare := copied.SPARE.get((folder, template)):
                    connection.exec_driver_sql(f"ALTER DATABASE {spare.pop()} RENAME TO {name}")
                    return name
            how = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
            if within is not None:
                os.chown(within, self._as.get("user", -1), self._as.get("group", -1))  # type: ignore[arg-type]  # numbers
                connection.exec_driver_sql(f"CREATE TABLESPACE of_{name} LOCATION '{within}'")
                how += f" TABLESPACE of_{name}"
            connection.exec_driver_sql(f"CREATE DATABASE {name}{how}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still in it."""
        copied.MADE_FROM.pop((str(self.folder), name), None)
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server at once."""
        copied.ADMINISTRATORS.pop(str(self.folder)).dispose()
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the whole run."""
    folder = Path(tempfile.mkdtemp(prefix="gardefou-pg-", dir=SCRATCH))
    server = Cluster(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster) -> str:
    """A migrated database to copy."""
    name = cluster.create()
    db = open_database(cluster.url(name))
    upgrade(db)
    db.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "gardefou.db"
    db = open_database(f"sqlite:///{path}")
    upgrade(db)
    db.close()  # The last connection to close folds the write-ahead log into the file.
    return path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Speak English at first, whatever the test before was told to speak."""
    with speak("en"):
        yield


MakeUrl = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh migrated database, once on each kind."""
    with fresh_database(request, str(request.param), tmp_path) as url:
        yield url


@contextmanager
def fresh_database(request: pytest.FixtureRequest, kind: str, folder: Path, *, of: str = "") -> Iterator[str]:
    """Give a fresh migrated database of one kind, and take it away afterwards.

    Args:
        request: of the fixture that asks.
        kind: `sqlite` or `postgresql`.
        folder: where a file can lie.
        of: the URL of another database, closed, to copy with all that is in it; empty for one with nothing in it.
    """
    if kind == "sqlite":
        target = folder / "gardefou.db"
        shutil.copy(of.removeprefix("sqlite:///") or request.getfixturevalue("sqlite_template"), target)
        yield f"sqlite:///{target}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create(make_url(of).database if of else request.getfixturevalue("postgres_template"))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A fresh migrated database, once on each kind."""
    database = open_database(database_url, node=1)
    yield database
    database.close()


@pytest.fixture
def clock() -> SimulatedClock:
    """The evening of the incident, before it."""
    return SimulatedClock(from_iso("2017-11-02T19:00:00Z"))


@pytest.fixture
def now(clock: SimulatedClock) -> Micros:
    """The clock's present."""
    return clock.now()
