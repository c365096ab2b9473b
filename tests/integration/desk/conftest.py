"""The desk over HTTP: a founded town, its clock, and a browser for each person."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.house import house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.desk.session import COOKIE
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import Database
from tests.factories.house import signing
from tests.factories.town import Town, found_town


class Browser:
    """One person's browser: cookies of its own, on a house that all share."""

    def __init__(self, client: "TestClient[Litestar]", *, accept: str, language: str) -> None:
        self._client = client
        self.headers = {"accept": accept, "accept-language": language}
        self.cookies: dict[str, str] = {}

    def _send(self, method: str, path: str, **more: Any) -> Response:
        self._client.cookies.clear()
        self._client.cookies.update(self.cookies)
        headers = {**self.headers, **more.pop("headers", {})}
        more.setdefault("follow_redirects", False)
        answer = self._client.request(method, path, headers=headers, **more)
        # What an answer sets comes after what was there, and counts.
        self.cookies = {cookie.name: cookie.value or "" for cookie in self._client.cookies.jar}
        return answer

    def get(self, path: str, **more: Any) -> Response:
        """Fetch a page."""
        return self._send("GET", path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, *, forged: bool = False, **more: Any) -> Response:
        """Send a form, with the token that every page of ours carries."""
        if not forged:
            if "csrf" not in self.cookies:
                self.get("/desk/sign-in/none")
            more["headers"] = {"x-csrftoken": self.cookies["csrf"], **more.get("headers", {})}
        return self._send("POST", path, **({"data": data or {}} if "json" not in more else {}), **more)


def version_in(page: str) -> str:
    """Return the version of the case that a page's forms carry."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


Visit = Callable[..., Browser]


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock)


@pytest.fixture
def visit(town: Town, tmp_path: Path) -> Iterator[Visit]:
    """Return a browser, signed in as somebody of the town, or as nobody."""
    house = house_on(town.db, Settings(data=str(tmp_path)), clock=town.clock)
    app = create_app(signing(house))
    with TestClient(app, base_url="http://127.0.0.1") as client:

        def browser(name: str = "", *, language: str = "en", accept: str = "text/html") -> Browser:
            found = Browser(client, accept=accept, language=language)
            if name:
                person = town.people[name]
                with town.db.transaction() as tx:
                    link = make_link(tx, actor=person, now=town.now, person_id=person.person_id or 0)
                    found.cookies[COOKIE] = sign_in(tx, now=town.now, token=link)
            return found

        yield browser
