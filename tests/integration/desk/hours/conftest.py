"""Working for hours: one founded town and one application for all these tests, on each database.

Each test reports accounts of its own or leaves the town's as it found them.
"""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock, from_iso
from gardefou.desk.session import COOKIE
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import open_database
from tests.conftest import fresh_database
from tests.factories.house import signing
from tests.factories.town import Town, found_town
from tests.integration.desk.conftest import Browser, Visit


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for all of them."""
    with fresh_database(request, request.param, tmp_path_factory.mktemp("hours")) as url:
        db = open_database(url, node=1)
        yield found_town(db, SimulatedClock(from_iso("2017-11-02T19:00:00Z")))
        db.close()


@pytest.fixture(scope="package")
def visit(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """Return a browser, signed in as somebody of the town, or as nobody."""
    house = house_on(town.db, Settings(data=str(tmp_path_factory.mktemp("data"))), clock=town.clock)
    with TestClient(create_app(signing(house)), base_url="http://127.0.0.1") as client:

        def browser(name: str = "", *, language: str = "en", accept: str = "text/html") -> Browser:
            found = Browser(client, accept=accept, language=language)
            if name:
                person = town.people[name]
                with town.db.transaction() as tx:
                    link = make_link(tx, actor=person, now=town.now, person_id=person.person_id or 0)
                    found.cookies[COOKIE] = sign_in(tx, now=town.now, token=link)
            return found

        yield browser
