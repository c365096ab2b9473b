"""Ask the same thing once in a reading: whatever is read there is as it was at one instant, so the answer stays.

A page of a case asks who its reader is, which rulebook is in force and what the account is from a dozen places, each of
which is right to ask for itself.
"""

from collections.abc import Callable, Hashable, KeysView
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from gardefou.storage.engine import Tx

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def once(read: Callable[Concatenate[Tx, Given], Answer]) -> Callable[Concatenate[Tx, Given], Answer]:
    """Return a function that reads once in each reading, and each time anew in a transaction that writes.

    Args:
        read: reads something; what it returns is shared by all who ask, and changed by nobody. Its arguments can be
            hashed, or are lists, sets and keys of what can.
    """

    @wraps(read)
    def asked(tx: Tx, /, *args: Given.args, **kwargs: Given.kwargs) -> Answer:
        known = tx.known
        if known is None:
            return read(tx, *args, **kwargs)
        question = (read, *map(_fixed, args), *((name, _fixed(value)) for name, value in kwargs.items()))
        if question not in known:
            known[question] = read(tx, *args, **kwargs)
        answer: Answer = known[question]
        return answer

    return asked


def _fixed(value: Any) -> Hashable:
    """Return what stands for a value in a question."""
    if isinstance(value, list):
        return tuple(value)
    return frozenset(value) if isinstance(value, set | KeysView) else value
