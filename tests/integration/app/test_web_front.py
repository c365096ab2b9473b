"""What every page gets, whoever made it: language, headers, forms that are ours, and errors in words."""

import dataclasses
import html
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from gardefou.app.hosts import names
from gardefou.app.house import DEMO, House
from gardefou.app.request import CSP
from gardefou.app.web import create_app
from gardefou.clock import SECOND, SimulatedClock
from gardefou.errors import ConflictError
from gardefou.events.actor import SETUP
from gardefou.may import May
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.storage.house import beat
from tests.factories.house import make_house

#: Every page is asked for on PostgreSQL too, with its own queries, by the table of routes; what differs between the
#: databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Client = TestClient[Litestar]
PAGE = {"accept": "text/html"}
JSON = {"accept": "application/json"}


@get("/breaks", may=May.ANYONE, sync_to_thread=False)
def breaks() -> str:
    """Break, as a bug would."""
    raise ZeroDivisionError("secret detail")


@get("/conflict", may=May.ANYONE, sync_to_thread=False)
def conflict() -> str:
    """Refuse, as a verb would."""
    raise ConflictError("somebody was faster", order="12")


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock)
    with made.db.transaction() as tx:
        account = ImportedAccount(handle="ada", display_name="Ada", imported_id="1", created_at=clock.now())
        import_account(tx, made.neighbours, actor=SETUP, now=clock.now(), account=account)
    yield made
    made.close()


@pytest.fixture
def client(house: House) -> Iterator[Client]:
    app = create_app(house, more=[breaks, conflict])
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as made:
        yield made


def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    for path in ("/", "/nowhere", "/breaks", "/static/tokens.css", "/health"):
        headers = client.get(path, headers=PAGE).headers
        assert headers["content-security-policy"] == CSP
        assert headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in CSP


def test_hashed_and_vendored_files_are_kept_for_ever_and_pages_are_not(client: Client) -> None:
    assert "immutable" in client.get("/static/tokens.css?v=1").headers["cache-control"]
    assert client.get("/static/tokens.css").headers["cache-control"] == "no-cache"
    assert client.get("/").headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/", "/@ada", "/static/tokens.css", "/health", "/desk", "/nowhere", "/sign-out"])
def test_head_is_answered_as_get_without_the_body(client: Client, path: str) -> None:
    head = client.head(path, headers=PAGE, follow_redirects=False)
    get = client.get(path, headers=PAGE, follow_redirects=False)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


def test_the_switch_wins_over_the_browser_and_errors_speak_the_same_language(client: Client) -> None:
    french = {**PAGE, "accept-language": "fr-CA,fr;q=0.9"}
    assert '<html lang="fr"' in client.get("/", headers=french).text
    assert "Désolé, cette page n’existe pas." in client.get("/nowhere", headers=french).text
    client.cookies.set("gf_language", "en")
    assert "Sorry, that page doesn&#39;t exist!" in client.get("/nowhere", headers=french).text


@pytest.mark.promise(20)
def test_programs_get_problem_details(client: Client) -> None:
    answer = client.get("/conflict", headers=JSON)
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "somebody was faster",
        "code": "conflict",
        "order": "12",
    }


@pytest.mark.promise(20)
def test_a_bug_shows_no_traceback_and_leaves_its_story(client: Client, house: House) -> None:
    for headers in (PAGE, JSON):
        answer = client.get("/breaks", headers=headers)
        assert answer.status_code == 500
        assert "Traceback" not in answer.text
        assert "secret detail" not in answer.text
    assert "ZeroDivisionError: secret detail" in (house.settings.folder / "gardefou-bugs.log").read_text()


@pytest.mark.promise(20)
def test_a_form_that_is_not_ours_is_refused_in_words(client: Client) -> None:
    client.get("/sign-in", headers=PAGE)
    answer = client.post("/sign-in", data={"email": "a", "password": "b", "_csrf_token": "wrong"}, headers=PAGE)
    assert answer.status_code == 403
    assert "Nothing has changed" in answer.text


@pytest.mark.promise(20)
def test_a_megabyte_of_comment_is_refused_in_words(client: Client) -> None:
    client.get("/@ada/report", headers=PAGE)
    form = {"_csrf_token": client.cookies["csrf"], "category": "spam", "comment": "x" * 1_000_000}
    answer = client.post("/@ada/report", data=form, headers=PAGE)
    assert answer.status_code == 413
    assert "larger than this page takes" in answer.text
    form["comment"] = "x" * 2_000
    answer = client.post("/@ada/report", data=form, headers=PAGE)
    assert answer.status_code == 400


def test_forms_on_an_error_page_work(client: Client) -> None:
    """No route was found, so nothing else has made their token."""
    page = client.get("/nowhere", headers=PAGE).text
    token = page.split('name="_csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = client.post(
        "/language", data={"_csrf_token": token, "language": "fr", "back": "/"}, headers=PAGE, follow_redirects=False
    )
    assert answer.status_code == 303


def test_health_says_whether_the_worker_lives(client: Client, house: House, clock: SimulatedClock) -> None:
    assert client.get("/health", headers=JSON).json() == {
        "status": "ok",
        "worker": "silent",
        "clock_stepped": False,
        "settings_differ": [],
    }
    with house.db.transaction() as tx:
        beat(tx, name="worker", now=clock.now(), pid=1, stepped=False)
    assert client.get("/health", headers=JSON).json()["worker"] == "alive"
    clock.advance(31 * SECOND)
    assert client.get("/health", headers=JSON).json()["worker"] == "silent"


def test_health_is_one_word_to_whoever_asks_for_nothing_else(client: Client) -> None:
    """Clients of Mastodon know “OK” and nothing else; load balancers look at the status."""
    for accept in ("*/*", "text/html", "text/plain"):
        answer = client.get("/health", headers={"accept": accept})
        assert (answer.status_code, answer.text) == (200, "OK")
        assert "Accept" in answer.headers["vary"].split(", ")


def test_the_demos_doors_are_not_in_an_ordinary_house(client: Client) -> None:
    assert client.get("/demo", headers=PAGE).status_code == 404
    assert client.get("/demo/mail", headers=PAGE).status_code == 404


@pytest.mark.parametrize(
    "name", ["evil.example", "localhost.evil.example", "evil.example:localhost", "[::1", "", "a@b"]
)
def test_a_name_that_is_not_ours_is_refused_in_words(client: Client, name: str) -> None:
    for path in ("/", "/sign-in", "/health", "/static/tokens.css"):
        answer = client.get(path, headers={**PAGE, "host": name})
        assert answer.status_code == 400, path
    page = client.get("/", headers={**PAGE, "host": name}).text
    assert "does not answer to the name" in page
    assert "http://localhost:8000" in page
    french = client.get("/", headers={**PAGE, "host": name, "accept-language": "fr"}).text
    assert "Ce site ne répond pas au nom" in french


@pytest.mark.parametrize(
    "name", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000", "desk.example", "10.0.0.7:80"]
)
def test_loopback_and_the_names_of_the_settings_are_ours(house: House, name: str) -> None:
    settings = msgspec.structs.replace(house.settings, url="https://Desk.example/", host="10.0.0.7")
    with TestClient(create_app(dataclasses.replace(house, settings=settings))) as client:
        assert client.get("/health", headers={"host": name}).status_code == 200


def test_the_demo_answers_to_this_machine_alone(house: House) -> None:
    settings = msgspec.structs.replace(house.settings, url="https://desk.example")
    demo = dataclasses.replace(house, settings=settings, made_by=DEMO)
    assert names(demo) == {"localhost", "127.0.0.1", "::1"}


def test_listening_everywhere_is_no_name(house: House) -> None:
    settings = msgspec.structs.replace(house.settings, host="0.0.0.0")  # noqa: S104  # it is refused as a name
    assert names(dataclasses.replace(house, settings=settings)) == {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize("switch", [("language", "fr"), ("theme", "dark")])
@pytest.mark.parametrize("page", ["/sign-in", "/search?q=ada+b%C3%A9&page=2", "/@ada", "/@ada/report"])
def test_a_switch_leads_back_to_the_page_it_was_pressed_on(client: Client, page: str, switch: tuple[str, str]) -> None:
    assert pressed(client, client.get(page, headers=PAGE).text, *switch) == page


def test_a_switch_on_a_page_that_answers_a_form_leads_back_to_the_form(client: Client) -> None:
    client.get("/@ada/report", headers=PAGE)
    form = {"_csrf_token": client.cookies["csrf"], "category": "spam", "comment": "x" * 2_000}
    origin = {**PAGE, "referer": f"{client.base_url}/@ada/report?post=1"}
    answer = client.post("/@ada/report", data=form, headers=origin)
    assert answer.status_code == 400
    assert pressed(client, answer.text, "theme", "dark") == "/@ada/report?post=1"
    origin = {**PAGE, "referer": "https://evil.example/@ada"}
    assert pressed(client, client.post("/@ada/report", data=form, headers=origin).text, "theme", "dark") == "/"


def pressed(client: Client, page: str, switch: str, value: str) -> str:
    """Press a switch on a page, and return where it leads."""
    form = page.split(f'action="/{switch}"', 1)[1].split("</form>", 1)[0]
    following = html.unescape(form.split('name="next" value="', 1)[1].split('"', 1)[0])
    data = {"_csrf_token": client.cookies["csrf"], "next": following, switch: value}
    answer = client.post(f"/{switch}", data=data, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])
