"""Free text given with a step: how long it may be."""

from gardefou.orders.errors import TextTooLongError

LONGEST = 2_000


def short_enough(text: str) -> None:
    """See that a text can be kept.

    Raises:
        TextTooLongError: it is too long; nothing is written.
    """
    if len(text) > LONGEST:
        raise TextTooLongError(f"the text has {len(text):,} characters; {LONGEST:,} are the most")
