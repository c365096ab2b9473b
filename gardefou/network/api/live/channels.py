"""What a live stream is of, and how what it says is written down."""

import asyncio
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gardefou.network.api.caller import Caller

#: What a stream may be behind before it is ended: its client comes back and reads the timeline instead.
MOST_WAITING = 200


class Channel(StrEnum):
    """What a stream is of."""

    USER = "user"
    NOTIFICATIONS = "user:notification"
    PUBLIC = "public"
    HASHTAG = "hashtag"


@dataclass(eq=False, kw_only=True)
class Subscriber:
    """One open stream.

    Attributes:
        channel: what it is of.
        caller: whose it is, by which token.
        tag: its hashtag's key, for a stream of one.
        waiting: what is not sent yet; None ends it.
    """

    channel: Channel
    caller: Caller
    tag: str = ""
    waiting: "asyncio.Queue[str | None]" = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    @property
    def owner(self) -> tuple[int | None, int | None]:
        """Whose streams are counted together: a member's, or an app's own."""
        member = self.caller.account_id
        return (member, None) if member is not None else (None, self.caller.token_id)

    def tell(self, message: str) -> None:
        """Have something sent; a stream too far behind is ended."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Have the stream end now, whatever is not sent yet."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


def message(event: str, data: Any) -> str:
    """Return what is sent for an event: its data on one line, as text or as JSON."""
    line = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event}\ndata: {line}\n\n"
