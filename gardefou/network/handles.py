"""What a handle looks like and how two of them compare."""

import re

from gardefou.network.errors import HandleMalformedError

LONGEST = 30
PATTERN = r"[A-Za-z0-9_]{1,30}"
_HANDLE = re.compile(PATTERN)


def handle_key(handle: str) -> str:
    """Return what makes two handles the same: letters in lower case."""
    return handle.lower()


def checked(handle: str) -> str:
    """Return the handle without a leading `@`, as its owner wrote it.

    Raises:
        HandleMalformedError: it is not a handle.
    """
    bare = handle.strip().removeprefix("@")
    if not _HANDLE.fullmatch(bare):
        raise HandleMalformedError
    return bare
