"""Run the demo: mail catcher, worker and web server, all of which end together."""

import socket
import sys

import msgspec

from gardefou.app.begin import begin
from gardefou.app.demo.build import open_demo
from gardefou.app.demo.keeper import Keeper
from gardefou.app.demo.sink import MAIL, Sink
from gardefou.app.demo.web import HANDLERS, posts_are
from gardefou.app.house import MAIL_AT, RUNS_AT
from gardefou.app.serve import serve
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SystemClock
from gardefou.storage.house import remember


def run_demo(settings: Settings, taken: socket.socket) -> None:
    """Run until told to stop.

    Raises:
        DemoOnlyError: it would be reachable from elsewhere, or the database is not the demo's.
    """
    house = open_demo(settings)
    try:
        begin(house, "demo")
        sink = Sink(settings.folder / MAIL, SystemClock())
        sink.start()
        with house.db.transaction() as tx:
            remember(tx, key=RUNS_AT, value=settings.public_url)
            remember(tx, key=MAIL_AT, value=sink.url)
        worker = Keeper(msgspec.structs.replace(settings, smtp=sink.url), SystemClock())
        worker.start()
        sys.stdout.write(f"Garde-fou's demonstration: {settings.public_url}/demo\n{settings.public_url}\n")
        sys.stdout.flush()
        try:
            serve(house, create_app(house, more=HANDLERS, demo=posts_are(house)), taken)
        finally:
            worker.stop()
            sink.stop()
    finally:
        house.close()
