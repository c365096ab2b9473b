"""A PostgreSQL whose processes are killed, as a machine without memory or a hand at the wrong keyboard kills them."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp

from tests.conftest import Cluster

#: How long a server may take to come back, seconds.
COMES_BACK_WITHIN = 60.0


class Killable(Cluster):
    """A durable PostgreSQL, which is started again after whatever happened to it."""

    @property
    def postmaster(self) -> int:
        """The process that all the others come from."""
        return int(Path(self.data, "postmaster.pid").read_text("ascii").split("\n", 1)[0])

    def backends(self, database: str = "") -> list[int]:
        """Return the processes that serve connections; to one database, or to any."""
        found = [one for one in children(self.postmaster) if f"postgres: gardefou {database}" in name_of(one)]
        return [one for one in found if "autovacuum" not in name_of(one)]

    def kill_backend(self, chance: Random, database: str) -> bool:
        """Kill one connection's process: the server throws out everybody, and mends itself."""
        found = self.backends(database)
        if found:
            kill(chance.choice(found))
        return bool(found)

    def kill(self) -> None:
        """Kill the first process and all that came from it."""
        first = self.postmaster
        everybody = [first, *children(first)]
        for one in everybody:
            kill(one)
        wait_until_gone(everybody)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let all of it stand still, as where its disk hangs: it takes what it is sent, and answers nothing."""
        everybody = [self.postmaster, *children(self.postmaster)]
        for one in everybody:
            kill(one, signal.SIGSTOP)
        try:
            yield
        finally:
            for one in everybody:
                kill(one, signal.SIGCONT)

    def limit_files(self, largest: int | None) -> None:
        """Let no file grow beyond so many bytes, or any again: for those that serve now, and those that come."""
        allowed = "unlimited" if largest is None else str(largest)
        for one in (self.postmaster, *self.backends()):
            subprocess.run(  # type: ignore[call-overload]  # user and group come as a dictionary
                ["prlimit", "--pid", str(one), f"--fsize={allowed}:"],
                check=False,
                stderr=subprocess.DEVNULL,
                **self._as,
            )

    def start(self) -> None:
        """Start the server, however it ended."""
        until = time.monotonic() + COMES_BACK_WITHIN
        while True:
            try:
                return super().start()
            except subprocess.CalledProcessError:
                # What is left of the killed one may still hold its memory for a moment.
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


@contextmanager
def killable() -> Iterator[Killable]:
    """Run a PostgreSQL on a disk, and take it away afterwards."""
    folder = Path(mkdtemp(prefix="gardefou-faults-", dir="/tmp"))  # a disk, and no memory that looks like one
    server = Killable(folder, durable=True, segments=1)
    try:
        yield server
    finally:
        server.stop()
        rmtree(folder, ignore_errors=True)


def kill(number: int, how: int = signal.SIGKILL) -> None:
    """Send a signal to a process, if it is still there."""
    try:
        os.kill(number, how)
    except ProcessLookupError:
        return


def name_of(number: int) -> str:
    """Return what a process calls itself; empty once it is gone."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def children(number: int) -> list[int]:
    """Return the processes that came from one."""
    try:
        return [int(one) for one in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split()]
    except OSError:
        return []


def is_there(number: int) -> bool:
    """Return whether a process is there and does anything."""
    try:
        state = Path(f"/proc/{number}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def wait_until_gone(numbers: list[int], within: float = 10.0) -> None:
    """Wait until processes are gone.

    Raises:
        TimeoutError: one of them stays.
    """
    until = time.monotonic() + within
    while any(is_there(one) for one in numbers):
        if time.monotonic() > until:
            raise TimeoutError(f"still there: {[one for one in numbers if is_there(one)]}")
        time.sleep(0.005)
