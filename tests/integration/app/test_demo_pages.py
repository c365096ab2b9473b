"""The demo's own pages: only where the demo serves them, and whoever changes hats leaves nothing held."""

from base64 import b64encode
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.demo.sink import MAIL
from gardefou.app.demo.web import HANDLERS
from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.reports.queries import holder
from gardefou.storage import Database
from tests.factories.reports import make_case
from tests.factories.town import Town, found_town

#: Every page is asked for on PostgreSQL too, with its own queries, by the table of routes; what differs between the
#: databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = {"accept": "text/html"}


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock)


@pytest.fixture
def client(town: Town, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    app = create_app(house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock), more=HANDLERS, demo="typed")
    with TestClient(app, base_url="http://127.0.0.1") as made:
        yield made


def be(client: TestClient[Litestar], town: Town, name: str, path: str) -> str:
    """Become somebody and read a page as them."""
    headers = {**PAGE, "x-csrftoken": client.cookies.get("csrf") or ""}
    answer = client.post(f"/demo/as/{town.people[name].person_id}", data={"next": path}, headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_becoming_somebody_else_frees_the_cases_one_held(client: TestClient[Litestar], town: Town) -> None:
    with town.db.transaction() as tx:
        case_id = make_case(tx, town.now)
    client.get("/desk/sign-in", headers=PAGE)
    for name in ("contractor", "reviewer 1"):
        assert "<b>You</b> hold this case" in be(client, town, name, f"/desk/cases/{case_id}")
    with town.db.reading() as tx:
        held = holder(tx, case_id, town.now)
    assert held is not None
    assert held.name == "reviewer 1"


@pytest.mark.parametrize(
    "path", ["/", "/search", "/@president", "/sign-in", "/incidents", "/demo", "/demo/mail", "/nowhere/at/all"]
)
def test_every_public_page_says_whom_one_is_at_the_desk(client: TestClient[Litestar], town: Town, path: str) -> None:
    assert "A visitor: you have no account and do not work here." in client.get(path, headers=PAGE).text
    be(client, town, "reviewer 1", "/desk")
    page = client.get(path, headers=PAGE).text
    assert "At the desk you are <b>reviewer 1</b>; on the network you are a visitor." in page


def test_what_a_letter_carries_is_downloaded_from_the_mail(client: TestClient[Litestar], tmp_path: Path) -> None:
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "anna@members.example", "What was done"
    letter.set_content("Attached is a receipt.")
    letter.add_attachment(b"proof", maintype="application", subtype="octet-stream", filename="12.tlog-proof")
    (tmp_path / MAIL).mkdir()
    (tmp_path / MAIL / "1.eml").write_bytes(letter.as_bytes())
    page = client.get("/demo/mail", headers=PAGE).text
    packed = b64encode(b"proof").decode()
    assert f'href="data:application/octet-stream;base64,{packed}" download="12.tlog-proof"' in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_gallery_shows_every_state_of_the_rail(client: TestClient[Litestar], language: str) -> None:
    answer = client.get("/demo/gallery", headers={**PAGE, "accept-language": language})
    assert answer.status_code == 200
    assert answer.text.count('class="rail rail-large"') >= 10
    assert '<span class="face face-small" aria-hidden="true">R12</span>' in answer.text
    assert f'<html lang="{language}"' in answer.text
