"""Programs in a browser, on a site of their own: where they may ask, and what they may read of the answer.

Only the addresses of the Mastodon client API, where a cookie says nothing: there a page of another origin has what its
program was given, a token, and no more. What browsers ask beforehand is answered here, before any route is looked for.
"""

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from gardefou.network.api.problems import asked_by_a_client

READABLE = "Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
PREFLIGHT = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key",
    "access-control-max-age": "86400",
}


def answers_other_origins(app: ASGIApp) -> ASGIApp:
    """Return the application, which then lets pages of other origins ask where a token counts and nothing else."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not asked_by_a_client(scope["path"]):
            await app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in Headers.from_scope(scope):
            told = [(name.encode(), value.encode()) for name, value in PREFLIGHT.items()]
            await send({"type": "http.response.start", "status": 204, "headers": told})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers["access-control-allow-origin"] = "*"
                headers["access-control-expose-headers"] = READABLE
                headers["cross-origin-resource-policy"] = "cross-origin"
            await send(message)

        await app(scope, receive, readable)

    return answer
