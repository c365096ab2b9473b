"""What a machine does with its token over HTTP: reports come in, orders are read; nothing else, and for nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import DAY, SimulatedClock, to_iso
from gardefou.network.report import Intake
from gardefou.reports.tables import report
from gardefou.safeguards.subjects import HOUSE_ID
from gardefou.staff.collect_token import collect_token
from gardefou.staff.tokens import all_tokens
from gardefou.storage import Database
from gardefou.storage.limits import LIMITS, Entry
from gardefou.storage.together import Together
from tests.factories.town import Town, found_town

Client = TestClient[Litestar]


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


@pytest.fixture
def client(town: Town, tmp_path: Path) -> Iterator[Client]:
    app = create_app(house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock))
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


def secret_of(town: Town, scopes: str, name: str = "bot") -> str:
    """Have a token issued and collect its secret."""
    change = {"name": name, "scopes": scopes, "ends": to_iso(town.now + DAY)}
    asked = town.change("administrator", "token.issue", HOUSE_ID, **change).order
    town.approve("manager north", asked.id)
    with town.db.transaction() as tx:
        newest = all_tokens(tx)[0]["id"]
        return collect_token(tx, actor=town.people["administrator"], now=town.now, token_id=newest)


def ask(client: Client, method: str, path: str, secret: str = "", **more: Any) -> Response:
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    return client.request(method, path, headers=headers | more.pop("headers", {}), **more)


REPORT = {"account": "@anna", "category": "spam", "comment": "Look"}


def test_a_machine_files_a_report_and_the_report_names_it(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    said = REPORT | {"posts": [str(town.posts["anna"][0])], "language": "fr"}
    first, again = (ask(client, "POST", "/api/reports", secret, json=said) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    with town.db.reading() as tx:
        [row] = tx.all(select(report))
    assert (row["reporter"], row["locale"], str(row["id"])) == ("machine:token/bot", "fr", first.json()["report"])


def test_what_a_machine_sends_wrong_is_said_and_nothing_is_filed(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    for wrong, status in (
        ({"account": "nobody"}, 404),
        ({"category": "nonsense"}, 400),
        ({"comment": "x" * 1001}, 400),
        ({"posts": ["99"]}, 404),
        ({"posts": ["9" * 19]}, 404),
        ({"posts": ["1e3"]}, 400),
        ({"by": "somebody"}, 400),
    ):
        answer = ask(client, "POST", "/api/reports", secret, json=REPORT | wrong)
        assert (answer.status_code, answer.json()["status"]) == (status, status), wrong
        if "category" in wrong:
            assert answer.json()["code"] == "category"
            assert "“nonsense” is no category; these are: child abuse, fraud" in answer.json()["detail"]
        elif status == 404:
            codes = {"account": "unknown_reported", "posts": "unknown_reported_post"}
            assert answer.json()["code"] == codes[next(iter(wrong))]
            assert "page" not in answer.json()["detail"]
    assert ask(client, "POST", "/api/reports", secret, content=b"{").status_code == 400
    with town.db.reading() as tx:
        assert tx.first(select(report)) is None


def test_a_machine_reads_how_an_order_stands_and_never_who(town: Town, client: Client) -> None:
    order = town.propose("reviewer 1", "account.hide", "president", comment="between us").order
    secret = secret_of(town, "read")
    answer = ask(client, "GET", f"/api/orders/{order.id}", secret)
    assert (answer.json()["state"], answer.json()["kind"]) == ("waiting", "account.hide")
    assert not {"between us", str(town.person_id("reviewer 1")), "president"} & set(map(str, answer.json().values()))
    assert ask(client, "GET", "/api/orders/7", secret).status_code == 404
    # Two tokens' orders are over; the one above waits.
    assert ask(client, "GET", "/api/numbers", secret).json()["orders_open"] == 1


def test_a_token_is_good_for_what_it_says_and_no_page_of_anybodys(town: Town, client: Client) -> None:
    secret = secret_of(town, "read")
    answer = ask(client, "POST", "/api/reports", secret, json=REPORT)
    assert (answer.status_code, 'scope="reports"' in answer.headers["www-authenticate"]) == (403, True)
    # A desk page knows sessions alone, and a form its own token.
    json = {"accept": "application/json"}
    assert ask(client, "GET", "/desk/orders", secret, headers=json).status_code == 401
    assert ask(client, "POST", "/desk/changes", secret, headers=json, json={}).status_code == 403
    assert ask(client, "POST", "/posts", secret, headers=json, data={"text": "x"}).status_code == 403


def test_what_opens_nothing_is_told_apart_by_nobody_and_counted(town: Town, client: Client) -> None:
    secret = secret_of(town, "read")
    told = set()
    shown = ["", "gf_made-up", "made-up", secret + "x", secret.upper()]
    for one in shown:
        answer = ask(client, "GET", "/api/numbers", one)
        assert answer.headers["www-authenticate"] == 'Bearer realm="gardefou"'
        told.add((answer.status_code, answer.text))
    assert {code for code, _ in told} == {401}
    assert len(told) == 1
    for _ in range(LIMITS[Entry.TOKEN].tries - len(shown)):
        ask(client, "GET", "/api/numbers", "gf_made-up")
    assert ask(client, "GET", "/api/numbers", "gf_made-up").status_code == 429
    # Who has one that opens is let in all the same.
    assert ask(client, "GET", "/api/numbers", secret).status_code == 200


def test_a_token_in_an_address_is_refused_though_it_would_open(town: Town, client: Client) -> None:
    secret = secret_of(town, "read")
    for query in (f"access_token={secret}", f"x={secret}", "access_token=1"):
        assert ask(client, "GET", f"/api/numbers?{query}", secret).status_code == 400


@pytest.mark.promise(6)
def test_a_token_that_was_ended_opens_nothing_at_the_very_next_request(town: Town, client: Client) -> None:
    secret = secret_of(town, "read")
    assert ask(client, "GET", "/api/numbers", secret).status_code == 200
    town.change("manager south", "token.end", HOUSE_ID, name="bot")
    assert ask(client, "GET", "/api/numbers", secret).status_code == 401


def test_no_other_site_makes_a_browser_use_one(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    headers = {"sec-fetch-site": "cross-site"}
    assert ask(client, "POST", "/api/reports", secret, json=REPORT, headers=headers).status_code == 403


@pytest.mark.promise(17)
def test_more_than_can_be_written_now_is_turned_away_and_told_when_to_come_again(town: Town, tmp_path: Path) -> None:
    secret = secret_of(town, "reports")
    house = house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock)
    full: Intake = Together(town.db, lambda _tx, _wanted: [], waiting=0)
    with TestClient(create_app(replace(house, intake=full)), base_url="http://127.0.0.1") as client:
        answer = ask(client, "POST", "/api/reports", secret, json=REPORT, headers={"accept-language": "fr"})
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (503, "2", "too_many_wait")
    assert "recommencez dans un instant" in answer.json()["detail"]
    assert not list(tmp_path.glob("bugs/*"))


def test_json_nested_deeper_than_anything_and_fields_that_are_none_are_refused_in_words(
    town: Town, client: Client
) -> None:
    secret = secret_of(town, "reports")
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    deep = client.post("/api/reports", headers=headers, content=b"[" * 200_000)
    assert (deep.status_code, "nested too deeply" in deep.json()["detail"]) == (400, True)
    more = client.post(
        "/api/reports", headers=headers, json={"account": "anna", "category": "spam", "reporter": "somebody"}
    )
    assert more.status_code == 400
    assert "reporter" in more.json()["detail"]
