"""What is sent to the whole house, before any door: what cannot be read, what is too much, what never comes."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar._parsers import parse_url_encoded_form_data
from litestar.exceptions import HTTPException

from gardefou.app import large_bodies
from gardefou.app.large_bodies import EACH, LargeBodies
from gardefou.app.web import MAX_BODY
from gardefou.clock import SimulatedClock
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.storage.errors import TooManyTriesError
from tests.factories.programs import BEGUN, Client, founded, serving

PARTS = {"content-type": "multipart/form-data; boundary=x", "accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
NO_LETTERS = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--x--\r\n'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Client]:
    folder, clock = tmp_path_factory.mktemp("house"), SimulatedClock(BEGUN)
    with founded(folder, sqlite_template, clock) as house, serving(house) as opened:
        yield opened


@pytest.mark.promise(20)
@pytest.mark.parametrize("path", ["/sign-in", "/posts", "/settings", "/language", "/oauth/authorize", "/@a/report"])
def test_a_form_in_no_letters_at_all_is_refused_in_words(client: Client, path: str) -> None:
    answer = client.post(path, headers=PARTS, content=NO_LETTERS)
    assert (answer.status_code, "cannot be read" in answer.text) == (400, True)


@pytest.mark.promise(20)
@pytest.mark.parametrize("host", ["localhost:abc", "localhost:99999999", "localhost:-1"])
@pytest.mark.parametrize("path", ["/", "/api/v1/timelines/public"])
def test_a_port_that_is_none_is_no_name_of_ours(client: Client, host: str, path: str) -> None:
    assert client.get(path, headers={"host": host}).status_code == 400


def test_no_form_is_kept_when_it_has_been_read(client: Client) -> None:
    parse_url_encoded_form_data.cache_clear()
    assert client.post("/sign-in", headers=FORM, content=b"email=a&password=secret").status_code == 403
    assert parse_url_encoded_form_data.cache_info().currsize == 0


@pytest.mark.promise(20)
@pytest.mark.parametrize("path", ["/posts", "/settings", "/api/v1/media"])
def test_a_stranger_sends_no_more_than_a_form_and_it_is_not_read(client: Client, path: str) -> None:
    read = 0

    def body() -> Iterator[bytes]:
        nonlocal read
        for _ in range(200):
            read += 1
            yield b"x" * 100_000

    headers = {**PARTS, "content-length": str(200 * 100_000)}
    client.cookies.clear()
    answer = client.post(path, headers=headers, content=body())
    assert (answer.status_code, read) == (413, 0)


class _Held:
    """The rest of the house, that answers when it is told to."""

    def __init__(self) -> None:
        self.inside, self.may_go = 0, asyncio.Event()

    async def __call__(self, _scope: Any, receive: Any, _send: Any) -> None:
        self.inside += 1
        await receive()
        await self.may_go.wait()


def _scope(size: int, host: str) -> Any:
    headers = [(b"content-length", str(size).encode()), (b"cookie", f"{SESSION_COOKIE}=made-up".encode())]
    return {"type": "http", "method": "POST", "path": "/posts", "headers": headers, "client": (host, 1), "state": {}}


async def _nothing(_message: Any) -> None:
    """Send it to nobody."""


async def _all_of_it() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _never() -> Any:
    await asyncio.Event().wait()


@pytest.mark.promise(20)
def test_so_much_is_on_its_way_at_once_and_no_block_of_addresses_has_more_than_its_share() -> None:
    async def scene() -> None:
        house, door = _Held(), LargeBodies(MAX_BODY)

        def send(size: int, host: str) -> "asyncio.Task[None]":
            return asyncio.create_task(door.handle(_scope(size, host), _all_of_it, _nothing, house))

        many = [send(EACH // 2, "192.0.2.1") for _ in range(2)]
        await asyncio.sleep(0)  # Until each has come to the door.
        with pytest.raises(TooManyTriesError):
            await send(EACH // 2, "192.0.2.77")  # Of the same block.
        small = send(MAX_BODY, "192.0.2.1")
        many += [send(EACH, f"198.51.{number}.1") for number in range(2)]
        await asyncio.sleep(0)  # Until each has come to the door.
        with pytest.raises(TooManyTriesError):
            await send(EACH, "203.0.113.1")  # There is no more room for anybody.
        assert house.inside == 5
        house.may_go.set()
        await asyncio.gather(small, *many)
        await send(EACH, "192.0.2.1")

    asyncio.run(scene())


@pytest.mark.promise(20)
def test_what_does_not_come_in_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_bodies, "ARRIVES_WITHIN", 0.05)

    async def scene() -> None:
        door = LargeBodies(MAX_BODY)
        with pytest.raises(HTTPException, match="408"):
            await door.handle(_scope(EACH, "192.0.2.1"), _never, _nothing, _Held())
        # Its room is free again.
        house = _Held()
        house.may_go.set()
        await door.handle(_scope(EACH, "192.0.2.1"), _all_of_it, _nothing, house)

    asyncio.run(scene())
