"""Every page keeps to the strict policy, in its headers and its own words; each door that strangers try is counted."""

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.demo.web import HANDLERS as DEMO
from gardefou.app.house import House, house_on
from gardefou.app.request import CSP
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import SimulatedClock
from gardefou.desk.session import COOKIE
from gardefou.may import May
from gardefou.staff.methods import Method
from gardefou.staff.sessions import open_session
from gardefou.storage import open_database
from gardefou.storage.limits import Entry
from gardefou.storage.migrate import upgrade
from tests.factories.town import Town, found_town
from tests.house.test_doors import pages

#: What a page of ours never has: a script or style in its own words, a handler in an attribute, an address that runs.
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|<[^>]+\s(?:style|on\w+|hx-on[^=\s]*)\s*=|=\s*[\"']\s*javascript:", re.IGNORECASE
)
#: Doors for anybody that let nobody in and try no secret.
UNCOUNTED = {
    "/language", "/theme", "/sign-out", "/desk/sign-out", "/reports/contest", "/{name}/report",
    "/{name}/{number}/report", "/demo/as/{number}", "/demo/member/{number}",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    db = open_database(f"sqlite:///{tmp_path_factory.mktemp('policy') / 'house.db'}")
    upgrade(db)
    yield found_town(db, SimulatedClock(1_509_649_200_000_000))
    db.close()


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    house: House = house_on(town.db, Settings(data=str(tmp_path_factory.mktemp("data"))), clock=town.clock)
    return create_app(house, more=DEMO)


def addresses(town: Town, app: Litestar) -> list[str]:
    """Return the address of every page, of something that is there where we know how, and of nothing."""
    known = {"handle": "anna", "name": "@anna", "person_id": str(town.person_id("agent"))}
    patterns = {path for method, path, _ in pages(app) if method == "GET" and path != "/desk/stream"}
    filled = {re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "1"), path) for path in patterns}
    return sorted(filled | {re.sub(r"\{\w+\}", "7", path) for path in patterns} | {"/nowhere"})


@pytest.mark.parametrize("who", ["", "administrator"])
def test_every_answer_in_html_carries_the_policy_and_keeps_to_it(town: Town, app: Litestar, who: str) -> None:
    seen = 0
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        if who:
            with town.db.transaction() as tx:
                client.cookies[COOKIE] = open_session(
                    tx,
                    actor=town.people[who],
                    now=town.now,
                    person_id=town.person_id(who),
                    method=Method.LINK,
                    label="",
                )
        for path in addresses(town, app):
            answer = client.get(path, headers={"accept": "text/html"}, follow_redirects=False)
            assert answer.headers["content-security-policy"] == CSP, path
            if answer.headers.get("content-type", "").startswith("text/html") and answer.text:
                seen += 1
                assert _INLINE.search(answer.text) is None, path
    assert seen > (30 if who else 15)


@pytest.mark.parametrize(
    "text",
    ["<script>1</script>", '<a onclick="x">', '<p style="a">', '<b hx-on:click="x">', "<a href='javascript:x'>"],
)
def test_what_would_break_the_policy_is_seen(text: str) -> None:
    assert _INLINE.search(f"<p>{text}</p>") is not None
    assert _INLINE.search('<script src="/a.js" defer></script><p>one = two</p>') is None


def test_every_door_that_strangers_try_counts_their_tries(app: Litestar) -> None:
    open_ = {path: handler.opt for method, path, handler in pages(app) if method not in ("GET", "HEAD")}
    strangers = {path for path, opt in open_.items() if opt["may"] is May.ANYONE}
    counted = {path for path in strangers if isinstance(open_[path].get("limit"), Entry)}
    assert strangers - counted == UNCOUNTED
