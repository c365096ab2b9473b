"""Structured logs, JSON or for the console, on standard error; nothing secret ever gets in.

Values under a name that smells of a secret are struck out, and so is the password in any URL. Of an exception only the
first line of its message is told, without the values in it: what a database says of a row is in the lines below.
"""

import logging
import os
import re
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from gardefou.app.settings import Settings
from gardefou.clock import SystemClock, to_iso

_SECRET = re.compile(r"password|secret|token|cookie|authorization|salt", re.IGNORECASE)
_PASSWORD_IN_URL = re.compile(r"(\w+://[^\s:/@]*):[^\s@]+@")
_LINK = re.compile(r"(/desk/sign-in/|/password/)[\w-]+")
#: What stands in quotes is somebody's; but a name in the schema, which the word before it announces, is ours.
_QUOTED = re.compile(
    r"(?P<schema>\b(?:constraint|relation|column|table|type|index|codec) )?"
    r"""(?P<value>"(?:\\.|[^"\\])*"|«[^»]*»|“[^”]*”|'(?:\\.|[^'\\])*')"""
)
_NAME = re.compile(r"[\"'][\w-]+[\"']")
_ADDRESS_OR_HASH = re.compile(r"[^\s@<>]+@[^\s@<>]+|\$argon2\S+|\b[0-9a-fA-F]{32,}\b")
STRUCK = "[struck out]"

BUGS = "gardefou-bugs.log"
#: A bug file that would grow beyond this makes room: one older file is kept beside it.
BUGS_SIZE = 1024 * 1024
_STORY_SIZE = 128 * 1024
_LINE_SIZE = 2_000
_LINES = threading.Lock()
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def strike_out(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep secrets out of a log line."""
    for key, value in event.items():
        if _SECRET.search(key):
            event[key] = STRUCK
        elif isinstance(value, str):
            event[key] = _without_passwords(value)
    return event


def _write_line(line: str) -> None:
    """Write to standard error as it is now; a log that cannot be written never stops the work it tells of."""
    with suppress(OSError, ValueError), _LINES:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


class _StandardErrorLogger:
    """What structlog writes with."""

    def __init__(self, *_: object) -> None:
        """Take and ignore the names that structlog passes."""

    def msg(self, message: str) -> None:
        """Write one line."""
        _write_line(message)

    debug = info = warning = error = critical = exception = log = msg


class _StandardErrorHandler(logging.Handler):
    """What the standard library's loggers write with."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        _write_line(self.format(record))


def set_up(settings: Settings) -> None:
    """Begin logging as the settings say."""
    plain = settings.log == "json"
    level = getattr(logging, settings.log_level.upper())
    renderer: Any = structlog.processors.JSONRenderer() if plain else structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(lambda what: story(what[1])),
        strike_out,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_StandardErrorLogger,
        cache_logger_on_first_use=False,
    )
    handler = _StandardErrorHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "uvicorn.error", "alembic", "asyncio", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def story(problem: BaseException | None) -> str:
    """Return where an exception came from and what it was, and nothing of the data it was about."""
    return "" if problem is None else "".join(_told(problem, set()))[:_STORY_SIZE]


def _told(problem: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(problem))
    before = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        yield _CAUSE if problem.__cause__ is not None else _CONTEXT
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(problem.__traceback__)
    kind = type(problem)
    yield f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.") + f": {_first_line(str(problem))}\n"
    statement = getattr(problem, "statement", None)
    if isinstance(statement, str):
        yield f"[SQL: {_first_line(' '.join(statement.split()))}]\n"
    if isinstance(problem, BaseExceptionGroup):
        for one in problem.exceptions:
            if id(one) not in seen:
                yield from _told(one, seen)


def _first_line(message: str) -> str:
    """Return the first line of a message without the values in it."""
    line = next(iter(message.splitlines()), "")[:_LINE_SIZE]
    return _ADDRESS_OR_HASH.sub(STRUCK, _QUOTED.sub(_unless_ours, _without_passwords(line)))


def _unless_ours(found: re.Match[str]) -> str:
    before, value = found["schema"] or "", found["value"]
    return before + (value if before and _NAME.fullmatch(value) else STRUCK)


def _without_passwords(text: str) -> str:
    return _LINK.sub(rf"\1{STRUCK}", _PASSWORD_IN_URL.sub(rf"\1:{STRUCK}@", text))


def write_bug(problem: BaseException, folder: Path | None) -> Path:
    """Keep the story of a bug in a file that only its owner reads, and return its path."""
    text = f"{to_iso(SystemClock().now())}\n{story(problem)}\n".encode("utf-8", "backslashreplace")
    for place in (folder, Path(tempfile.gettempdir())):
        if place is None:
            continue
        path = place / BUGS
        try:
            _append(path, text)
        except OSError:
            continue
        return path
    return Path("/dev/null")


def _append(path: Path, text: bytes) -> None:
    if path.is_file() and path.stat().st_size + len(text) > BUGS_SIZE:
        path.replace(path.with_name(f"{path.name}.1"))
    # In a folder that everybody shares, a link of this name is somebody's trap.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)
