"""Structured logs, JSON or for the console, on standard error; nothing secret ever gets in.

Values under a name that smells of a secret are struck out, and so is the password in any URL.
"""

import logging
import re
import sys
import tempfile
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

from gardefou.app.settings import Settings
from gardefou.clock import SystemClock, to_iso

_SECRET = re.compile(r"password|secret|token|cookie|authorization|salt", re.IGNORECASE)
_PASSWORD_IN_URL = re.compile(r"(\w+://[^\s:/@]*):[^\s@]+@")
_LINK = re.compile(r"(/desk/sign-in/)[\w-]+")
STRUCK = "[struck out]"


def strike_out(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep secrets out of a log line."""
    for key, value in event.items():
        if _SECRET.search(key):
            event[key] = STRUCK
        elif isinstance(value, str):
            event[key] = _LINK.sub(rf"\1{STRUCK}", _PASSWORD_IN_URL.sub(rf"\1:{STRUCK}@", value))
    return event


def set_up(settings: Settings) -> None:
    """Begin logging as the settings say."""
    plain = settings.log == "json"
    level = getattr(logging, settings.log_level.upper())
    renderer: Any = structlog.processors.JSONRenderer() if plain else structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        strike_out,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
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


def write_bug(problem: BaseException, folder: Path | None) -> Path:
    """Keep the whole story of a bug in a file, and return its path."""
    story = "".join(traceback.format_exception(problem))
    story = _LINK.sub(rf"\1{STRUCK}", _PASSWORD_IN_URL.sub(rf"\1:{STRUCK}@", story))
    text = f"{to_iso(SystemClock().now())}\n{story}\n"
    for place in (folder, Path(tempfile.gettempdir())):
        if place is None:
            continue
        path = place / "gardefou-bugs.log"
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            continue
        return path
    return Path("/dev/null")
