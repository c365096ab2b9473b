"""How fast programs may ask, and the headers that tell them so.

A flood brake, kept by each server process for itself: reading costs nobody a row. What is counted for good, wherever it
was asked, stands in the database: ways in, and what members do, by families (`storage.limits`). Only this is answered
with 429, for clients wait then and try again; it is never the answer to what is refused.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request

from gardefou.clock import MINUTE, SECOND, to_iso
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.limits import FAMILIES, Family, Left, Limit, block_of

AnyRequest = Request[Any, Any, Any]
#: For each token, and for each block of addresses that shows none that is good.
BY_TOKEN = Limit(1500, 5 * MINUTE)
BY_BLOCK = Limit(3000, 5 * MINUTE)
#: More than this many buckets are not kept: the empty ones go first, then all.
MOST = 20_000
_STATE = "left_to_client"


class Paces:
    """The buckets of one process; each is the instant by which it is empty."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._until: dict[str, int] = {}

    def count(self, request: AnyRequest, *, token_id: int | None, host: str, now: int) -> None:
        """Count a call, and note what is left for the headers.

        Args:
            request: the call.
            token_id: the token it shows, if that is good; made-up ones count with their addresses.
            host: where it comes from.
            now: the instant, microseconds.

        Raises:
            TooManyTriesError: too many came from there.
        """
        key, limit = (block_of(host), BY_BLOCK) if token_id is None else (f"token {token_id}", BY_TOKEN)
        each = limit.window // limit.tries
        before, full = self._until.get(key, 0), now + limit.window
        # What is further ahead than a full bucket was counted before the clock stepped back.
        until = (before if now < before <= full else now) + each
        if until > full:
            say_left(request, Left(limit=limit.tries, remaining=0, reset=until))
            raise TooManyTriesError(seconds=-(-(until - limit.window - now) // SECOND))
        if len(self._until) >= MOST:
            self._sweep(now)
        self._until[key] = until
        say_left(request, Left(limit=limit.tries, remaining=(full - until) // each, reset=until))

    def _sweep(self, now: int) -> None:
        self._until = {key: until for key, until in self._until.items() if until > now}
        if len(self._until) >= MOST:
            self._until.clear()


def say_left(request: AnyRequest, left: Left) -> None:
    """Note what is left, for the headers of the answer."""
    request.scope["state"][_STATE] = left  # `request.state` is made anew each time that it is asked for.


def none_left(family: Family, now: int) -> Left:
    """Return what is left of a family that is used up."""
    limit = FAMILIES[family]
    return Left(limit=limit.tries, remaining=0, reset=now + limit.window)


def told(scope: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers that say what is left; none where nothing was counted."""
    left: Left | None = scope.get("state", {}).get(_STATE)
    if left is None:
        return {}
    return {
        "x-ratelimit-limit": str(left.limit),
        "x-ratelimit-remaining": str(max(0, left.remaining)),
        "x-ratelimit-reset": to_iso(left.reset),
    }
