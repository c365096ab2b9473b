"""What a live stream is of, and how what it says is written down."""

import asyncio
import json
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


class Subscriber:
    """One open stream; there may be thousands, so it holds no more than it must.

    Attributes:
        channel: what it is of.
        caller: whose it is, by which token.
        tag: its hashtag's key, for a stream of one.
    """

    __slots__ = ("_ended", "_waiting", "_woken", "caller", "channel", "tag")

    def __init__(self, *, channel: Channel, caller: Caller, tag: str = "") -> None:
        """Begin with nothing to say."""
        self.channel, self.caller, self.tag = channel, caller, tag
        self._waiting: list[str] = []
        self._woken: asyncio.Future[None] | None = None
        self._ended = False

    @property
    def owner(self) -> tuple[int | None, int | None]:
        """Whose streams are counted together: a member's, or an app's own."""
        member = self.caller.account_id
        return (member, None) if member is not None else (None, self.caller.token_id)

    def tell(self, message: str) -> None:
        """Have something sent; a stream too far behind is ended, and one that has ended says nothing more."""
        if self._ended:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.end()
            return
        self._waiting.append(message)
        self._wake()

    def end(self) -> None:
        """Have the stream end now, whatever is not sent yet."""
        self._waiting, self._ended = [], True
        self._wake()

    async def next(self) -> str | None:
        """Return what is to be sent, once there is something; None when the stream ends."""
        while not self._waiting:
            if self._ended:
                return None
            self._woken = asyncio.get_running_loop().create_future()
            await self._woken
        said, self._waiting = "".join(self._waiting), []
        return said

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)


def message(event: str, data: Any) -> str:
    """Return what is sent for an event: its data on one line, as text or as JSON."""
    line = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event}\ndata: {line}\n\n"
