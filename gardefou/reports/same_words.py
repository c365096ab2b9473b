"""Whether two comments are the same words: a digest of their letters, however they are set.

Case, accents, figures, signs, emoji and spaces do not tell two comments apart, wherever they stand, nor does what
nobody sees, such as a soft hyphen within a word. A comment of a few letters is no text
that somebody handed round: thousands write “spam” without having agreed on it.
"""

import hashlib
import re
import unicodedata

#: Of fewer bytes of letters nothing is told: some four English words, or seven signs of Chinese.
SHORTEST = 17
_MARKS, _NO_LETTERS = re.compile("[\u0300-\u036f]"), re.compile(r"[\W\d_]+")


def same_words(comment: str) -> int | None:
    """Return a number that is the same for the same words and fits a column; None where there are too few."""
    bare = comment if comment.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", comment))
    letters = _NO_LETTERS.sub("", bare.casefold()).encode("utf-8", "replace")
    if len(letters) < SHORTEST:
        return None
    return int.from_bytes(hashlib.sha256(b"gardefou words v2\n" + letters).digest()[:8], "big") >> 1
