"""The published record over HTTP: the bytes, their headers, and nothing that is not promised."""

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.house import House
from gardefou.app.ledger_key import key_path, make_key, verifier_path
from gardefou.app.publisher import Publisher
from gardefou.app.web import create_app
from gardefou.clock import SECOND, SimulatedClock
from gardefou.ledger import checkpoint, store
from gardefou.ledger.note import COSIGNATURE, SecretKey, read_key
from gardefou.ledger.tiles import Tile, TileTree, bundles_of, tiles_of, unbundle
from tests.factories.house import make_house
from tests.integration.ledger.test_publish import grow

BROWSER = {"accept": "text/html", "accept-language": "en"}
pytestmark = pytest.mark.promise(14)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose first 200 entries were published, then 700."""
    folder = tmp_path_factory.mktemp("published")
    made = make_house(f"sqlite:///{folder / 'house.db'}", folder, SimulatedClock(1_509_649_200_000_000))
    make_key(made.settings)
    publisher = Publisher(made)
    for size in (200, 700):
        with made.db.reading() as tx:
            now = store.head(tx).size
        grow(made.db, size - now)
        publisher.step()
        made.clock.advance(SECOND)  # type: ignore[attr-defined]  # a simulated clock
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(house: House) -> Iterator["TestClient[Litestar]"]:
    with TestClient(create_app(house), base_url="http://127.0.0.1", raise_server_exceptions=False) as found:
        yield found


def test_an_outsider_reads_all_of_it_and_it_adds_up(client: "TestClient[Litestar]") -> None:
    key = read_key(client.get("/ledger/vkey").text)
    head, _note = checkpoint.opened(client.get("/ledger/checkpoint").content, keys=(key,), origin=key.name)
    assert head.size == 700

    def read(tile: Tile) -> bytes:
        answered = client.get(f"/ledger/{tile.path}")
        assert answered.status_code == 200
        return bytes(answered.content)

    assert TileTree(head.size, read).root() == head.root
    assert [len(unbundle(read(one), one.width)) for one in bundles_of(head.size)] == [256, 256, 188]
    # What an earlier checkpoint promised stays where it was.
    earlier = [*tiles_of(200), *bundles_of(200)]
    assert len(read(earlier[0])) == 200 * 32
    assert len(unbundle(read(earlier[1]), 200)) == 200


@pytest.mark.parametrize(
    ("path", "kind", "keep"),
    [
        ("/ledger/checkpoint", "text/plain; charset=utf-8", "public, max-age=1"),
        ("/ledger/vkey", "text/plain; charset=utf-8", "public, max-age=60"),
        ("/ledger/tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/ledger/tile/0/002.p/188", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/ledger/tile/entries/000", "application/octet-stream", "public, max-age=31536000, immutable"),
    ],
)
def test_headers_let_anybody_keep_it_as_long_as_it_holds(
    client: "TestClient[Litestar]", path: str, kind: str, keep: str
) -> None:
    plain = {"accept-encoding": "identity"}
    answered = client.get(path, headers=plain)
    assert (answered.status_code, answered.headers["content-type"]) == (200, kind)
    assert answered.headers["cache-control"] == keep
    assert answered.headers["access-control-allow-origin"] == "*"
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answered.headers
    assert answered.headers.get("vary") == ("Accept-Encoding" if "entries" in path else None)
    head = client.head(path, headers=plain)
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers} == {**answered.headers}
    known = client.get(path, headers=plain | {"if-none-match": f'"other", {answered.headers["etag"]}'})
    assert (known.status_code, known.content) == (304, b"")
    assert (known.headers["etag"], known.headers["cache-control"]) == (answered.headers["etag"], keep)
    assert client.get(path, headers=plain | {"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, br", False),
        ("identity", False),
        ("xgzip", False),
        ("", False),
    ],
)
def test_entries_are_packed_for_whoever_unpacks(client: "TestClient[Litestar]", accepts: str, packed: bool) -> None:  # noqa: FBT001  # a parameter of the test
    plain = client.get("/ledger/tile/entries/001", headers={"accept-encoding": "identity"})
    with client.stream("GET", "/ledger/tile/entries/001", headers={"accept-encoding": accepts}) as answered:
        raw = b"".join(answered.iter_raw())
    assert (answered.headers.get("content-encoding") == "gzip") is packed
    assert (gzip.decompress(raw) if packed else raw) == plain.content
    assert (answered.headers["etag"] != plain.headers["etag"]) is packed
    hashes = client.get("/ledger/tile/0/001", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in hashes.headers


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002", "tile/0/002.p/189", "tile/0/002.p/100", "tile/0/003.p/1", "tile/1/000", "tile/2/000.p/1",
        "tile/entries/002", "tile/entries/003.p/1", "tile/0/000.p/256", "tile/0/000.p/0", "tile/00/000", "tile/0/0",
        "tile/0/x000/000", "tile/0/000/", "tile//0/000", "tile/0//000", "tile/0/000.p", "tile/0/000.p/", "tile/64/000",
        "tile/-1/000", "tile/0/٠٠٠", "tile/0/%30%30%30", "tile/%30/000", "tile/0/000%2ep/5", "tile/0%2f000", "tile",
        "tile/",
        "tile/../../ledger.key", "tile/..%2f..%2fledger.key", "tile/%2e%2e/%2e%2e/ledger.key", "tile/0/000%00",
        "tile/0/000\\..", ".lock", "checkpoint/", "checkpoint%20", "Checkpoint",
        "vkey/", "../ledger.key", "ledger.key", "tile/0/" + "9" * 9999, "tile/0/" + "x000/" * 2000 + "000",
    ],
    ids=lambda path: str(path)[:40],
)  # fmt: skip
def test_nothing_else_is_there_however_it_is_spelt(client: "TestClient[Litestar]", house: House, path: str) -> None:
    secret = key_path(house.settings).read_text().strip()
    for method in ("GET", "HEAD"):
        answered = client.request(method, f"/ledger/{path}", follow_redirects=False)
        assert answered.status_code == 404, path[:80]
        assert secret not in answered.text


@pytest.mark.parametrize(
    "path",
    [
        "tile/entries/../../checkpoint",
        "tile/0/../../../../etc/passwd",
        "tile/0/" + "../" * 300_000 + "etc/passwd",
        "tile/0/" + "x000/" * 200_000 + "000",
        "tile/0/" + "9" * 1_000_000,
        "x" * 1_000_000,
    ],
    ids=lambda path: str(path)[:12],
)
def test_a_path_that_no_client_would_send_leads_nowhere(client: "TestClient[Litestar]", path: str) -> None:
    """Sent past every client and server that would tidy it up or cut it off."""
    assert asyncio.run(asked(client.app, f"/ledger/{path}")) == 404


async def asked(app: Any, path: str) -> int:
    """Return what the application answers to exactly this path."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "client": ("127.0.0.1", 1),
        "headers": [(b"host", b"127.0.0.1")], "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    return statuses[0]


def test_a_tile_that_is_promised_and_missing_is_not_called_nonexistent(
    client: "TestClient[Litestar]", house: House
) -> None:
    for tile in (Tile(level=0, index=1), Tile(level=None, index=2, width=188)):
        path = house.settings.ledger_folder / tile.path
        kept = path.read_bytes()
        path.unlink()
        answered = client.get(f"/ledger/{tile.path}")
        assert (answered.status_code, answered.headers["cache-control"]) == (503, "no-store")
        assert "gardefou ledger fsck" in answered.text
        path.write_bytes(kept)
        assert client.get(f"/ledger/{tile.path}").status_code == 200


def test_a_checkpoint_that_is_none_of_ours_is_not_handed_on(client: "TestClient[Litestar]", house: House) -> None:
    path = house.settings.ledger_folder / "checkpoint"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"700", b"600", 1))
    try:
        assert client.get("/ledger/checkpoint").status_code == 503
        assert client.get("/ledger/tile/0/000").status_code == 503
        assert client.get("/ledger", headers=BROWSER).status_code == 200
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_explains_it_to_an_outsider(client: "TestClient[Litestar]", house: House, language: str) -> None:
    shown = client.get("/ledger", headers={"accept": "text/html", "accept-language": language})
    assert shown.status_code == 200
    key = verifier_path(house.settings).read_text().strip()
    assert f"<code>{key}</code>" in shown.text
    assert "<b>700</b>" in shown.text
    assert {"en": "What it shows, and what not", "fr": "Ce qu’il montre, et ce qu’il ne montre pas"}[
        language
    ] in shown.text
    assert key_path(house.settings).read_text().strip() not in shown.text
    assert 'href="/ledger"' in client.get("/", headers=BROWSER).text


def test_the_page_names_the_witnesses_and_how_a_receipt_is_checked(house: House) -> None:
    key = SecretKey(name="paper.example/witness", kind=COSIGNATURE, seed=bytes(32)).key
    watched = f"{key} https://paper.example/witness"
    for witnesses, needed, said in (("", 0, "we alone vouch"), (watched, 1, "They have not signed it yet.")):
        settings = msgspec.structs.replace(house.settings, witnesses=witnesses, witnesses_needed=needed)
        with TestClient(create_app(replace(house, settings=settings)), base_url="http://127.0.0.1") as client:
            page = unescape(client.get("/ledger", headers=BROWSER).text)
        assert said in page
        assert (str(key) in page) is bool(witnesses)
        assert "gardefou ledger receipt check FILE" in page


def test_a_house_without_a_key_says_so(tmp_path: Path) -> None:
    made = make_house(f"sqlite:///{tmp_path / 'house.db'}", tmp_path, SimulatedClock(1_509_649_200_000_000))
    with TestClient(create_app(made), base_url="http://127.0.0.1") as client:
        assert "publishes no record yet" in client.get("/ledger", headers=BROWSER).text
        for path in ("checkpoint", "vkey", "tile/0/000.p/1"):
            assert client.get(f"/ledger/{path}").status_code == 404
        make_key(made.settings)
        assert "Nothing has been published yet" in client.get("/ledger", headers=BROWSER).text
    made.close()


def test_asking_which_methods_an_address_takes_is_answered(client: "TestClient[Litestar]") -> None:
    """A browser asks so before another site may; it is no bug of ours, and fills no log."""
    for path in ("/ledger/checkpoint", "/ledger/tile/0/000", "/", "/desk"):
        answered = client.options(path)
        assert (answered.status_code, answered.content) == (204, b"")
        assert "GET" in answered.headers["allow"]
