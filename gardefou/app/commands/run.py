"""`serve`, `worker` and `demo`: what runs."""

import signal
import sys
import threading
from typing import Annotated

import typer

from gardefou.app.commands.common import Data, Host, Port, load_settings
from gardefou.app.errors import DemoOnlyError
from gardefou.app.house import open_house
from gardefou.app.serve import bind
from gardefou.app.serve import serve as serve_house
from gardefou.app.web import create_app
from gardefou.app.worker import Worker, until_end_of_file

UntilEof = Annotated[bool, typer.Option("--until-end-of-input", hidden=True)]


def serve(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Answer the web. Run `gardefou worker` beside it."""
    settings = load_settings(data=data, host=host, port=port)
    house = open_house(settings)
    try:
        if house.demo:
            raise DemoOnlyError(
                f"the database {settings.data} was made by the demo, where everybody may be anybody: "
                "run `gardefou demo`, or name another data folder"
            )
        serve_house(house, create_app(house), bind(settings))
    finally:
        house.close()


def worker(data: Data = None, until_end_of_input: UntilEof = False) -> None:
    """Run the clocks and deliver the mail."""
    settings = load_settings(data=data)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if until_end_of_input:
        until_end_of_file(stop, sys.stdin.buffer)
    house = open_house(settings)
    try:
        Worker(house).run(stop)
    finally:
        house.close()
