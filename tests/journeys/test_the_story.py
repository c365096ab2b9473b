"""The whole story, in real browsers, on both databases: the fall of 2 November 2017 does not happen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo, NewPage, be, check_axe

pytestmark = [pytest.mark.browser, pytest.mark.in_order]

PRESIDENT = "realDonaldTrump"
ORDINARY = "seller_4471"


def open_case(page: Page, handle: str) -> None:
    """Open an account's case from the queue."""
    page.goto("/desk")
    page.locator("a[href*='/desk/cases/']", has_text=handle).first.click()
    expect(page.locator("#case")).to_contain_text(handle)
    expect(page.locator("[data-live]")).to_be_visible()  # From then on keys are listened to.


def propose_to_hide(page: Page) -> None:
    """Choose the act by its key, then press its own button: no single key proposes."""
    page.keyboard.press("5")
    button = page.locator("button[value='account.hide']")
    expect(button).to_be_visible()
    button.click()


@pytest.mark.promise(17)
def test_a_visitors_report_appears_on_an_open_desk_without_reload(demo: Demo, visit: NewPage) -> None:
    desk = be(visit(), "Reviewer 9")
    desk.goto("/desk")
    expect(desk.locator("body")).to_contain_text(re.compile(r"Live"))
    case = desk.locator(".queue-row", has_text="@quiet_harbour")
    before = re.search(r"(\d+) report", case.inner_text())
    assert before
    visitor = visit()
    visitor.goto("/@quiet_harbour")
    visitor.get_by_role("link", name=re.compile("Report this account")).click()
    visitor.locator("input[name=category]").first.check()
    visitor.get_by_role("button", name="Send the report").click()
    expect(visitor.locator("main")).to_contain_text(re.compile(r"\d{10,}"))
    expect(case).to_contain_text(f"{int(before[1]) + 1} reports", timeout=3_000)


@pytest.mark.promise(1)
@pytest.mark.promise(6)
@pytest.mark.promise(20)
def test_the_contractor_is_refused_in_the_rules_words_then_the_rules_are_followed_and_one_veto_stops_it(
    demo: Demo, visit: NewPage
) -> None:
    contractor = be(visit(), "Agent 31")
    open_case(contractor, PRESIDENT)
    propose_to_hide(contractor)
    expect(contractor).to_have_url(re.compile("/desk/refused/"))
    expect(contractor.get_by_role("heading", level=1)).to_contain_text("Refused. The account was not hidden.")
    main = contractor.locator("main")
    expect(main).to_contain_text("In the last 14 days of an engagement")
    expect(main).to_contain_text("last-days")
    expect(main).to_contain_text("silence-critical")
    contractor.get_by_role("button", name=re.compile("Hand the case to reviewers")).click()

    reviewer = be(visit(), "Reviewer 12")
    open_case(reviewer, PRESIDENT)
    propose_to_hide(reviewer)
    expect(reviewer).to_have_url(re.compile("/desk/orders/"))
    order = reviewer.url
    expect(reviewer.locator("#order")).to_contain_text("Waiting for 2 people")

    second = be(visit(), "Reviewer 7")
    _sign(second, order)
    manager = be(visit(), "Duty manager 4")
    _sign(manager, order)
    if "Waiting" in manager.locator("#order").inner_text():  # the other manager is the one of another team
        _sign(be(manager, "Duty manager 2"), order)
    # The first browser hears of it without a reload.
    expect(reviewer.locator("#order")).to_contain_text(re.compile(r"Held"), timeout=20_000)
    visitor = visit()
    assert visitor.goto(f"/@{PRESIDENT}").status == 200  # type: ignore[union-attr]  # there is a response

    stopper = be(visit(), "Agent 24")
    stopper.goto(order)
    stopper.locator("textarea[name=why]").first.fill("Not on this evidence.")
    stopper.get_by_role("button", name="Veto").click()
    expect(stopper.locator("#order")).to_contain_text(re.compile("vetoed", re.IGNORECASE))
    expect(reviewer.locator("#order")).to_contain_text(re.compile("vetoed", re.IGNORECASE))
    assert visitor.goto(f"/@{PRESIDENT}").status == 200  # type: ignore[union-attr]  # there is a response


def _sign(page: Page, order: str) -> None:
    page.goto(order)
    opener = page.get_by_text("Read, then sign")
    if opener.count() == 0:
        return
    opener.click()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_load_state()


@pytest.mark.promise(7)
@pytest.mark.promise(8)
def test_an_ordinary_account_goes_in_one_step_and_comes_back_whole_in_one(demo: Demo, visit: NewPage) -> None:
    english, french = visit(), visit(locale="fr-FR")
    english.goto(f"/@{ORDINARY}")
    before = english.locator("main").inner_text()
    agent = be(visit(), "Agent 22")
    open_case(agent, ORDINARY)
    propose_to_hide(agent)
    expect(agent).to_have_url(re.compile("/desk/orders/"))
    expect(agent.locator("#order")).to_contain_text("In effect")

    gone = english.goto(f"/@{ORDINARY}")
    assert gone is not None
    assert gone.status == 404
    expect(english.locator("main")).to_contain_text("Sorry, that page doesn't exist!")
    perdu = french.goto(f"/@{ORDINARY}")
    assert perdu is not None
    assert perdu.status == 404
    expect(french.locator("main")).to_contain_text("Désolé, cette page n’existe pas.")
    english.goto("/")
    assert f"@{ORDINARY}" not in english.locator("main").inner_text()

    agent.keyboard.press("z")  # the one act that a single key may do: it protects
    expect(agent.locator("main")).to_contain_text(re.compile("back|Done|Taken back"))
    back = english.goto(f"/@{ORDINARY}")
    assert back is not None
    assert back.status == 200
    assert english.locator("main").inner_text() == before


@pytest.mark.promise(19)
def test_a_statement_takes_two_people_and_is_then_public(demo: Demo, visit: NewPage) -> None:
    writer = be(visit(), "Reviewer 12")
    writer.goto("/desk/incidents")
    writer.locator("a[href*='/desk/incidents/']").first.click()
    incident = writer.url.rsplit("/", 1)[1].split("?")[0].split("#")[0]
    visitor = visit(locale="fr-FR")
    assert visitor.goto(f"/incidents/{incident}").status == 404  # type: ignore[union-attr]  # there is a response
    writer.get_by_role("button", name="Draft it").click()
    writer.get_by_role("button", name="Propose to publish").click()
    expect(writer).to_have_url(re.compile("/desk/orders/"))
    assert visitor.goto(f"/incidents/{incident}").status == 404  # type: ignore[union-attr]  # there is a response
    _sign(be(visit(), "Duty manager 4"), writer.url)
    public = visitor.goto(f"/incidents/{incident}")
    assert public is not None
    assert public.status == 200
    said = visitor.locator("main").inner_text()
    assert "Agent 31" not in said
    assert "Reviewer 12" not in said
    feed = visitor.request.get("/incidents/feed.atom")
    assert incident in feed.text()


@pytest.mark.promise(9)
def test_afterwards_the_record_is_clean_and_says_who_did_what(demo: Demo) -> None:
    verified = demo.run("ledger", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    told = demo.run("who", f"@{PRESIDENT}")
    assert told.returncode == 0, told.stderr
    assert "Agent 31" in told.stdout


def test_the_public_timeline_is_in_the_order_of_time(demo: Demo, visit: NewPage) -> None:
    visitor = visit()
    visitor.goto("/")
    times = [time.get_attribute("datetime") or "" for time in visitor.locator("main time").all()]
    assert len(times) > 1
    assert times == sorted(times, reverse=True)


def test_a_phone_keeps_every_button_of_the_demo_and_the_veto_within_reach(demo: Demo, visit: NewPage) -> None:
    page = visit(width=390, height=844)
    page.goto("/demo")
    for button in page.locator("main button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    be(page, "Duty manager 2")
    page.goto("/desk/orders?view=open")
    page.locator("#orders-open a").first.click()
    expect(page.get_by_role("button", name="Veto")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("locale", "width", "scheme"), [("en-GB", 1440, "light"), ("fr-FR", 390, "dark")])
@pytest.mark.parametrize("demo", ["sqlite"], indirect=True)  # The same pages, whatever lies under them.
def test_axe_has_nothing_to_say(demo: Demo, visit: NewPage, locale: str, width: int, scheme: str) -> None:
    visitor = visit(locale=locale, width=width, scheme=scheme)
    for path in ("/", f"/@{PRESIDENT}", f"/@{PRESIDENT}/report", "/@nobody", "/incidents", "/incidents/2017-11-02"):
        visitor.goto(path)
        check_axe(visitor)
    for path in ("/demo", "/demo/mail", "/search?q=la", "/sign-up", "/desk/sign-in"):
        visitor.goto(path)
        check_axe(visitor)
    visitor.goto("/incidents")
    visitor.locator("main a[href^='/incidents/']").first.click()
    check_axe(visitor)
    agent = be(visit(locale="en-GB", width=width, scheme=scheme), "Reviewer 12")
    for path in ("/desk", "/desk/orders", "/desk/incidents", "/desk/rules", f"/desk/who/{PRESIDENT}"):
        agent.goto(path)
        check_axe(agent)
    open_case(agent, PRESIDENT)
    check_axe(agent)
    agent.goto("/desk/orders?view=open")
    agent.locator("#orders-open a").first.click()
    check_axe(agent)
    agent.goto(agent.url.replace("/desk/orders/", "/desk/alert/"))
    check_axe(agent)
    agent.goto("/desk/incidents")
    agent.locator("main a[href^='/desk/incidents/']").first.click()
    check_axe(agent)
