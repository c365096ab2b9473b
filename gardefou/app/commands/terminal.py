"""How a command speaks: its answer to standard output, all else to standard error, so that `--json` can be piped.

It loads no house: what runs without one, such as a witness, starts at once.
"""

import json
import locale as system_locale
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from gardefou.words import language
from gardefou.words.plain import printable

#: A table in a pipe is not cut to a terminal nobody looks at.
PIPED_WIDTH = 200

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


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


def speak_as_the_terminal() -> None:
    """Speak French to a French terminal."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    language.set_language("fr" if system_locale.normalize(named).lower().startswith("fr") else "en")


def answer(thing: Mapping[str, Any] | list[Any], *, as_json: bool, words: str) -> None:
    """Print an answer, for a machine or for a person."""
    if as_json:
        out().print(json.dumps(thing, ensure_ascii=False, indent=2, default=str), markup=False)
    else:
        out().print(words, markup=False)
