"""Reports by the thousand: a line of answer for each, all or none of them, and the same again changes nothing."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import DAY, SimulatedClock
from gardefou.reports.tables import cases, report, reporter
from gardefou.reports.tables import upload as upload_table
from gardefou.reports.uploads import KNOWN_FOR
from gardefou.storage import Database
from tests.factories.racing import race
from tests.factories.town import Town, found_town
from tests.integration.app.test_api import Client, secret_of

PATH = "/intake/reports"


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


@pytest.fixture
def client(town: Town, tmp_path: Path) -> Iterator[Client]:
    app: Litestar = create_app(house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock))
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


def _send(client: Client, secret: str, lines: list[Any], *, key: str = "one") -> Any:
    body = b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)
    shown = {"authorization": f"Bearer {secret}", **({"idempotency-key": key} if key else {})}
    return client.post(PATH, content=body, headers=shown)


def _answers(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def _there(town: Town) -> int:
    with town.db.reading() as tx:
        return int(tx.scalar(select(func.count()).select_from(report)))


def test_each_line_has_its_answer_and_what_is_wrong_stops_only_itself(town: Town, client: Client) -> None:
    good = {"account": "anna", "category": "spam", "posts": [str(town.posts["anna"][0])], "reporter": "r1"}
    lines = [
        good,
        {"account": "nobody", "category": "spam"},
        b"{",
        good | {"category": "nonsense"},
        good | {"comment": "x" * 1001},
        good | {"posts": ["7"]},
        b"",
        good | {"reporter": "r2", "comment": "words"},
        good | {"unknown": 1},
        b"\xff\xfe",
    ]
    answers = _answers(_send(client, secret_of(town, "reports"), lines))
    assert [one["line"] for one in answers] == list(range(1, 11))
    assert [one["line"] for one in answers if "report" in one] == [1, 8]
    assert all(one["error"] and one["code"] for one in answers if "report" not in one)
    assert [answers[place]["code"] for place in (1, 3, 5)] == ["unknown_reported", "category", "unknown_reported"]
    assert "spam" in answers[3]["error"], "it says which there are"
    with town.db.reading() as tx:
        rows = tx.all(select(report).order_by(report.c.id))
        assert tx.scalar(select(func.count()).select_from(cases)) == 1
        assert tx.scalar(select(func.count()).select_from(reporter)) == 2
    assert [str(row["id"]) for row in rows] == [answers[0]["report"], answers[7]["report"]]
    assert all("r1" not in row["reporter"] and row["reporter"].startswith("visitor:") for row in rows)


@pytest.mark.promise(17)
def test_the_same_upload_again_is_answered_as_it_was_and_files_nothing(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    lines = [{"account": "anna", "category": "spam", "reporter": f"r{number}"} for number in range(300)]
    first, again = (_send(client, secret, lines) for _ in range(2))
    assert _answers(first) == _answers(again)
    assert _there(town) == 300
    other = _send(client, secret, lines[:5])
    assert other.status_code == 409
    assert other.json()["code"] == "key_used"
    assert len(_answers(_send(client, secret, lines[:5], key="two"))) == 5
    with town.db.reading() as tx:
        assert tx.scalar(select(func.sum(report.c.times))) == 305
    assert _there(town) == 300


def test_one_upload_that_comes_twice_at_once_is_filed_once(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    lines = [{"account": "anna", "category": "spam", "reporter": f"r{number}"} for number in range(50)]
    answered = race(*[lambda: _send(client, secret, lines).text] * 4)
    assert len(set(map(str, answered))) == 1
    with town.db.reading() as tx:
        assert tx.scalar(select(func.sum(report.c.times))) == 50


def test_too_much_nothing_and_no_key_are_one_clear_line_and_nothing_is_kept(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    line = {"account": "anna", "category": "spam"}
    for lines, key in (([line], ""), ([line], "k" * 101), ([line] * 10_001, "one"), ([], "one"), ([b"  "], "one")):
        answer = _send(client, secret, lines, key=key)
        assert (answer.status_code, answer.json()["code"]) == (400, "upload")
    for megabytes in (12, 48):
        large = _send(client, secret, [b"x" * (megabytes * 1024 * 1024 + 1)])
        assert large.status_code == 413
        assert large.json()["detail"].startswith("An upload has at most 12 MB and 10,000 lines. Nothing was taken:")
    assert _send(client, secret_of(town, "read", name="reader"), [line]).status_code == 403
    assert _there(town) == 0


def test_an_upload_is_forgotten_after_a_week(town: Town, client: Client, clock: SimulatedClock) -> None:
    secret = secret_of(town, "reports")
    _send(client, secret, [{"account": "anna", "category": "spam"}])
    clock.advance(KNOWN_FOR + DAY)
    with town.db.transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(upload_table)) == 1
    town_secret = secret_of(town, "reports", name="another")
    _send(client, town_secret, [{"account": "anna", "category": "spam"}], key="two")
    with town.db.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(upload_table)) == 1


def test_a_key_is_still_good_where_nothing_was_taken_and_a_packed_body_is_refused(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    line = {"account": "anna", "category": "spam"}
    assert "report" not in _answers(_send(client, secret, [b"{"]))[0]
    assert "report" in _answers(_send(client, secret, [line]))[0], "under the same key"
    packed = client.post(
        "/intake/reports",
        headers={"authorization": f"Bearer {secret}", "idempotency-key": "packed", "content-encoding": "gzip"},
        content=gzip.compress(json.dumps(line).encode()),
    )
    assert packed.status_code == 415
    assert "without Content-Encoding" in packed.json()["detail"]


def test_thousands_of_lines_of_one_reporter_are_told_apart_and_known_again(town: Town, client: Client) -> None:
    secret = secret_of(town, "reports")
    lines = [{"account": "anna", "category": "spam", "comment": f"line {number}"} for number in range(1_000)]
    first, again = (_answers(_send(client, secret, lines, key=key)) for key in ("first", "again"))
    assert len({one["report"] for one in first}) == 1_000
    assert [one["report"] for one in again] == [one["report"] for one in first]
    (wordless,) = _answers(_send(client, secret, [{"account": "anna", "category": "spam"}], key="wordless"))
    assert wordless["report"] == first[-1]["report"], "without words it adds nothing to the last"
    with town.db.reading() as tx:
        times = tx.ids(select(report.c.times).order_by(report.c.id))
    assert times == [2] * 999 + [3]
