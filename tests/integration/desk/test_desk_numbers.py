"""The page of numbers and its files, on a town whose figures are worked out by hand (tests/factories/counted.py)."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.desk.charts.charts import CHARTS
from gardefou.desk.session import COOKIE
from gardefou.network.web.common import LANGUAGE_COOKIE
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import open_database
from tests.conftest import fresh_database
from tests.factories.counted import NOW, live_through
from tests.factories.house import signing
from tests.factories.town import EVENING, Town, found_town


@pytest.fixture(scope="module")
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator["TestClient[Litestar]"]:
    """One browser of an auditor's for all of them: they only look. What differs between databases is below the page."""
    folder = tmp_path_factory.mktemp("numbers")
    with fresh_database(request, "sqlite", folder) as url:
        db = open_database(url, node=1)
        town = found_town(db, SimulatedClock(EVENING))
        live_through(town)
        app = create_app(signing(house_on(db, Settings(data=str(folder)), clock=town.clock)))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            client.cookies.set(COOKIE, _session(town))
            yield client
        db.close()


def _session(town: Town) -> str:
    one = town.people["auditor"]
    with town.db.transaction() as tx:
        link = make_link(tx, actor=one, now=NOW, person_id=one.person_id or 0)
        return sign_in(tx, now=NOW, token=link)


def look(desk: "TestClient[Litestar]", query: str = "", *, accept: str = "text/html", language: str = "en") -> Response:
    headers = {"accept": accept, "cookie": f"{COOKIE}={desk.cookies[COOKIE]}; {LANGUAGE_COOKIE}={language}"}
    return desk.get(f"/desk/numbers{query}", headers=headers)


def file(desk: "TestClient[Litestar]", chart: str, query: str = "span=24h") -> list[list[str]]:
    answer = look(desk, f".csv?chart={chart}&{query}", accept="text/csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.reader(io.StringIO(answer.text)))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_chart_has_its_words_its_table_and_its_file(desk: "TestClient[Litestar]", language: str) -> None:
    page = look(desk, "?span=7d&language=en", language=language)
    assert page.status_code == 200
    for key in CHARTS:
        section = page.text.split(f'aria-labelledby="chart-{key}"')[1].split("</section>")[0]
        assert f'href="/desk/numbers.csv?chart={key}&amp;span=7d&amp;language=en"' in section
        assert "<table" in section
        assert "<svg" in section
    titles = re.findall(r"<title>(.+?)</title>", page.text, flags=re.DOTALL)
    monday = {"en": "Mon 6 Nov, so far\nReports: 3", "fr": "lun. 6 nov., jusqu’ici\nSignalements\u00a0: 3"}
    assert monday[language] in titles


def test_the_page_says_the_figures_worked_out_by_hand(desk: "TestClient[Litestar]") -> None:
    page = look(desk).text
    sums = re.findall(r"<div><dt>(.+?)</dt><dd>(.+?)</dd><dd class=\"sums-more\">(.+?)</dd>", page)
    assert sums == [
        ("Open now", "3", "the oldest for 3 days"),
        ("Past due now", "1", "of what is open"),
        ("Reports", "6", "in this time"),
        ("Half decided within", "2 h 30 min", "nine in ten within 26 h"),
        ("Decided in time", "33%", "of the cases closed"),
        ("Undone", "25%", "of closings; 33% of orders"),
    ]


def test_nobody_who_works_here_is_named_among_the_figures(desk: "TestClient[Litestar]") -> None:
    page = look(desk, "?span=30d").text
    main = page[page.index("<main") : page.index("</main>")]
    assert "nothing here is counted by person" in main
    assert [name for name in ("agent", "reviewer", "manager", "person:") if name in main] == []


def test_a_file_has_a_header_iso_instants_and_every_stretch(desk: "TestClient[Litestar]") -> None:
    head, *rows = file(desk, "reports")
    assert head == ["from", "until", "reports"]
    assert [row for row in rows if row[2] != "0"] == [
        ["2017-11-06T09:00:00Z", "2017-11-06T10:00:00Z", "1"],
        ["2017-11-06T10:00:00Z", "2017-11-06T11:00:00Z", "1"],
        ["2017-11-06T11:00:00Z", "2017-11-06T12:00:00Z", "1"],
        ["2017-11-06T18:00:00Z", "2017-11-06T19:00:00Z", "3"],
    ]
    assert len(rows) == 25


def test_lengths_are_seconds_and_shares_are_fractions(desk: "TestClient[Litestar]") -> None:
    monday = ["2017-11-06T00:00:00Z", "2017-11-07T00:00:00Z"]
    assert file(desk, "decision", "span=7d")[-1] == [*monday, "3", "9000", "93600"]
    assert file(desk, "due", "span=7d")[-1] == [*monday, "3", "1", "0.3333"]
    assert file(desk, "reopened", "span=7d")[-1] == [*monday, "4", "3", "1", "0.2500"]
    assert file(desk, "restored", "span=7d")[-1] == [*monday, "3", "2", "1", "0.3333"]
    assert file(desk, "decision", "span=7d")[1][2:] == ["0", "", ""]
    head, english, french = file(desk, "language")
    assert head == [
        "language",
        "reports",
        "opened",
        "open_now",
        "closed",
        "median_seconds",
        "p90_seconds",
        "in_time_share",
        "reopened_share",
        "taken_back_share",
    ]
    assert ",".join(english) == "en,3,2,2,2,9000,93600,0.5000,0.3333,0.0000"
    assert ",".join(french) == "fr,3,2,1,1,4200,4200,0.0000,0.0000,1.0000"
    assert file(desk, "states") == [["state", "orders"], ["waiting", "1"], ["executed", "3"], ["reversed", "2"]]
    assert file(desk, "age")[2] == ["3600", "14400", "1", "0"]


def test_what_the_page_narrows_the_file_narrows_too(desk: "TestClient[Litestar]") -> None:
    query = "span=chosen&since=2017-11-06&until=2017-11-06&category=spam&language=en"
    page = look(desk, f"?{query}").text
    assert f"/desk/numbers.csv?chart=backlog&amp;{query.replace('&', '&amp;')}" in page
    assert '<option value="spam" selected>' in page
    rows = file(desk, "backlog", query)[1:]
    assert [row[2] for row in rows] == ["2"] * 9 + ["3", "4", "4"] + ["2"] * 8  # Until the hour that is under way.


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("span=chosen&since=2017-11-31", "is not a day"),
        ("span=chosen&since=2017-11-05&until=2017-11-01", "before the first"),
        ("span=chosen&since=1017-11-05", "92 days"),
        ("span=fortnight", "is not a span of time"),
        ("category=rudeness", "is not something a report can be about"),
        ("language=xx", "is not a language"),
        ("since=0001-01-01", "is not a day"),
    ],
)
def test_what_means_nothing_is_said_in_one_line(desk: "TestClient[Litestar]", query: str, said: str) -> None:
    page = look(desk, f"?{query}")
    assert page.status_code == 400
    assert said in page.text
    answer = look(desk, f".csv?chart=reports&{query}", accept="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "figure")


def test_a_chart_that_is_none_is_answered_with_those_there_are(desk: "TestClient[Litestar]") -> None:
    answer = look(desk, ".csv?chart=people", accept="application/json")
    assert answer.status_code == 400
    assert "reports, cases, backlog" in answer.json()["detail"]


def test_figures_are_for_those_who_work_here(desk: "TestClient[Litestar]") -> None:
    for path in ("/desk/numbers", "/desk/numbers.csv?chart=reports"):
        answer = desk.get(path, headers={"cookie": "", "accept": "text/html"}, follow_redirects=False)
        assert answer.status_code == 303
