"""The demo's worker: a child process, started again when it dies.

It holds our end of a pipe as its input: when we are gone, however we went, it reads the end of the file and stops.
"""

import os
import subprocess
import sys
import threading

import structlog

from gardefou.app.serve import GRACE
from gardefou.app.settings import Settings
from gardefou.clock import MINUTE, Clock

WAIT = 5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
#: Who has lived this long has not died of how it was started.
LIVED = MINUTE

_log = structlog.get_logger(__name__)


class Keeper:
    """Keeps one worker running."""

    def __init__(self, settings: Settings, clock: Clock, *, first_pause: float = FIRST_PAUSE) -> None:
        """Prepare; nothing runs before `start`."""
        self._settings = settings
        self._clock = clock
        self._first_pause = first_pause
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="keeper", daemon=True)

    @property
    def pid(self) -> int:
        """The number of the process that runs now, or ran last."""
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the worker, and begin to watch over it."""
        self._start()
        self._thread.start()

    def stop(self) -> None:
        """Let the worker end what it is at, and end it."""
        with self._lock:
            self._stopping.set()
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._thread.join()

    def _start(self) -> None:
        settings = self._settings
        values = {f"GARDEFOU_{name.upper()}": str(getattr(settings, name)) for name in settings.__struct_fields__}
        command = [sys.executable, "-m", "gardefou.app.cli", "worker", "--until-end-of-input"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **values})  # noqa: S603  # our own program

    def _watch(self) -> None:
        pause = self._first_pause
        while self._process is not None:
            process, since = self._process, self._clock.now()
            code = process.wait()
            if self._stopping.is_set():
                return
            if self._clock.now() - since > LIVED:
                pause = self._first_pause
            if code:
                _log.error("demo.worker_died", pid=process.pid, code=code, again_in_seconds=pause)
            # One that ended well was told to, and so may we have been, by the same key of the terminal.
            if self._stopping.wait(pause if code else GRACE + 1):
                return
            if process.stdin is not None:
                process.stdin.close()
            pause = min(2 * pause, LONGEST_PAUSE)
            with self._lock:
                if self._stopping.is_set():
                    return
                self._start()
            _log.warning("demo.worker_started_again", pid=self.pid)
