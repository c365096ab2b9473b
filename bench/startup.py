"""Claims about starting: a bare checkout within a minute, the demonstration again in three seconds, under 200 MB.

The checkout is cloned anew each time from what is committed here, and serves its first page within sixty seconds when
the packages are cached. What the caches of pip and npm hold is what earlier installs left there: the first run of the
day may be slower, and is thrown away. The megabytes are those of one idle server process.
"""

import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.harness import FULL, ROOT, below_limit, folder, report
from bench.serving import free_port, resident

PATIENCE = 300.0
MEGABYTE = 1024


@contextmanager
def running(command: Sequence[str], where: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a session of its own, and end all of it afterwards."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GARDEFOU_", "MAKE", "MFLAGS"))
    }
    process = subprocess.Popen(
        command,
        cwd=where,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until_served(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait for the first page.

    Raises:
        RuntimeError: the program ended, or no page came in five minutes.
    """
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode} before it served a page")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError("no page in five minutes")


def first_page(command: Sequence[str], where: Path, port: int) -> tuple[float, float]:
    """Return the seconds until the first page, and the megabytes of the largest process five seconds later."""
    start = time.perf_counter()
    with running(command, where) as process:
        until_served(process, port)
        took = time.perf_counter() - start
        time.sleep(5)
        return took, max(resident(pid) for pid in _session(process.pid)) / MEGABYTE


def _session(leader: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if _of(pid, leader)]


def _of(pid: int, leader: int) -> bool:
    try:
        return os.getsid(pid) == leader
    except ProcessLookupError:
        return False


def bare_checkout(port: int) -> float:
    """Clone, `make run`, and wait for the page."""
    with folder() as where:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(where / "checkout")], check=True)
        shared = ROOT.parent / "shared"
        if shared.is_dir():
            (where / "shared").symlink_to(shared)
        checkout = where / "checkout"
        took, _ = first_page(["make", "run", f"PORT={port}", f"DATA={where / 'data'}"], checkout, port)
        shutil.rmtree(checkout, ignore_errors=True)
    return took


def main() -> None:
    """Measure all three."""
    repeats = 5 if FULL else 3
    bare_checkout(free_port())
    fresh = [bare_checkout(free_port()) for _ in range(repeats)]
    with folder() as data:
        port = free_port()
        command = [str(ROOT / ".venv/bin/gardefou"), "demo", "--port", str(port), "--data", str(data / "demo")]
        first_page(command, ROOT, port)
        again = [first_page(command, ROOT, port) for _ in range(repeats)]
    report(
        "startup",
        [
            below_limit("make run from a bare checkout, warm caches, first page", fresh, unit="s", limit=60),
            below_limit("gardefou demo again, first page", [took for took, _ in again], unit="s", limit=3),
            below_limit("idle server, resident", [size for _, size in again], unit="MB", limit=200),
        ],
    )


if __name__ == "__main__":
    main()
