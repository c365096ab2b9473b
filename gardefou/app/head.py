"""HEAD, answered as GET without the body, on every page: link checkers and probes ask this way."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answers_head(app: ASGIApp) -> ASGIApp:
    """Return the application, which then knows HEAD wherever it knows GET."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                # The answer ends here. A stream, which would never end, hears that its reader is gone.
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await app({**scope, "method": "GET"}, receive, without_body)

    return answer
