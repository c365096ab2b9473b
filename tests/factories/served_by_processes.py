"""A house whose server and worker are processes that can be killed, and started again on the same data."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.serving import free_port
from tests.factories.forked import Forks
from tests.factories.killed import is_there, kill, wait_until_gone

STARTS_WITHIN = 60.0


@dataclass(kw_only=True)
class Processes:
    """The processes of one house.

    Attributes:
        forks: what starts them.
        folder: the house's data.
        database: its database's URL.
        port: where its server listens.
        constants: what is another number in its programs than in others.
        running: the process of each program that was started.
    """

    forks: Forks
    folder: Path
    database: str
    port: int = field(default_factory=free_port)
    constants: dict[str, float | str] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What its programs said."""
        return self.folder / "log"

    def start(self, program: str = "serve", *, waits: bool = True) -> None:
        """Start a program, and wait until the server answers."""
        mine = {key: value for key, value in os.environ.items() if not key.startswith("GARDEFOU_")}
        settings = {"GARDEFOU_DATA": str(self.folder), "GARDEFOU_DATABASE": self.database}
        arguments = [program, *(["--port", str(self.port)] if program == "serve" else [])]
        self.running[program] = self.forks.start(arguments, {**mine, **settings}, self.log, self.constants)
        if waits and program == "serve":
            self.wait_until(self.answers, within=STARTS_WITHIN)

    def kill(self, program: str = "serve", how: int = signal.SIGKILL) -> None:
        """End a program with a signal, and wait until it is gone."""
        number = self.running.pop(program, None)
        if number is not None:
            kill(number, how)
            wait_until_gone([number], within=30)

    def stop(self) -> None:
        """End everything that still runs, at once."""
        for program in list(self.running):
            self.kill(program)

    def answers(self) -> bool:
        """Return whether the server answers that all is well."""
        try:
            return httpx.get(f"{self.url}/health", timeout=10).is_success
        except httpx.HTTPError:
            return False

    def wait_until(self, holds: Callable[[], object], *, within: float) -> float:
        """Wait until something holds, and return how long that took.

        Raises:
            TimeoutError: it never did; tells the end of what the programs said.
        """
        start = time.monotonic()
        while not holds():
            if time.monotonic() - start > within or not all(map(is_there, self.running.values())):
                raise TimeoutError(self.log.read_text("utf-8", "replace")[-4000:] if self.log.exists() else "no log")
            time.sleep(0.02)
        return time.monotonic() - start
