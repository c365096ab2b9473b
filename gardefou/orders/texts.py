"""Free text given with a step: how long it may be, and what it may hold."""

from gardefou.orders.errors import MisleadingTextError, TextTooLongError
from gardefou.words.plain import misleading_in

LONGEST = 2_000


def short_enough(text: str) -> None:
    """See that a text can be kept.

    Raises:
        TextTooLongError: it is too long; nothing is written.
        MisleadingTextError: a character of it would control how it is shown, to whoever signs it or reads the record.
    """
    if len(text) > LONGEST:
        raise TextTooLongError(f"the text has {len(text):,} characters; {LONGEST:,} are the most")
    code = misleading_in(text)
    if code:
        raise MisleadingTextError(f"the text holds {code}, which nobody sees; write it without", character=code)
