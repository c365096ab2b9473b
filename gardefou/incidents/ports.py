"""Where a published statement is also said."""

from typing import Protocol

from gardefou.storage import Tx


class Announcer(Protocol):
    """Posts a statement in the house's own name."""

    def announce(self, tx: Tx, *, now: int, text: str, locale: str) -> None:
        """Post a text on the network's own official account."""
