"""The face of an account that has no picture."""

from functools import lru_cache


@lru_cache(maxsize=1024)
def initials(name: str) -> str:
    """Return the first letters of a name's first and last words: `DT` for Donald J. Trump."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "·"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
