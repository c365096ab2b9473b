"""Text as anybody may send it, without what cannot be kept or would mislead whoever reads it."""

import re
import unicodedata

#: PostgreSQL keeps no NUL, and UTF-8 no half of a character.
_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")
#: Control characters, and those that turn the direction of everything after them.
_MISLEADING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: In a text of several lines, the same but for what ends a line or indents it.
_MISLEADING_LINES = re.compile(r"(?:\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069])")
#: Controls, what only shapes what stands beside it, and what parts lines or paragraphs; and letters without a shape.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SHAPELESS = frozenset("\u115f\u1160\u3164\uffa0")
#: A braille pattern without a dot.
_NO_DOTS = "\u2800"
#: One addr-spec of RFC 5322 without quotes or comments, in any script; a name of a host may be one word.
_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[\w-]+(?:\.[\w-]+)*")
LONGEST_ADDRESS = 254


def printable(text: str) -> str:
    """Return a text for a terminal: its lines, with a mark where something would move the cursor or turn the words."""
    return "\n".join(_MISLEADING.sub("\ufffd", line) for line in text.split("\n"))


def storable(text: str) -> str:
    """Return a text without the characters that not every database can keep."""
    return text if text.isprintable() else _UNKEPT.sub("", text)


def paragraphs(text: str) -> str:
    """Return what somebody wrote, as it is kept: its lines, without characters that would control how they are shown.

    What turns the direction of everything after it goes: outside a page, in a feed, a letter or a client, nothing ends
    it where the text ends. Marks that stand for one letter's direction stay.
    """
    if text.isprintable():  # Of what would have to go nothing is.
        return text.strip()
    return _MISLEADING_LINES.sub("", storable(text).replace("\r\n", "\n")).strip()


def one_line(name: str) -> str:
    """Return a name on one line, without characters that would control how the line around it is shown."""
    return " ".join(_MISLEADING.sub("", " ".join(storable(name).split())).split())


def unseen_in(name: str) -> str:
    """Return, as `U+202E`, the first character of a name that nobody sees; empty when one sees all of it."""
    found = (sign for sign in name if unicodedata.category(sign) in _UNSEEN or sign in _SHAPELESS)
    return _code(next(found, ""))


def is_blank(text: str) -> bool:
    """Return whether nobody sees anything of a text."""
    return all(
        sign.isspace() or unicodedata.category(sign) in _UNSEEN or sign in _SHAPELESS or sign == _NO_DOTS
        for sign in text
    )


def misleading_in(text: str) -> str:
    """Return, as `U+202E`, the first character that would control how a text of lines is shown; empty without any."""
    found = _MISLEADING_LINES.search(text)
    return _code(found[0] if found else "")


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X}" if sign else ""


def is_address(text: str) -> bool:
    """Return whether a text is one e-mail address, which no header of a message could take for two, or for another."""
    if len(text) > LONGEST_ADDRESS or "=?" in text or unseen_in(text):
        return False
    return _ADDRESS.fullmatch(text) is not None
