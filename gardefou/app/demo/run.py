"""Run the demo: mail catcher, worker and web server, all of which end together.

The worker is a child process that holds our end of a pipe as its input: when we are gone, however we went, it reads the
end of the file and stops.
"""

import os
import socket
import subprocess
import sys

import msgspec

from gardefou.app.demo.build import open_demo
from gardefou.app.demo.people import RUNS_AT
from gardefou.app.demo.sink import MAIL, Sink
from gardefou.app.demo.web import HANDLERS, posts_are
from gardefou.app.serve import serve
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SystemClock
from gardefou.storage.house import remember

WAIT = 5


def run_demo(settings: Settings, taken: socket.socket) -> None:
    """Run until told to stop.

    Raises:
        DemoOnlyError: it would be reachable from elsewhere, or the database is not the demo's.
    """
    house = open_demo(settings)
    try:
        with house.db.transaction() as tx:
            remember(tx, key=RUNS_AT, value=settings.public_url)
        sink = Sink(settings.folder / MAIL, SystemClock())
        sink.start()
        worker = _start_worker(msgspec.structs.replace(settings, smtp=sink.url))
        sys.stdout.write(f"Garde-fou's demonstration: {settings.public_url}/demo\n{settings.public_url}\n")
        sys.stdout.flush()
        try:
            serve(house, create_app(house, more=HANDLERS, demo=posts_are(house)), taken)
        finally:
            _stop_worker(worker)
            sink.stop()
    finally:
        house.close()


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    values = {f"GARDEFOU_{name.upper()}": str(getattr(settings, name)) for name in settings.__struct_fields__}
    command = [sys.executable, "-m", "gardefou.app.cli", "worker", "--until-end-of-input"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **values})  # noqa: S603  # our own program


def _stop_worker(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin is not None:
        worker.stdin.close()
    try:
        worker.wait(WAIT)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
