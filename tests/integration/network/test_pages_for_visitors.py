"""A page for visitors is made once for its content, and each visitor still reads what is so when they read it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.config.csrf import CSRFConfig

from gardefou.clock import SimulatedClock
from gardefou.network.visibility import Standing
from gardefou.storage import Database
from tests.factories.network import make_member, make_post, put_standing
from tests.factories.pages import Client, network_pages
from tests.fakes.neighbours import NeighboursInMemory

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')


@pytest.fixture
def client(db: Database, clock: SimulatedClock, tmp_path: Path) -> Iterator[Client]:
    with db.transaction() as tx:
        alice = make_member(tx, clock.now(), handle="Alice", display_name="Alice")
        make_post(tx, clock.now(), account_id=alice, text="What everybody reads")
    with network_pages(
        db, clock, NeighboursInMemory(), tmp_path, forms=CSRFConfig(secret="a secret of no house")
    ) as client:
        yield client


def _page(client: Client, path: str = "/@Alice", **headers: str) -> str:
    client.cookies.clear()
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return str(answer.text)


def test_two_visitors_read_the_same_with_a_token_of_their_own(client: Client) -> None:
    one, other = _page(client), _page(client)
    [mine], [theirs] = set(TOKEN.findall(one)), set(TOKEN.findall(other))
    assert mine != theirs
    assert one.replace(mine, theirs) == other


def test_a_token_of_a_page_made_before_opens_its_own_forms(client: Client) -> None:
    _page(client)
    token = TOKEN.findall(_page(client))[0]
    sent = {"language": "fr", "next": "/", "_csrf_token": token}
    assert client.post("/language", data=sent).status_code == 303
    client.cookies.clear()
    _page(client)
    assert client.post("/language", data=sent).status_code == 403


def test_each_language_light_and_place_to_go_back_to_has_a_page_of_its_own(client: Client) -> None:
    plain = _page(client)
    assert 'lang="en"' in plain
    assert 'lang="fr"' in _page(client, **{"accept-language": "fr"})
    assert 'data-theme="dark"' in _page(client, cookie="gf_theme=dark")
    assert 'value="/@Alice?of=others"' in _page(client, "/@Alice?of=others")
    assert "data-theme" not in plain


@pytest.mark.promise(8)
def test_what_has_changed_is_read_at_once(db: Database, clock: SimulatedClock, client: Client) -> None:
    before = _page(client)
    with db.transaction() as tx:
        bob = make_member(tx, clock.now(), handle="Bob", display_name="Bob <b>")
        make_post(tx, clock.now(), account_id=bob, text="And what Bob adds")
    for path in ("/", "/@Bob"):
        assert "And what Bob adds" in _page(client, path)
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=bob, standing=Standing.HIDDEN)
    assert "And what Bob adds" not in _page(client, "/")
    assert client.get("/@Bob").status_code == 404
    with db.transaction() as tx:
        put_standing(tx, clock.now(), subject_id=bob, standing=Standing.ACTIVE)
    assert "And what Bob adds" in _page(client, "/")
    assert TOKEN.sub("", _page(client)) == TOKEN.sub("", before)
