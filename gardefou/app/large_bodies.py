"""Images on their way in: only so much at once, only from members and programs, and nothing for ever.

A form is read whole before anything else is asked about it, the forms' own token first, and an image may have ten
megabytes. So whoever sends more than a form's worth shows a session or a token, whatever it is worth, and takes up some
of what there is room for, of which nobody has more than their share; who finds none comes again in a moment.
"""

import asyncio
from collections import Counter
from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from gardefou.app.callers import host_of
from gardefou.desk.session import COOKIE as STAFF_COOKIE
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.limits import block_of

_MEGABYTE = 1024 * 1024
#: How many bytes of large bodies a process takes in at once, and how many of them from one block of addresses: a post
#: with four images, sent as a form or, by a program, one beside the other.
MOST, EACH = 160 * _MEGABYTE, 48 * _MEGABYTE
#: What a body counts for that does not say how long it is.
UNSAID = 12 * _MEGABYTE
#: How long one may take to arrive, seconds: ten megabytes over a slow line.
ARRIVES_WITHIN = 120.0
#: After how many seconds there may be room again.
AGAIN_IN = 5
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class LargeBodies(ASGIMiddleware):
    """Lets in large bodies as far as there is room."""

    def __init__(self, small: int) -> None:
        """Remember how many bytes any form may have, whoever sends it."""
        self._small = small
        self._from: Counter[str] = Counter()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let a request through, if there is room for what it brings.

        Raises:
            HTTPException: it is larger than anything may be, or too large for a stranger's, 413; it never came, 408.
            TooManyTriesError: there is no room now.
        """
        asked: Request[Any, Any, Any] = Request(scope)
        size = _size(asked)
        if scope.get("method") in _BODILESS or size <= self._small:
            await next_app(scope, receive, send)
            return
        if size > EACH or not _known(asked):
            raise HTTPException(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        block = block_of(host_of(scope))
        if self._from.total() + size > MOST or self._from[block] + size > EACH:
            raise TooManyTriesError(seconds=AGAIN_IN)
        self._from[block] += size
        try:
            await next_app(scope, _in_time(receive), send)
        finally:
            self._from[block] -= size
            self._from += Counter()  # Whoever has nothing on the way is forgotten.


def _size(asked: Request[Any, Any, Any]) -> int:
    length = asked.headers.get("content-length", "")
    if length.isascii() and length.isdecimal():
        return int(length[:20])
    return UNSAID if "transfer-encoding" in asked.headers else 0


def _known(asked: Request[Any, Any, Any]) -> bool:
    """Return whether a session or a token is shown; what it is worth is asked later."""
    return "authorization" in asked.headers or not {SESSION_COOKIE, STAFF_COOKIE}.isdisjoint(asked.cookies)


def _in_time(receive: Receive) -> Receive:
    """Return what waits for the next part of a body, until all of it should have come."""
    until = asyncio.get_running_loop().time() + ARRIVES_WITHIN
    whole = False

    async def received() -> ReceiveMessage:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(status_code=HTTPStatus.REQUEST_TIMEOUT) from None
        whole = not message.get("more_body", False)
        return message

    return received
