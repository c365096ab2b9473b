"""`worker`: the clocks and the outbox."""

import signal
import sys
import threading
from typing import Annotated

import typer

from gardefou.app.begin import begin
from gardefou.app.commands.common import Data, load_settings
from gardefou.app.house import open_house
from gardefou.app.worker import Worker, until_end_of_file

UntilEof = Annotated[bool, typer.Option("--until-end-of-input", hidden=True)]


def worker(data: Data = None, until_end_of_input: UntilEof = False) -> None:
    """Run the clocks and deliver the mail."""
    settings = load_settings(data=data)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if until_end_of_input:
        until_end_of_file(stop, sys.stdin.fileno())
    house = open_house(settings, bounded=True)
    try:
        begin(house, "worker")
        Worker(house).run(stop)
    finally:
        house.close()
