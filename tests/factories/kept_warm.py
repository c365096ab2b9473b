"""Commands of the environment that are loaded once, and called often: see `warm`, the process that each of them is."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

#: What commands of the house load, when they are called.
OF_THE_HOUSE = tuple(
    f"gardefou.app.commands.{name}"
    for name in ("account", "demo", "doctor", "imports", "ledger", "propose", "run", "setup", "staff", "votes", "who")
)


class Warm:
    """A command that is loaded once, and called often."""

    def __init__(self, name: str, *modules: str) -> None:
        """Begin to load it, and the modules that it would load when it is called."""
        command = [sys.executable, str(Path(__file__).with_name("warm.py")), name, *modules]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment(Path.home()))
        self._loaded = False
        self._one_at_a_time = threading.Lock()

    def run(
        self, *arguments: str, env: dict[str, str], folder: Path, terminal: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        """Call it."""
        asked = {"arguments": arguments, "env": env, "folder": str(folder), "terminal": terminal}
        with self._one_at_a_time:
            if not self._loaded:
                assert self._read().strip() == "warm"
                self._loaded = True
            to: IO[str] | None = self._process.stdin
            assert to is not None
            to.write(f"{json.dumps(asked)}\n")
            to.flush()
            told = json.loads(self._read())
        return subprocess.CompletedProcess(arguments, told["code"], told["said"], told["wrong"])

    def _read(self) -> str:
        said = self._process.stdout
        assert said is not None
        return said.readline()

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()


def environment(home: Path) -> dict[str, str]:
    """Return what a client finds around it: a folder for what it keeps, and a terminal of a good size."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "VIRTUAL_ENV"}}
    size = {"COLUMNS": "100", "LINES": "50", "TERM": "xterm"}
    return kept | size | {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "PYTHONUNBUFFERED": "1"}
