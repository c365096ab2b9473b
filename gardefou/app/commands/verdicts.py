"""A verdict at the command line."""

from collections.abc import Sequence

from gardefou.guard.verdict import Reason, Verdict
from gardefou.words.reasons import sentence


def reasons(verdict: Verdict, **known: str | int) -> list[str]:
    """Return a verdict's reasons in words, one line each; `known` are fields the guard has no use for."""
    return in_words(verdict.reasons, **known)


def in_words(found: Sequence[Reason], **known: str | int) -> list[str]:
    """Return reasons in words, one line each; `known` as in `reasons`."""
    said = (sentence(one.code, {**known, **one.fields}) for one in found)
    return ["- " + " ".join(part for part in words if part) for words in said]
