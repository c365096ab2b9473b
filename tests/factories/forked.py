"""The house's programs, kept warm: all that they load is loaded once, and each start is a child that forks from there.

A test of faults starts `gardefou serve` again and again, a journey the demo, and to load them takes longer than
everything else. What is started is a process of its own, the leader of its own session, and dies alone.

Run as a program this is what forks: each line in is a start in JSON, each line out the number of its process.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
#: What is loaded beforehand.
LOADED = (
    "gardefou.app.web",
    "gardefou.app.commands.run",
    "gardefou.app.commands.worker",
    "gardefou.app.commands.demo",
    "gardefou.app.cli",
)


class Forks:
    """Starts the house's programs."""

    def __init__(self, forking: "subprocess.Popen[str]") -> None:
        """Know what forks, once it has loaded everything."""
        self._forking = forking

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], log: Path, constants: Mapping[str, Any]
    ) -> int:
        """Start `gardefou` with these arguments, and return the number of its process.

        Args:
            arguments: what its command line says.
            environment: its settings.
            log: where what it says is kept.
            constants: what is another number there, so that a test need not wait as long as people do: by its module
                and name.
        """
        told: dict[str, Any] = {"arguments": list(arguments), "environment": dict(environment), "log": str(log)}
        told["constants"] = dict(constants)
        assert self._forking.stdin is not None
        assert self._forking.stdout is not None
        self._forking.stdin.write(f"{json.dumps(told)}\n")
        self._forking.stdin.flush()
        return int(self._forking.stdout.readline())


@contextmanager
def forks() -> Iterator[Forks]:
    """Load the programs, and let them go afterwards; what they started has been ended by then."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GARDEFOU_")}
    command, pipe = [sys.executable, __file__], subprocess.PIPE
    forking = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, env=kept)
    assert forking.stdin is not None
    assert forking.stdout is not None
    try:
        yield Forks(forking)
    finally:
        forking.stdin.close()
        forking.wait(30)
        forking.stdout.close()


def _main() -> None:
    sys.path.insert(0, str(ROOT))
    for name in LOADED:
        import_module(name)
    # Whoever ends is forgotten at once: a process that is gone is gone for everybody who looks.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _be(json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _be(told: Mapping[str, Any]) -> NoReturn:
    """Be the program, in this process, which has just forked."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        log = os.open(told["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, given in ((0, nothing), (1, log), (2, log)):
            os.dup2(given, ours)
        os.environ.update(told["environment"])
        for constant, value in told["constants"].items():
            module, _dot, name = constant.rpartition(".")
            setattr(import_module(module), name, value)
        code = import_module("gardefou.app.cli").main(told["arguments"])
    finally:
        os._exit(code)


if __name__ == "__main__":
    _main()
