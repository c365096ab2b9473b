"""Addresses that cannot be anything's: found out before a database or a file system is asked."""

from typing import Any

from litestar import Request
from litestar.exceptions import NotFoundException

from gardefou.storage.ids import BIGGEST

#: What an address says after its question mark that is an id.
IDS = ("before", "entry", "replace")
STATIC = "/static/"
#: No file has a longer name; asking for one is an error of the file system.
LONGEST_NAME = 255


def possible(request: Request[Any, Any, Any]) -> None:
    """See that an address could be something's.

    Raises:
        NotFoundException: a number in it is no id, or it holds what no address of ours does.
    """
    path: str = request.scope["path"]
    numbers = [value for value in request.path_params.values() if isinstance(value, int)]
    asked = [value for name in IDS for value in request.query_params.getall(name, []) if value]
    named = path.startswith(STATIC) and any(len(part.encode()) > LONGEST_NAME for part in path.split("/"))
    if (
        named
        or "\x00" in path
        or not all(0 <= number <= BIGGEST for number in numbers)
        or not all(_is_id(value) for value in asked)
    ):
        raise NotFoundException


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= BIGGEST  # noqa: PLR2004  # digits of 2^63
