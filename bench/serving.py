"""A server process of a house, and what it asks its database for a page."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import event

from bench.harness import ROOT
from gardefou.storage import Database

PATIENCE = 60.0
BIN = ROOT / ".venv/bin"
Statement = tuple[str, Any]


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a server until it listens, give its process id, and end it.

    Raises:
        RuntimeError: it ended by itself, or never listened.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GARDEFOU_")}
    process = subprocess.Popen(command, cwd=ROOT, env=kept | dict(environment or {}))
    try:
        _until_listening(process, port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def house_serving(folder: Path, url: str) -> Iterator[tuple[int, int]]:
    """Serve the house in a folder and a database; give the port and the process."""
    port = free_port()
    settings = {"GARDEFOU_DATA": str(folder), "GARDEFOU_DATABASE": url, "GARDEFOU_LOG_LEVEL": "error"}
    with serving([str(BIN / "gardefou"), "serve", "--port", str(port)], port, settings) as pid:
        yield port, pid


def _until_listening(process: "subprocess.Popen[bytes]", port: int) -> None:
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server never listened")


def asked_for(
    db: Database, app: Litestar, path: str, headers: Mapping[str, str]
) -> tuple[list[list[Statement]], bytes]:
    """Return the statements, by transaction, that a page asks the database, and the page."""
    transactions: list[list[Statement]] = []

    def begun(_connection: Any) -> None:
        transactions.append([])

    def asked(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:  # noqa: FBT001
        transactions[-1].append((statement, values))

    with TestClient(app, base_url="http://localhost") as client:
        client.get(path, headers=dict(headers)).raise_for_status()
        event.listen(db.engine, "begin", begun)
        event.listen(db.engine, "before_cursor_execute", asked)
        try:
            body = client.get(path, headers=dict(headers)).raise_for_status().content
        finally:
            event.remove(db.engine, "begin", begun)
            event.remove(db.engine, "before_cursor_execute", asked)
    # What the reader of events asks in its own thread is no part of the page.
    return [one for one in transactions if one and not re.search(r"\bFROM event\b", one[0][0])], body


def resident(pid: int) -> int:
    """Return the kilobytes of a process that are in memory."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def processor_seconds(pid: int) -> float:
    """Return the seconds a process has computed for so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
