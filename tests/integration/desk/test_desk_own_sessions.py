"""One's own sessions on the desk: listed, this one marked, ended; a link that is over leaves a line without a name."""

import pytest

from gardefou.ledger import store, tables
from gardefou.staff import sessions
from gardefou.staff.end_engagement import end_engagement
from tests.factories.town import Town
from tests.integration.desk.conftest import Browser, Visit

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PAGE = "/desk/me/sessions"


def _link(town: Town, name: str) -> str:
    with town.db.transaction() as tx:
        return sessions.make_link(tx, actor=town.people[name], now=town.now, person_id=town.person_id(name))


def _come_in(browser: Browser, link: str, agent: str = FIREFOX) -> int:
    return browser.post(f"/desk/sign-in/{link}", {"next": PAGE}, headers={"user-agent": agent}).status_code


def test_one_sees_where_one_is_signed_in_and_ends_it(town: Town, visit: Visit) -> None:
    here, there = visit(), visit()
    for browser, agent in ((here, FIREFOX), (there, "<b>evil</b>")):
        assert _come_in(browser, _link(town, "agent"), agent) == 303
    page = here.get(PAGE).text
    assert ("Firefox · Linux" in page, "&lt;b&gt;evil" in page, "<b>evil" in page) == (True, True, False)
    assert page.count("This browser") == 1
    number = page.split("/desk/me/sessions/", 1)[1]
    ended = next(part for part in page.split("/desk/me/sessions/") if part[0].isdigit()).partition("/")[0]
    assert number
    assert here.post(f"/desk/me/sessions/{ended}/end").headers["location"] == f"{PAGE}?ended=1"
    assert there.get(PAGE).status_code == 303
    assert "it was ended from another browser of yours" in there.get("/desk/sign-in").text
    assert "You are signed in as agent, and stay so." in here.get("/desk/enrol/used").text
    assert "and stay so" not in there.get("/desk/enrol/used").text
    assert here.get(PAGE).status_code == 200
    assert here.post(f"/desk/me/sessions/{ended}/end").status_code == 404


def test_all_others_end_at_once_and_nobody_elses(town: Town, visit: Visit) -> None:
    mine = [visit("agent") for _ in range(3)]
    theirs = visit("reviewer 1")
    number = theirs.get(PAGE).text.count("This browser")
    assert number == 1
    assert mine[0].post("/desk/me/sessions/end-others").status_code == 303
    assert [browser.get(PAGE).status_code for browser in (*mine, theirs)] == [200, 303, 303, 200]


def test_coming_in_ends_whoever_was_signed_in_at_this_browser(town: Town, visit: Visit) -> None:
    browser = visit()
    assert _come_in(browser, _link(town, "agent")) == 303
    before = browser.cookies["desk"]
    assert _come_in(browser, _link(town, "reviewer 1")) == 303
    assert browser.cookies["desk"] != before
    with town.db.reading() as tx:
        assert sessions.person_of(tx, before, town.now) is None


@pytest.mark.promise(15)
def test_a_link_that_is_over_is_in_the_record_without_a_name_and_one_that_never_was_is_not(
    town: Town, visit: Visit
) -> None:
    used, ended = _link(town, "agent"), _link(town, "contractor")
    assert _come_in(visit(), used) == 303
    with town.db.transaction() as tx:
        end_engagement(tx, actor=town.people["administrator"], now=town.now, person_id=town.person_id("contractor"))
    answers = [visit().post(f"/desk/sign-in/{link}") for link in (used, ended, "made-up")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    with town.db.reading() as tx:
        entries = list(store.entries(tx, where=tables.entry.c.kind == "sign_in.refused"))
    assert [entry.body["because"] for entry in entries] == ["link over", "link over"]
    assert all(set(entry.body) == {"because", "by", "method", "who"} for entry in entries)
    assert all(b"contractor" not in entry.content and b"agent" not in entry.content for entry in entries)
