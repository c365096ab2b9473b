"""A storm on the page of its case: shown, set aside, added to, taken back, and read page by page."""

import re

import pytest

from gardefou.clock import HOUR, MINUTE
from gardefou.reports import queries
from gardefou.reports.filing import filing
from gardefou.reports.leases import take_lease
from tests.factories.reports import make_report
from tests.factories.storms import CALL, file_at, make_members, storm
from tests.factories.town import Town
from tests.integration.desk.conftest import Browser, Visit

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def case_id(town: Town) -> int:
    with town.db.transaction() as tx:
        return storm(tx, town.now, town.accounts["anna"], young=240, others=12)


def form(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of a form of a page."""
    found = re.search(rf'action="[^"]*{action}">(.*?)</form>', page, re.DOTALL)
    assert found, page
    return dict(re.findall(r'name="(version|seen|since|upto|reports)" value="([^"]*)"', found[1]))


def press(browser: Browser, case_id: int, action: str) -> tuple[int, str]:
    """Press a button as the page gives it, and return the answer's status and the page that follows."""
    page = browser.get(f"/desk/cases/{case_id}").text
    path = re.search(rf'action="([^"]*{action})"', page)
    assert path, page
    answer = browser.post(path[1], form(page, action))
    return answer.status_code, browser.get(f"/desk/cases/{case_id}").text


@pytest.mark.promise(18)
def test_the_page_says_why_it_is_a_burst_and_one_press_sets_it_aside(town: Town, visit: Visit, case_id: int) -> None:
    browser = visit("agent")
    page = browser.get(f"/desk/cases/{case_id}").text
    assert re.search(r"A burst: 24\d reports in (8|9|10) min, from \d\d:\d\d to \d\d:\d\d", page)
    assert re.search(
        r"240 from accounts younger than a day; \d+ with the same words as others; about 1 an hour was usual\.", page
    )
    assert "Set these 240 aside together" in page
    assert page.count("came-mark-top") == 1
    status, after = press(browser, case_id, "/aside")
    assert status == 303
    assert "12 reports</span>, 240 set aside" in after
    assert "chart-hollow" in after
    assert re.search(r"by [^<]+, \d\d:\d\d</span>", after)
    assert "Set these" not in after
    assert "12 reports" in browser.get("/desk").text
    status, back = press(browser, case_id, "/back")
    assert (status, "252 reports</span></h2>" in back, "set aside</h2>" in back) == (303, True, False)


def test_what_came_since_is_offered_and_never_added_by_itself(town: Town, visit: Visit, case_id: int) -> None:
    browser = visit("agent")
    press(browser, case_id, "/aside")
    with town.db.transaction() as tx:
        storm(tx, town.now + 3 * MINUTE, town.accounts["anna"], young=50, others=0, lasts=3 * MINUTE)
    page = browser.get(f"/desk/cases/{case_id}").text
    assert "62 reports</span>, 240 set aside" in page
    assert "50 more like those that are set aside have come since. They count until somebody adds them." in page
    status, after = press(browser, case_id, "/aside")
    assert (status, "12 reports</span>, 290 set aside" in after) == (303, True)


def test_a_page_that_is_not_new_any_more_and_another_ones_case_are_refused(
    town: Town, visit: Visit, case_id: int
) -> None:
    browser = visit("agent")
    old = form(browser.get(f"/desk/cases/{case_id}").text, "/aside")
    press(browser, case_id, "/aside")
    stale = browser.post(f"/desk/cases/{case_id}/aside", old)
    assert (stale.status_code, "some of its reports were set aside" in stale.text) == (409, True)
    more = form(browser.get(f"/desk/cases/{case_id}").text, "/back")
    assert browser.post(f"/desk/cases/{case_id}/aside/1/back", more).status_code == 404
    assert browser.post(f"/desk/cases/{case_id}/aside", {**old, "since": "x"}).status_code == 400
    assert browser.post(f"/desk/cases/{case_id}/aside", {}).status_code == 400
    assert visit("auditor").post(f"/desk/cases/{case_id}/aside", old).status_code == 403
    browser.post(f"/desk/cases/{case_id}/return")
    with town.db.transaction() as tx:
        take_lease(tx, actor=town.people["reviewer 1"], now=town.now, case_id=case_id)
        (found,) = queries.in_force(tx, case_id)
    held = browser.post(f"/desk/cases/{case_id}/aside/{found.id}/back", more)
    assert (held.status_code, "holds this case" in held.text) == (409, True)
    page = browser.get(f"/desk/cases/{case_id}").text
    assert "Let them count again" not in page
    assert "240 set aside" in page


def test_reports_are_read_page_by_page_those_set_aside_apart(town: Town, visit: Visit, case_id: int) -> None:
    browser, here = visit("agent"), f"/desk/cases/{case_id}/reports"
    first = browser.get(here).text
    assert first.count('<td class="cards-lead"') == 50
    press(browser, case_id, "/aside")
    counting = browser.get(here).text
    assert "12 reports count, 240 are set aside." in counting
    assert ("Older reports" in counting, counting.count("nothing decided yet")) == (False, 12)
    path = re.search(rf'href="({here}\?aside=\d+)"', counting)
    assert path
    seen, page = 0, path[1]
    for _page in range(6):
        text = browser.get(page).text
        seen += text.count("nothing decided yet")
        more = re.search(r'href="([^"]*before=[^"]*)">Older', text)
        if not more:
            break
        page = more[1].replace("&amp;", "&")
    assert seen == 240
    for wrong, status in (("?before=x", 404), (f"?before={'9' * 25}", 404), ("?aside=7", 404), ("?before=0", 200)):
        assert browser.get(here + wrong).status_code == status
    assert browser.get("/desk/cases/7/reports").status_code == 404


def chosen(page: str) -> set[str]:
    """Return the reasons that the cards of a page begin with."""
    return set(re.findall(r'<option value="([^"]+)" selected', page))


@pytest.mark.promise(18)
def test_without_its_storm_a_case_is_another_kind_on_its_page_in_the_queue_and_in_what_is_proposed(
    town: Town, visit: Visit
) -> None:
    with town.db.transaction() as tx:
        anna, now = town.accounts["anna"], town.now
        for number in range(4):
            make_report(tx, now - HOUR, anna, category="fraud", comment=f"She sold me {number} boats")
        crowd = make_members(tx, now, 60, opened=now)
        calls = [(now, filing(actor=one, account_id=anna, category="threats", comment=CALL)) for one in crowd]
        case_id = file_at(tx, calls)
    browser = visit("agent")
    before = browser.get(f"/desk/cases/{case_id}").text
    status, after = press(browser, case_id, "/aside")
    queue = browser.get("/desk/queue").text
    assert status == 303
    assert ("Threats 60 · Fraud 4" in before, "Threats 60" in after, "Fraud 4" in after) == (True, False, True)
    assert ("Threats" in queue, "Fraud" in queue, "4 reports" in queue) == (False, True, True)
    assert chosen(before) != chosen(after)
    status, back = press(browser, case_id, "/back")
    assert (status, "Threats 60 · Fraud 4" in back) == (303, True)
    assert chosen(back) == chosen(before)


def test_one_report_or_two_are_not_drawn(town: Town, visit: Visit) -> None:
    with town.db.transaction() as tx:
        for _ in range(2):
            few = make_report(tx, town.now, town.accounts["anna"]).case_id
    assert "When they came" not in visit("agent").get(f"/desk/cases/{few}").text
    with town.db.transaction() as tx:
        make_report(tx, town.now, town.accounts["anna"])
    assert "When they came" in visit("agent").get(f"/desk/cases/{few}").text
