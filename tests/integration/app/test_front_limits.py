"""Who tries too often is told when to come back; who is behind a proxy is told apart; forms come from our own pages."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from gardefou.app.house import House
from gardefou.app.web import create_app
from gardefou.clock import SECOND, SimulatedClock
from gardefou.events.actor import SETUP
from gardefou.events.tables import outbox
from gardefou.network import passwords
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.network.tables import net_account
from gardefou.storage.limits import LIMITS, LOGINS, Entry
from tests.factories.house import make_house

PAGE = {"accept": "text/html"}
JSON = {"accept": "application/json"}
Client = TestClient[Litestar]


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock)
    yield made
    made.close()


def client_of(house: House, **settings: str) -> Client:
    """Return a browser of a house that is set up otherwise."""
    other = dataclasses.replace(house, settings=msgspec.structs.replace(house.settings, **settings))
    return TestClient(create_app(other), base_url="http://127.0.0.1")


def post(client: Client, path: str, data: dict[str, str], **headers: str) -> tuple[int, str, str]:
    """Send a form of ours; return status, when to come back, and the page."""
    if "csrf" not in client.cookies:
        client.get("/sign-in", headers=PAGE)
    token = {"x-csrftoken": client.cookies["csrf"]}
    answer = client.post(path, data=data, headers={**PAGE, **token, **headers}, follow_redirects=False)
    return answer.status_code, answer.headers.get("retry-after", ""), answer.text


def test_a_door_tried_too_often_says_when_to_come_back(house: House, clock: SimulatedClock) -> None:
    limit = LIMITS[Entry.STAFF_LINK]
    with client_of(house) as client:
        for _ in range(limit.tries):
            assert post(client, "/desk/sign-in/made-up", {})[0] == 403
        status, seconds, page = post(client, "/desk/sign-in/made-up", {})
        assert (status, seconds) == (429, "20")
        assert "come back in 20 s" in page
        status, _, said = post(client, "/desk/sign-in/made-up", {}, **JSON)
        assert (status, '"status":429' in said) == (429, True)
        # Another door, and this one later, are open.
        assert post(client, "/sign-in", {"email": "a@b.example", "password": "wrong wrong"})[0] == 400
        clock.advance(int(seconds) * SECOND)
        assert post(client, "/desk/sign-in/made-up", {})[0] == 403


def test_who_knows_an_address_locks_nobody_out_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_verify", lambda _kept, _password: False)  # Hashing is slow, and not what is tried.
    form = {"email": "ada@x.example", "password": "wrong wrong"}
    with client_of(house, proxies=["testclient-is-no-address", "127.0.0.1"][1]) as client:
        codes = [post(client, "/sign-in", form)[0] for _ in range(LOGINS[Entry.MEMBER_SIGN_IN].tries + 1)]
        assert (set(codes[:-1]), codes[-1]) == ({400}, 429)
        assert post(client, "/sign-in", form | {"email": "bob@x.example"})[0] == 400


def test_nobody_says_for_whom_they_speak_but_a_proxy_that_is_named(house: House) -> None:
    with client_of(house) as client:
        for number in range(LIMITS[Entry.STAFF_LINK].tries):
            post(client, "/desk/sign-in/x", {}, **{"x-forwarded-for": f"203.0.{number}.7"})
        assert post(client, "/desk/sign-in/x", {}, **{"x-forwarded-for": "192.0.2.1"})[0] == 429


#: What a browser says of a form's origin, and what becomes of it.
ORIGINS: list[tuple[dict[str, str], int]] = [
    ({}, 200),
    ({"sec-fetch-site": "same-origin"}, 200),
    ({"sec-fetch-site": "none"}, 200),
    ({"origin": "http://127.0.0.1"}, 200),
    ({"sec-fetch-site": "same-site", "origin": "http://blog.127.0.0.1"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"origin": "http://evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"origin": "http://["}, 403),
]


def test_a_form_with_both_halves_of_the_token_planted_is_refused_unless_it_is_ours(house: House) -> None:
    """Litestar's token is compared with a cookie that a site beside ours can plant; the origin it cannot."""
    with client_of(house) as client:
        for headers, status in ORIGINS:
            code, _, page = post(client, "/password", {"email": ""}, **headers)
            assert code == status, headers
            assert ("Nothing has changed: go back" in page) is (status == 403), headers


def test_over_tls_browsers_are_told_to_stay_there_and_cookies_travel_nowhere_else(house: House) -> None:
    with client_of(house, url="https://desk.example") as client:
        answer = client.get("/sign-in", headers=PAGE)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "secure" in answer.headers["set-cookie"].lower()
        # The cookie is not sent back over plain HTTP, hence by hand.
        csrf = answer.headers["set-cookie"].split("csrf=")[1].split(";")[0]
        client.cookies.set("csrf", csrf)
        switched = client.post(
            "/theme", data={"theme": "dark", "_csrf_token": csrf}, headers=PAGE, follow_redirects=False
        )
        assert "secure" in switched.headers["set-cookie"].lower()
    with client_of(house) as client:
        assert "strict-transport-security" not in client.get("/sign-in", headers=PAGE).headers


def test_a_lost_password_is_answered_alike_and_with_the_same_work_whoever_asks(house: House) -> None:
    with house.db.transaction() as tx:
        account = ImportedAccount(handle="ada", display_name="Ada", imported_id="1", created_at=house.clock.now())
        import_account(tx, house.neighbours, actor=SETUP, now=house.clock.now(), account=account)
        tx.execute(net_account.update().where(net_account.c.handle == "ada").values(email="ada@x.example"))
    with client_of(house) as client:
        pages = [
            post(client, "/password", {"email": email}) for email in ("ada@x.example", "nobody@x.example") for _ in "ab"
        ]
    assert len(set(pages)) == 1
    with house.db.reading() as tx:
        wanted = select(outbox.c.topic, outbox.c.state, func.count()).group_by(outbox.c.topic, outbox.c.state)
        rows = sorted(list(row.values()) for row in tx.all(wanted))
        bodies = [row["body"] + row["key"] for row in tx.all(select(outbox))]
    assert rows == [["nobody", "accepted", 1], ["password", "queued", 1]]
    assert not any("nobody@x" in body for body in bodies)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike_after_the_same_work(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.db.transaction() as tx:
        account = ImportedAccount(handle="ada", display_name="Ada", imported_id="1", created_at=house.clock.now())
        import_account(tx, house.neighbours, actor=SETUP, now=house.clock.now(), account=account)
        kept = passwords.hashed("the right password")
        tx.execute(
            net_account.update().where(net_account.c.handle == "ada").values(email="ada@x.example", password_hash=kept)
        )
    hashed: list[str] = []
    real = PasswordHasher.verify

    def noted(hasher: PasswordHasher, kept: str, password: str) -> bool:
        hashed.append(kept)
        return bool(real(hasher, kept, password))

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    with client_of(house) as client:
        pages = [
            post(client, "/sign-in", {"email": email, "password": "a wrong password"})[2].replace(email, "…")
            for email in ("ada@x.example", "zoe@x.example")
        ]
    assert pages[0] == pages[1]
    assert [one.split("$")[1:4] for one in hashed] == [hashed[0].split("$")[1:4]] * 2
