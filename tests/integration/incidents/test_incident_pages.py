"""What the public reads of incidents, and what colleagues do about them at the desk, over HTTP."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from gardefou.app.house import House, house_on
from gardefou.app.settings import Settings
from gardefou.app.web import create_app
from gardefou.clock import MINUTE, SECOND, SimulatedClock
from gardefou.desk.session import COOKIE
from gardefou.incidents import queries
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import open_orders
from gardefou.staff.sessions import make_link, sign_in
from gardefou.storage import Database
from tests.factories.authenticator import SITE
from tests.factories.house import signing
from tests.factories.town import STAFF, Town, found_town

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Pages:
    """The house over HTTP, in one browser that changes hands."""

    def __init__(self, client: "TestClient[Litestar]", town: Town) -> None:
        self.client, self.town = client, town

    def be(self, name: str) -> "Pages":
        """Sign in as somebody."""
        person = self.town.people[name]
        with self.town.db.transaction() as tx:
            link = make_link(tx, actor=person, now=self.town.now, person_id=person.person_id or 0)
            self.client.cookies.set(COOKIE, sign_in(tx, now=self.town.now, token=link))
        return self

    def get(self, path: str, language: str = "en") -> Response:
        """Open a page."""
        return self.client.get(path, headers={"accept": "text/html", "accept-language": language})

    def post(self, path: str, data: dict[str, Any] | None = None) -> Response:
        """Send a form, with the token that every page of ours carries."""
        if "csrf" not in self.client.cookies:
            self.get("/incidents")
        headers = {"accept": "text/html", "x-csrftoken": self.client.cookies["csrf"]}
        return self.client.post(path, data=data or {}, headers=headers)

    def draft(self, incident_id: int, *keys: str, **more: Any) -> Response:
        """Draft the claims that begin with these, as the form of the page offers them."""
        page = self.be("reviewer 1").get(f"/desk/incidents/{incident_id}").text
        offered = re.findall(r'name="claims" value="([^"]+)"', page)
        chosen = [key for key in offered if not keys or key.split(":")[0] in keys]
        assert chosen
        return self.post(f"/desk/incidents/{incident_id}/statements", {"claims": chosen, **more})

    def publish(self, incident_id: int, statement_id: int) -> None:
        """Propose as one person, sign as another."""
        proposed = self.be("reviewer 1").post(f"/desk/incidents/{incident_id}/statements/{statement_id}/publish")
        assert proposed.status_code == 303
        with self.town.db.reading() as tx:
            order = next(one for one in open_orders(tx) if one.subject_id == statement_id)
        assert proposed.headers["location"] == f"/desk/orders/{order.id}"
        page = self.be("manager south").get(f"/desk/orders/{order.id}").text
        with self.town.db.reading() as tx:
            row = queries.statement(tx, statement_id)
        # An order on a statement speaks of a statement: no followers, no handle, no page that stays up.
        assert "It is public then, on its page and in the feed." in page
        assert "nothing is published" in page
        for of_an_account in ("0 followers", "the handle, the tier", "for the page", "on this account today"):
            assert of_an_account not in page[page.index('id="order"') :].lower()
        # Whoever signs reads what they sign, in both languages.
        assert words(html.escape(row["text_en"], quote=False)) in words(page)
        assert words(html.escape(row["text_fr"], quote=False)) in words(page)
        signed = self.post(f"/desk/orders/{order.id}/approve", {"digest": order.digest.hex()})
        assert signed.status_code == 303
        assert self.town.read(order.id).state is State.EXECUTED


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock)


@pytest.fixture
def house(town: Town, tmp_path: Path) -> House:
    settings = Settings(data=str(tmp_path), url="https://house.example")
    made = signing(house_on(town.db, settings, clock=town.clock))
    # Everybody's key was enrolled before the house moved to that address.
    return replace(made, ports=replace(made.ports, site=SITE))


@pytest.fixture
def pages(town: Town, house: House) -> Iterator[Pages]:
    town.ports = house.ports
    # The house is reached by https, and so is it here, since its cookies ask for it.
    with TestClient(create_app(house), base_url="https://house.example") as client:
        client.follow_redirects = False
        yield Pages(client, town)


@pytest.fixture
def incident_id(town: Town, pages: Pages) -> int:
    """A refused attempt, then an account hidden by the rules and restored 41 seconds later."""
    town.propose("contractor", "account.hide", "president")
    town.clock.advance(MINUTE)
    held = town.until_held()
    town.clock.advance(10 * MINUTE)
    town.drive(held.id)
    town.clock.advance(41 * SECOND)
    town.restore("reviewer south", "president")
    with town.db.reading() as tx:
        return int(queries.incidents(tx)[0]["id"])


def last_statement(town: Town, incident_id: int) -> int:
    with town.db.reading() as tx:
        return int(queries.statements(tx, incident_id)[0]["id"])


def feed(pages: Pages) -> ET.Element:
    """Read the feed as a feed reader does."""
    answer = pages.get("/incidents/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content)  # noqa: S314  # our own words, escaped by us


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.promise(19)
def test_nothing_is_public_before_two_people_publish(pages: Pages, town: Town, incident_id: int) -> None:
    pages.draft(incident_id)
    statement_id = last_statement(town, incident_id)
    pages.be("reviewer 1").post(f"/desk/incidents/{incident_id}/statements/{statement_id}/publish")
    pages.client.cookies.clear()
    hidden, nothing = pages.get(f"/incidents/{incident_id}"), pages.get("/incidents/4711")
    assert hidden.status_code == nothing.status_code == 404
    assert words(hidden.text).replace(str(incident_id), "N") == words(nothing.text).replace("4711", "N")
    assert str(incident_id) not in pages.get("/incidents").text
    assert list(feed(pages).iter(f"{ATOM}entry")) == []


@pytest.mark.promise(19)
def test_published_incident_is_read_by_anybody_and_names_nobody(pages: Pages, town: Town, incident_id: int) -> None:
    pages.draft(incident_id)
    pages.publish(incident_id, last_statement(town, incident_id))
    pages.client.cookies.clear()
    for language in ("en", "fr"):
        shown = [
            pages.get(path, language) for path in ("/incidents", f"/incidents/{incident_id}", "/incidents/feed.atom")
        ]
        assert [answer.status_code for answer in shown] == [200, 200, 200]
        for answer in shown:
            # A role may be a name's first word: names of the town that are more than a role tell.
            found = [
                name for name in STAFF if name not in ("agent", "auditor", "administrator") and name in answer.text
            ]
            assert found == []
            assert "@example.org" not in answer.text
    page = words(pages.get(f"/incidents/{incident_id}").text)
    assert "@president was gone for 41 s" in page
    assert "by two people: reviewer, duty manager" in page
    assert "La page est revenue" in words(pages.get(f"/incidents/{incident_id}", "fr").text)


@pytest.mark.promise(19)
def test_replaced_statement_stays_readable_and_says_by_which(pages: Pages, town: Town, incident_id: int) -> None:
    pages.draft(incident_id, "refused")
    first = last_statement(town, incident_id)
    pages.publish(incident_id, first)
    assert f"?replace={first}#draft" in pages.be("reviewer 1").get(f"/desk/incidents/{incident_id}").text
    replacing = pages.get(f"/desk/incidents/{incident_id}?replace={first}").text
    assert f'name="supersedes" value="{first}"' in replacing
    pages.draft(incident_id, "dark", supersedes=str(first))
    pages.publish(incident_id, last_statement(town, incident_id))
    page = words(pages.get(f"/incidents/{incident_id}").text)
    assert page.index("Statement 2 In force.") < page.index("Replaced by statement 2.")
    assert "The rules refused it" in page
    assert "was gone for 41 s, from" in page


def test_feed_is_atom_with_an_entry_for_each_language_and_ids_that_stay(
    pages: Pages, town: Town, incident_id: int
) -> None:
    pages.draft(incident_id, "dark")
    first = last_statement(town, incident_id)
    pages.publish(incident_id, first)
    before = _entries(pages)
    assert [entry.get(LANG) for entry in before] == ["en", "fr"]
    town.clock.advance(MINUTE)
    pages.draft(incident_id, supersedes=str(first))
    pages.publish(incident_id, last_statement(town, incident_id))
    after = {_of(entry, "id"): entry for entry in _entries(pages)}
    assert len(after) == 4
    for entry in before:
        same = after[_of(entry, "id")]
        assert _of(same, "content") == _of(entry, "content")
        assert _of(same, "published") == _of(entry, "published")
        assert _of(same, "updated") > _of(entry, "updated")
        assert _of(entry, "id").startswith("tag:house.example,2017-11-02:incidents/")
    root = feed(pages)
    assert _of(root, "updated") == max(_of(entry, "updated") for entry in after.values())
    assert root.find(f"{ATOM}author/{ATOM}name") is not None


def _entries(pages: Pages) -> list[ET.Element]:
    return list(feed(pages).iter(f"{ATOM}entry"))


def _of(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def test_colleagues_read_every_step_with_names_rules_and_lengths(pages: Pages, incident_id: int) -> None:
    page = pages.be("agent").get(f"/desk/incidents/{incident_id}")
    told = words(page.text)
    assert "Attempt refused contractor (agent), rules last-days, silence-critical" in told
    assert "Signed manager south (duty manager)" in told
    assert "The page is gone the clock" in told
    assert "The page is back reviewer south (reviewer), rule restore, 41 s later" in told
    assert 'class="block"' in page.text
    assert 'class="lane-hold"' in page.text
    assert " style=" not in page.text
    assert "Refused attempt" in words(pages.get("/desk/incidents").text)


@pytest.mark.promise(19)
def test_statement_says_only_what_the_record_shows(pages: Pages, town: Town, incident_id: int) -> None:
    pages.be("reviewer 1")
    place = f"/desk/incidents/{incident_id}/statements"
    assert pages.post(place, {"claims": ["dark:4711"]}).status_code == 400
    assert pages.post(place, {"text": "It was all fine."}).status_code == 400
    with town.db.reading() as tx:
        assert queries.statements(tx, incident_id) == []


def test_draft_overtaken_by_standing_down_cannot_be_proposed_from_the_page(
    pages: Pages, town: Town, incident_id: int
) -> None:
    pages.draft(incident_id, "reviewing")
    assert "Propose to publish" in pages.get(f"/desk/incidents/{incident_id}").text
    assert pages.be("manager south").post(f"/desk/incidents/{incident_id}/stand-down").status_code == 403, "involved"
    assert pages.be("manager north").post(f"/desk/incidents/{incident_id}/stand-down").status_code == 303
    page = pages.get(f"/desk/incidents/{incident_id}").text
    assert "Propose to publish" not in page
    assert "can no longer be published" in page
    assert pages.post(f"/desk/incidents/{incident_id}/stand-down").status_code == 409


def test_unknown_incident_and_foreign_statement_are_no_pages(pages: Pages, town: Town, incident_id: int) -> None:
    pages.draft(incident_id)
    statement_id = last_statement(town, incident_id)
    assert pages.get("/desk/incidents/4711").status_code == 404
    assert pages.post(f"/desk/incidents/4711/statements/{statement_id}/publish").status_code == 404


def test_house_without_incidents_says_what_would_open_one(pages: Pages) -> None:
    assert "No incident so far" in pages.be("agent").get("/desk/incidents").text
    assert "Nothing published so far" in pages.get("/incidents").text


def test_replay_page_shows_both_lanes_in_both_languages(pages: Pages) -> None:
    english, french = pages.get("/incidents/2017-11-02"), pages.get("/incidents/2017-11-02", "fr")
    assert (english.status_code, french.status_code) == (200, 200)
    told = words(english.text)
    assert "11 minutes dark" in told
    assert "the fall that did not happen" in told
    assert "19:10, assumed" in told
    assert "Rule last-days, before anything changed" in told
    assert "Replaced by statement 2." in told
    assert "Onze minutes, le 2 novembre 2017" in words(french.text)
    assert 'href="/incidents/2017-11-02"' in pages.get("/incidents").text
