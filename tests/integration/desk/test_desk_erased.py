"""Whoever was erased reads "erased" on every page, in both languages, and the form says beforehand what it does."""

import re
from html import unescape

import pytest
from sqlalchemy import or_, select

from gardefou.clock import SimulatedClock
from gardefou.incidents.tables import incident
from gardefou.orders.tables import orders, vote
from gardefou.storage import Database
from tests.factories.erased import NAME, TRACES, a_past, agreed, by_order
from tests.factories.town import Town, found_town
from tests.integration.desk.conftest import Browser, Visit

#: What differs between the databases is below this, and is tested there on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

#: Addresses without a query: the same page again, or another week, of which there is no end.
_LINK = re.compile(r'href="(/(?:desk|incidents)[^"#?]*)[#"]')


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


def every_page(browser: Browser, *starts: str) -> dict[str, str]:
    """Return the text of every page that can be reached by links, by address."""
    left, pages = list(starts), {}
    while left:
        path = unescape(left.pop())
        if path in pages:
            continue
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code in (200, 403), path
        pages[path] = unescape(answer.text)
        left += _LINK.findall(answer.text)
    return pages


def pages_of(town: Town, one: int) -> list[str]:
    """Return the addresses of everything that somebody is, or was, named on, and of every list."""
    with town.db.reading() as tx:
        mine = or_(orders.c.subject_id == one, orders.c.proposer == f"person:{one}")
        voted = orders.c.id.in_(select(vote.c.order_id).where(vote.c.person_id == one))
        found = [f"/desk/orders/{row['id']}" for row in tx.all(select(orders.c.id).where(mine | voted))]
        found += [f"/desk/incidents/{row['id']}" for row in tx.all(select(incident.c.id))]
    lists = ("", "/people", f"/people/{one}", "/orders", "/ledger", "/rota", "/who/mayor", "/who/president")
    return [*found, *(f"/desk{at}" for at in lists)]


def seen(browser: Browser, paths: list[str]) -> dict[str, str]:
    """Return the text of each of these pages."""
    return {path: unescape(browser.get(path, follow_redirects=True).text) for path in paths}


@ON_SQLITE
@pytest.mark.promise(15)
def test_whoever_was_erased_reads_erased_wherever_they_were_named(town: Town, visit: Visit) -> None:
    one = a_past(town)
    before = seen(visit("administrator"), pages_of(town, one))
    were = {path for path, text in before.items() if NAME in text}
    assert len(were) > 12, were
    by_order(town, "person.erase", one)
    paths = pages_of(town, one)
    after = seen(visit("auditor", language="fr"), paths)
    assert [(path, trace) for path, text in after.items() for trace in TRACES if trace in text] == []
    assert [path for path in were if "effacé" not in after[path]] == []
    english = visit("administrator").get(f"/desk/people/{one}").text
    assert "<h1>Somebody erased</h1>" in english
    assert "Who this was is destroyed" in english
    assert "Change something" not in english
    assert "On shift until" not in english
    assert ">erased</bdi>" in visit("auditor").get("/desk/investigate", params={"kind": "person.erase"}).text
    assert "change-person" not in english


@pytest.mark.full
@pytest.mark.promise(15)
def test_no_page_at_all_that_links_lead_to_has_a_trace_of_them(town: Town, visit: Visit) -> None:
    one = a_past(town)
    by_order(town, "person.erase", one)
    found = every_page(visit("auditor"), "/desk", f"/desk/people/{one}", "/incidents")
    assert len(found) > 40
    assert [(path, trace) for path, text in found.items() for trace in TRACES if trace in text] == []


@ON_SQLITE
@pytest.mark.promise(15)
def test_the_form_says_what_it_destroys_and_what_stands_against_it(town: Town, visit: Visit) -> None:
    admin, who = visit("administrator"), town.person_id("agent")
    engaged = unescape(admin.get(f"/desk/people/{who}").text)
    assert "agent is engaged: end the engagement first" in engaged
    form = {"kind": "person.erase", "subject_id": str(who)}
    refused = admin.post("/desk/changes", form)
    assert refused.status_code == 400
    assert "agent is engaged: end the engagement first" in unescape(refused.text)
    by_order(town, "person.end", who)
    page = unescape(admin.get(f"/desk/people/{who}").text)
    assert "Nothing takes this back" in page
    assert "held 24 h" in page
    order_id = int(admin.post("/desk/changes", form).headers["location"].rsplit("/")[-1])
    assert "Erase agent" in unescape(admin.get(f"/desk/orders/{order_id}").text)
    assert agreed(town, order_id).in_effect
