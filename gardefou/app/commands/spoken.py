"""How every command speaks: its language, its answers, and where problems go. It loads neither house nor database.

Answers go to standard output, everything else to standard error, so that `--json` can be piped.
"""

import json
import locale as system_locale
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from gardefou.words import language

#: A table in a pipe is not cut to a terminal nobody looks at.
PIPED_WIDTH = 200

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def out() -> Console:
    """Return the console that answers are printed on."""
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Console(soft_wrap=True, highlight=False, width=width)


def err() -> Console:
    """Return the console for progress and problems."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


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
