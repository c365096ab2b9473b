"""Text as anybody may send it, without what cannot be kept or would mislead whoever reads it."""

import re

#: PostgreSQL keeps no NUL, and UTF-8 no half of a character.
_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")
#: Control characters, and those that turn the direction of everything after them.
_MISLEADING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return a text for a terminal: its lines, with a mark where something would move the cursor or turn the words."""
    return "\n".join(_MISLEADING.sub("\ufffd", line) for line in text.split("\n"))


def storable(text: str) -> str:
    """Return a text without the characters that not every database can keep."""
    return _UNKEPT.sub("", text)


def one_line(name: str) -> str:
    """Return a name on one line, without characters that would control how the line around it is shown."""
    return " ".join(_MISLEADING.sub("", " ".join(storable(name).split())).split())
