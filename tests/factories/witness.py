"""A real witness: its own process, its own folder, on loopback."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from gardefou.app.witness.config import make, watch
from gardefou.ledger.note import VerifierKey


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class RunningWitness:
    """A witness that answers."""

    folder: Path
    key: VerifierKey
    url: str
    process: "subprocess.Popen[str]"

    @property
    def setting(self) -> str:
        """How a house names it."""
        return f"{self.key} {self.url}"

    def send(self, body: bytes) -> httpx.Response:
        """Show it a head."""
        return httpx.post(f"{self.url}/add-checkpoint", content=body, timeout=20, trust_env=False)


def made_witness(folder: Path, logs: Mapping[str, VerifierKey], name: str = "paper.example/witness") -> VerifierKey:
    """Make a witness's folder; return its key."""
    key = make(folder, name)
    for origin, log in logs.items():
        watch(folder, log, origin)
    return key


@contextmanager
def running(folder: Path, key: VerifierKey) -> Iterator[RunningWitness]:
    """Run the witness of a folder until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "gardefou.app.cli", "witness", "serve", "--folder", str(folder)]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    try:
        assert process.stdout is not None
        assert "Listening" in process.stdout.readline()
        yield RunningWitness(folder=folder, key=key, url=f"http://127.0.0.1:{port}", process=process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
