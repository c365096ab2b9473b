"""What every command shares: its options, the open house, and how it speaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from gardefou.app import logs, settings
from gardefou.app.commands.spoken import PIPED_WIDTH, Json, answer, err, out, speak_as_the_terminal
from gardefou.app.house import House, open_house

__all__ = [
    "PIPED_WIDTH",
    "Data",
    "Host",
    "Json",
    "Port",
    "answer",
    "err",
    "load_settings",
    "out",
    "speak_as_the_terminal",
    "the_house",
]

Data = Annotated[str | None, typer.Option("--data", help="The data folder (GARDEFOU_DATA).", show_default=False)]
Host = Annotated[str | None, typer.Option("--host", help="The address to listen on (GARDEFOU_HOST).")]
Port = Annotated[int | None, typer.Option("--port", help="The port to listen on (GARDEFOU_PORT).")]


def load_settings(**options: Any) -> settings.Settings:
    """Read the settings, begin logging, and speak the language of the terminal."""
    found = settings.load(options)
    logs.set_up(found)
    speak_as_the_terminal()
    return found


@contextmanager
def the_house(data: str | None = None, **options: Any) -> Iterator[House]:
    """Open the house for one command."""
    house = open_house(load_settings(data=data, **options))
    try:
        yield house
    finally:
        house.close()
