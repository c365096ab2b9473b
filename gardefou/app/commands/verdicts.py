"""A verdict at the command line."""

from collections.abc import Sequence

from gardefou.guard.verdict import Reason, Verdict
from gardefou.words.reasons import sentence


def reasons(verdict: Verdict) -> list[str]:
    """Return a verdict's reasons in words, one line each."""
    return in_words(verdict.reasons)


def in_words(found: Sequence[Reason]) -> list[str]:
    """Return reasons in words, one line each."""
    return ["- " + " ".join(part for part in sentence(one.code, one.fields) if part) for one in found]
