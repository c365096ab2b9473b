"""How answers are timed and streams counted, around applications that do one thing each."""

import asyncio
from typing import Any, cast

import pytest
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry

from gardefou.app.metrics.timings import Timings


def run(app: Any, *, kind: str = "http", method: str = "GET", path_template: str = "") -> CollectorRegistry:
    """Let an application answer once, and return what was counted."""
    registry = CollectorRegistry()
    scope = {"type": kind, "method": method, "path": "/somebody"}
    if path_template:
        scope["path_template"] = path_template

    async def receive() -> Any:
        return {"type": f"{kind}.receive"}

    async def send(_: Message) -> None: ...

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send, registry)

    timed = Timings(registry).around(cast("ASGIApp", answer))
    asyncio.run(timed(cast("Scope", scope), receive, send))  # type: ignore[arg-type]  # a coroutine, as applications are
    return registry


def counted(registry: CollectorRegistry, route: str, method: str, status: str) -> float | None:
    labels = {"route": route, "method": method, "status": status}
    return registry.get_sample_value("gardefou_request_seconds_count", labels)


def streams(registry: CollectorRegistry, route: str) -> float | None:
    return registry.get_sample_value("gardefou_streams_open", {"route": route})


async def plain(_scope: Any, _receive: Any, send: Any, _registry: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b""})


def test_an_answer_is_told_by_its_template_and_never_by_its_address() -> None:
    registry = run(plain, path_template="/{name:str}")
    assert counted(registry, "/{name:str}", "GET", "200") == 1
    assert counted(run(plain), "none", "GET", "200") == 1


def test_a_method_that_somebody_made_up_is_no_label_of_its_own() -> None:
    assert counted(run(plain, method="SECRET"), "none", "other", "200") == 1


def test_a_stream_is_counted_while_it_is_open_and_is_no_long_answer() -> None:
    async def stream(_scope: Any, _receive: Any, send: Any, registry: CollectorRegistry) -> None:
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        assert streams(registry, "/desk/stream") == 1

    registry = run(stream, path_template="/desk/stream")
    assert streams(registry, "/desk/stream") == 0
    assert counted(registry, "/desk/stream", "GET", "200") is None


def test_a_socket_is_a_stream_once_it_is_accepted() -> None:
    async def socket(_scope: Any, _receive: Any, send: Any, registry: CollectorRegistry) -> None:
        assert streams(registry, "/live") is None
        await send({"type": "websocket.accept"})
        assert streams(registry, "/live") == 1

    assert streams(run(socket, kind="websocket", path_template="/live"), "/live") == 0


def test_what_broke_before_an_answer_is_no_answer() -> None:
    async def broken(*_: Any) -> None:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone"):
        run(broken)
