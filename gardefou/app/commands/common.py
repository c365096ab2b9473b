"""What every command shares: its options, the open house, and how it speaks.

Answers go to standard output, everything else to standard error, so that `--json` can be piped.
"""

import json
import locale as system_locale
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from gardefou.app import logs, settings
from gardefou.app.house import House, open_house
from gardefou.words import language
from gardefou.words.plain import printable

#: A table in a pipe is not cut to a terminal nobody looks at.
PIPED_WIDTH = 200

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Data = Annotated[str | None, typer.Option("--data", help="The data folder (GARDEFOU_DATA).", show_default=False)]
Host = Annotated[str | None, typer.Option("--host", help="The address to listen on (GARDEFOU_HOST).")]
Port = Annotated[int | None, typer.Option("--port", help="The port to listen on (GARDEFOU_PORT).")]


class _Terminal(Console):
    """A console on which no text that somebody wrote can move the cursor, or wipe out what was said before it."""

    def render_str(self, text: str, **more: Any) -> Text:
        """Return a text, which may be a name or a comment, as it can be shown."""
        return super().render_str(printable(text), **more)


def out() -> Console:
    """Return the console that answers are printed on."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return _Terminal(soft_wrap=True, highlight=False, width=width)


def err() -> Console:
    """Return the console for progress and problems."""
    return _Terminal(stderr=True, soft_wrap=True, highlight=False)


def load_settings(**options: Any) -> settings.Settings:
    """Read the settings, begin logging, and speak the language of the terminal."""
    found = settings.load(options)
    logs.set_up(found)
    speak_as_the_terminal()
    return found


def speak_as_the_terminal() -> None:
    """Speak French to a French terminal."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    language.set_language("fr" if system_locale.normalize(named).lower().startswith("fr") else "en")


@contextmanager
def the_house(data: str | None = None, **options: Any) -> Iterator[House]:
    """Open the house for one command."""
    house = open_house(load_settings(data=data, **options))
    try:
        yield house
    finally:
        house.close()


def answer(thing: Mapping[str, Any] | list[Any], *, as_json: bool, words: str) -> None:
    """Print an answer, for a machine or for a person."""
    if as_json:
        out().print(json.dumps(thing, ensure_ascii=False, indent=2, default=str), markup=False)
    else:
        out().print(words, markup=False)
