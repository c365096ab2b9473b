"""Programs on other sites ask with a token and with nothing else, at a pace; and what clients ask when they start."""

import re

import pytest
from httpx import Response

from gardefou.app.house import House
from gardefou.clock import DAY, HOUR, SECOND, SimulatedClock
from gardefou.network.api import paces
from gardefou.network.api.paces import BY_BLOCK, BY_TOKEN
from gardefou.network.web.common import SESSION_COOKIE
from gardefou.storage import Database
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.limits import FAMILIES, REPORTER_ON_ACCOUNT, Family, Limit, spend
from tests.factories.network import make_member, put_standing
from tests.factories.programs import (
    Client,
    Program,
    add_member,
    be_member,
    bearer,
    register,
    serving,
)

ME = "/api/v1/accounts/verify_credentials"
ELSEWHERE = {"origin": "https://client.example", "sec-fetch-site": "cross-site"}


@pytest.fixture
def token(program: Program, alice: int) -> str:
    told: str = program.by_password(scope="read write").json()["access_token"]
    return told


@pytest.mark.promise(10)
def test_a_cookie_says_nothing_where_programs_ask(house: House, client: Client, alice: int) -> None:
    be_member(house, client, alice)
    assert client.get("/home", headers={"accept": "text/html"}).status_code == 200
    for method, path in (("GET", ME), ("POST", "/api/v1/markers"), ("GET", "/api/v1/preferences")):
        answered = client.request(method, path, headers=ELSEWHERE)
        assert (answered.status_code, answered.json()["error"]) == (401, "The access token is invalid")
    assert client.cookies[SESSION_COOKIE]


@pytest.mark.promise(10)
def test_with_a_token_a_page_of_another_site_may_ask_there_and_nowhere_else(
    house: House, client: Client, token: str, alice: int
) -> None:
    kept = client.post("/api/v1/markers", json={"home": {"last_read_id": "17"}}, headers=ELSEWHERE | bearer(token))
    assert kept.json()["home"]["last_read_id"] == "17"
    assert kept.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in kept.headers
    assert {"Link", "X-RateLimit-Remaining"} <= set(kept.headers["access-control-expose-headers"].split(", "))
    be_member(house, client, alice)
    client.get("/home", headers={"accept": "text/html"})
    form = {"text": "Hello", "_csrf_token": client.cookies["csrf"]}
    assert client.post("/posts", data=form, headers=ELSEWHERE).status_code == 403
    for path in ("/", "/home", "/oauth/authorize", "/sign-in", "/desk/sign-in"):
        assert "access-control-allow-origin" not in client.get(path, headers=ELSEWHERE).headers


def test_browsers_are_told_beforehand_what_a_page_may_ask(client: Client) -> None:
    asks = ELSEWHERE | {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    for path in ("/api/v1/statuses", "/api/v2/search", "/oauth/token", "/oauth/revoke", "/api/v1/apps"):
        told = client.options(path, headers=asks)
        assert (told.status_code, told.headers["access-control-allow-origin"]) == (204, "*"), path
        assert "Authorization" in told.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in client.options("/posts", headers=asks).headers
    wrong = client.get("/api/v1/accounts/verify_credentials", headers=ELSEWHERE)
    assert (wrong.status_code, wrong.headers["access-control-allow-origin"]) == (401, "*")


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    "shown", ["Bearer", "Bearer x", "Bearer " + "x" * 9000, "Basic YTpi", "bearer é", "Bearer a b", "Bearer \t"]
)
def test_what_is_no_token_is_told_so(client: Client, shown: str) -> None:
    sent = {b"authorization": shown.encode()}
    answered = client.get(ME, headers=sent)
    assert (answered.status_code, answered.json()["error"]) == (401, "The access token is invalid")
    assert answered.headers["www-authenticate"].startswith("Bearer")
    # Where it matters who reads, one that is shown has to be good; where it does not, nobody looks.
    post = client.get("/api/v1/statuses/1", headers=sent)
    assert post.status_code == (404 if shown in ("Bearer", "Basic YTpi", "Bearer \t") else 401)
    assert client.get("/api/v1/instance", headers=sent).status_code == 200


def test_clients_read_what_they_ask_when_they_start(client: Client, token: str) -> None:
    one = client.get("/api/v1/instance/").json()
    two = client.get("/api/v2/instance/").json()
    assert one == client.get("/api/v1/instance").json()
    assert (one["uri"], two["domain"]) == ("localhost:8000", "localhost:8000")
    assert re.fullmatch(r"\d+\.\d+\.\d+ \(compatible; Garde-fou [\w.]+\)", one["version"])
    assert (one["version"], two["api_versions"]["mastodon"]) == (two["version"], 1)
    assert one["stats"]["user_count"] >= 1
    assert one["configuration"]["statuses"]["max_characters"] == 500
    assert [rule["id"] for rule in client.get("/api/v1/instance/rules").json()][:2] == ["1", "2"]
    for path in ("v1/custom_emojis", "v1/trends/tags", "v1/trends/statuses", "v1/instance/peers", "v1/trends/links"):
        assert client.get(f"/api/{path}").json() == [], path
    for path in ("v1/lists", "v2/filters", "v1/announcements", "v2/suggestions", "v1/followed_tags"):
        assert client.get(f"/api/{path}", headers=bearer(token)).json() == [], path
        assert client.get(f"/api/{path}").status_code == 401, path
    preferences = client.get("/api/v1/preferences", headers=bearer(token)).json()
    assert preferences["posting:default:visibility"] == "public"


@pytest.mark.promise(8)
def test_what_the_network_counts_leaves_the_hidden_out(house: House, client: Client, clock: SimulatedClock) -> None:
    bob = add_member(house, "bob_counted")
    before = client.get("/api/v1/instance").json()["stats"]["user_count"]
    with house.db.transaction() as tx:
        put_standing(tx, house.clock.now(), subject_id=bob, standing="hidden")
    clock.advance(HOUR)
    assert client.get("/api/v1/instance").json()["stats"]["user_count"] == before - 1


def test_marks_count_their_changes_and_are_each_members_own(client: Client, token: str) -> None:
    given = {"home[last_read_id]": "5", "notifications[last_read_id]": "6"}
    first = client.post("/api/v1/markers", data=given, headers=bearer(token)).json()
    again = client.post("/api/v1/markers", data={"home[last_read_id]": "9"}, headers=bearer(token)).json()
    assert (again["home"]["version"], list(again)) == (first["home"]["version"] + 1, ["home"])
    read = client.get("/api/v1/markers", params={"timeline[]": ["home", "notifications", "x"]}, headers=bearer(token))
    assert {name: mark["last_read_id"] for name, mark in read.json().items()} == {"home": "9", "notifications": "6"}
    assert client.get("/api/v1/markers", headers=bearer(token)).json() == {}
    for wrong in ("x", "-1", "9" * 30, "1.5"):
        sent = client.post("/api/v1/markers", data={"home[last_read_id]": wrong}, headers=bearer(token))
        assert sent.status_code == 422, wrong
    assert client.post("/api/v1/markers", json=[], headers=bearer(token)).status_code == 400


def test_an_account_is_opened_by_a_program_as_by_the_form(client: Client, program: Program) -> None:
    alone = bearer(program.token(grant_type="client_credentials", scope="read write").json()["access_token"])
    given = {"username": "dave", "email": "dave@example.org", "password": "correct horse", "agreement": True}
    wrong = client.post("/api/v1/accounts", json={"username": "a b", "email": "x", "password": "short"}, headers=alone)
    assert wrong.status_code == 422
    assert {name: said[0]["error"] for name, said in wrong.json()["details"].items()} == {
        "username": "ERR_INVALID",
        "email": "ERR_INVALID",
        "password": "ERR_TOO_SHORT",
        "agreement": "ERR_ACCEPTED",
    }
    opened = client.post("/api/v1/accounts", json=given, headers=alone)
    assert opened.status_code == 200
    me = client.get(ME, headers=bearer(opened.json()["access_token"]))
    assert me.json()["username"] == "dave"
    taken = client.post("/api/v1/accounts", json=given, headers=alone).json()
    assert taken["details"]["username"][0]["error"] == taken["details"]["email"][0]["error"] == "ERR_TAKEN"


def test_every_answer_says_how_much_is_left(client: Client, token: str) -> None:
    first, second = (client.get(ME, headers=bearer(token)).headers for _ in range(2))
    assert first["x-ratelimit-limit"] == str(BY_TOKEN.tries)
    assert int(second["x-ratelimit-remaining"]) == int(first["x-ratelimit-remaining"]) - 1
    assert re.fullmatch(r"2017-11-0\dT.*Z", first["x-ratelimit-reset"])
    assert client.get("/api/v1/instance").headers["x-ratelimit-limit"] == str(BY_BLOCK.tries)
    assert "x-ratelimit-limit" not in client.get("/").headers


def test_who_asks_too_fast_waits_and_others_do_not(
    house: House, alice: int, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paces, "BY_TOKEN", Limit(3, 3 * 60 * 1_000_000))
    clock.advance(3 * HOUR)
    with serving(house, password_grant="on") as client:
        one, other = (register(client).by_password().json()["access_token"] for _ in range(2))
        assert [client.get(ME, headers=bearer(one)).status_code for _ in range(4)] == [200, 200, 200, 429]
        slowed = client.get(ME, headers=bearer(one))
        assert (slowed.headers["retry-after"], slowed.headers["x-ratelimit-remaining"]) == ("60", "0")
        assert client.get(ME, headers=bearer(other)).status_code == 200
        clock.advance(60 * 1_000_000)
        assert client.get(ME, headers=bearer(one)).status_code == 200


def test_what_members_do_is_counted_by_family_for_all_their_programs(db: Database, now: int) -> None:
    limit = FAMILIES[Family.STATUSES]
    with db.transaction() as tx:
        left = [spend(tx, now=now, family=Family.STATUSES, account_id=1).remaining for _ in range(limit.tries)]
        assert left == list(range(limit.tries))[::-1]
        with pytest.raises(TooManyTriesError):
            spend(tx, now=now, family=Family.STATUSES, account_id=1)
        assert spend(tx, now=now, family=Family.FOLLOWS, account_id=1).remaining == FAMILIES[Family.FOLLOWS].tries - 1
        assert spend(tx, now=now, family=Family.STATUSES, account_id=2).remaining == limit.tries - 1
        later = now + limit.window // limit.tries
        assert spend(tx, now=later, family=Family.STATUSES, account_id=1).remaining == 0


@pytest.mark.promise(18)
def test_too_many_reports_on_one_account_use_up_no_others(house: House, client: Client, token: str) -> None:
    """What is left is said of what is used up, or a program would be silent for a day towards everybody."""
    with house.db.transaction() as tx:
        bob, carol = (make_member(tx, house.clock.now(), neighbours=house.neighbours) for _ in range(2))

    def report(account_id: int, words: str) -> Response:
        body = {"account_id": str(account_id), "category": "spam", "comment": words}
        return client.post("/api/v1/reports", json=body, headers=bearer(token))

    taken = [report(bob, f"Number {number}").status_code for number in range(REPORTER_ON_ACCOUNT.tries)]
    over, other = report(bob, "One more"), report(carol, "")
    assert (set(taken), over.status_code, other.status_code) == ({200}, 429, 200)
    assert int(over.headers["retry-after"]) < DAY // SECOND
    assert int(over.headers["x-ratelimit-remaining"]) > 0
    assert int(other.headers["x-ratelimit-remaining"]) == FAMILIES[Family.REPORTS].tries - len(taken) - 1


def test_who_likes_and_unlikes_or_boosts_and_takes_back_without_end_is_told_to_wait(
    house: House, client: Client, token: str, alice: int, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each leaves events that nothing takes away; programs and the forms of our own pages count together."""
    monkeypatch.setitem(FAMILIES, Family.DEEDS, Limit(4, HOUR))
    post = client.post("/api/v1/statuses", json={"status": "Hello"}, headers=bearer(token)).json()["id"]
    likes = [
        client.post(f"/api/v1/statuses/{post}/{deed}", headers=bearer(token))
        for deed in ("favourite", "unfavourite", "unreblog")
    ]
    assert [(one.status_code, one.headers["x-ratelimit-remaining"]) for one in likes] == [
        (200, "3"),
        (200, "2"),
        (200, "1"),
    ]
    boost = client.post(f"/api/v1/statuses/{post}/reblog", headers=bearer(token))
    statuses = FAMILIES[Family.STATUSES].tries
    assert (boost.headers["x-ratelimit-limit"], boost.headers["x-ratelimit-remaining"]) == (
        str(statuses),
        str(statuses - 2),
    )
    be_member(house, client, alice)
    client.get("/home", headers={"accept": "text/html"})
    form = {"text": "Hello", "_csrf_token": client.cookies["csrf"]}
    page = {"accept": "text/html"}
    assert client.post("/posts", data=form, headers=page, follow_redirects=False).status_code == 303
    assert client.post("/posts", data=form, headers=page, follow_redirects=False).status_code == 429
    assert client.get("/home", headers=page).status_code == 200
    assert client.post("/settings/apps/1/end", data=form, headers=page, follow_redirects=False).status_code == 303
    waits = client.post(f"/api/v1/statuses/{post}/bookmark", headers=bearer(token))
    assert (waits.status_code, waits.headers["x-ratelimit-remaining"], waits.headers["retry-after"]) == (
        429,
        "0",
        "900",
    )
    assert waits.json()["error"]
    clock.advance(HOUR // 4)
    assert client.post(f"/api/v1/statuses/{post}/bookmark", headers=bearer(token)).status_code == 200
