"""Where things stand on the desk, measured in a browser: what belongs together is together, at any width."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gardefou.clock import SimulatedClock
from gardefou.storage import Database
from tests.factories.desks import Desks, serving_desks
from tests.factories.reports import make_report

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

PHONE = {"width": 390, "height": 844}
_TOP = "one => one.getBoundingClientRect().top"
_BOX = "one => { const { left, right } = one.getBoundingClientRect(); return [left, right]; }"


@pytest.fixture
def desks(db: Database, clock: SimulatedClock, tmp_path: Path, browser: Browser) -> Iterator[Desks]:
    with serving_desks(db, clock, tmp_path, browser) as found:
        yield found


def reported(desks: Desks, handle: str) -> int:
    """Report an account of the network, and return its case."""
    account_id = desks.account(handle)
    with desks.town.db.transaction() as tx:
        return make_report(tx, desks.town.now, account_id, category="harassment").case_id


def one_line(page: Page, *places: str) -> bool:
    """Return whether all of these stand on one line."""
    tops: list[float] = [page.locator(place).first.evaluate(_TOP) for place in places]
    return max(tops) - min(tops) < 8


def test_a_queue_row_keeps_two_lines_and_an_empty_queue_its_margin(desks: Desks) -> None:
    page = desks.desk("agent", locale="fr-FR")
    page.goto("/desk")
    edge = page.locator("#queue-title").evaluate(_BOX)[0]
    assert page.locator("#queue .empty > *").first.evaluate(_BOX)[0] == edge
    reported(desks, "bob")
    page.goto("/desk")
    assert one_line(page, ".queue-what", ".queue-side")
    assert page.locator(".queue-what").evaluate("one => one.getClientRects().length") == 1
    assert page.locator(".queue-side").evaluate(_BOX)[1] == page.locator(".due").evaluate(_BOX)[1]


def test_the_strip_of_counts_opens_the_queue_by_hand_and_by_key_and_the_case_closes_it(desks: Desks) -> None:
    page = desks.desk("agent", viewport={"width": 1024, "height": 800})
    page.goto(f"/desk/cases/{reported(desks, 'bob')}")
    strip, queue, row = (page.locator(one) for one in (".queue-count", "#queue", ".queue-link"))
    expect(queue).to_have_css("width", "56px")
    strip.click()
    expect(queue).to_have_css("width", "320px")
    page.locator("#case .case-title").click()
    expect(queue).to_have_css("width", "56px")
    strip.press("Enter")
    expect(queue).to_have_css("width", "320px")
    page.locator("#case .case-title").click()
    page.keyboard.press("j")
    expect(row).to_be_focused()
    expect(queue).to_have_css("width", "320px")


def test_what_is_chosen_on_a_phone_stands_before_its_name(desks: Desks) -> None:
    page = desks.desk("agent", viewport=PHONE)
    chosen = "&".join(f"case={reported(desks, name)}:1" for name in ("bob", "carol"))
    page.goto(f"/desk/many?{chosen}")
    row = "tbody tr:first-child"
    assert one_line(page, f"{row} [type=checkbox]", f"{row} th a")
    assert not one_line(page, f"{row} th a", f"{row} td[data-label]")
    box, name = (page.locator(f"{row} {one}").first.evaluate(_BOX) for one in ("[type=checkbox]", "th a"))
    assert box[1] <= name[0]


def test_nothing_runs_out_of_the_narrowest_page(desks: Desks) -> None:
    page = desks.desk("manager north", locale="fr-FR", viewport={"width": 320, "height": 640})
    case_id = reported(desks, "w" * 30)
    for path in (f"/desk/cases/{case_id}", f"/desk/many?case={case_id}:1", "/desk/search?q=www", "/desk/handover"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        for listed in page.locator(".table-scroll:has(.cards)").all():
            assert listed.evaluate("one => one.scrollWidth - one.clientWidth") == 0, path


def test_a_press_on_several_says_upon_how_many_after_a_box_was_cleared(desks: Desks) -> None:
    page = desks.desk("agent")
    chosen = "&".join(f"case={reported(desks, name)}:1" for name in ("bob", "carol"))
    page.goto(f"/desk/many?deed=account.hide&{chosen}")
    press, says = page.locator("#press .button-harm"), page.locator("#press [data-counts='followers']")
    expect(press).to_have_text("Propose to hide 2 accounts")
    expect(says).to_contain_text("It concerns 20 followers in all.")
    page.get_by_label("Choose @bob", exact=True).uncheck()
    expect(press).to_have_text("Propose to hide 1 account")
    expect(says).to_contain_text("It concerns 10 followers in all.")
    page.get_by_label("Choose @bob", exact=True).check()
    expect(press).to_have_text("Propose to hide 2 accounts")


def test_whoever_chooses_a_day_is_counted_the_days_chosen(desks: Desks) -> None:
    page = desks.desk("manager north")
    page.goto("/desk/numbers")
    day = page.get_by_label("From the day")
    day.fill("2017-10-15")
    page.get_by_role("button", name="Count", exact=True).click()
    expect(page.locator("main [name=span] option:checked")).to_have_text("Chosen days")
    expect(day).to_have_value("2017-10-15")


def test_the_list_of_keys_closes_with_the_space_bar_and_the_keys_stay_on(desks: Desks) -> None:
    page = desks.desk("agent")
    page.goto("/desk/macros")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#keys-on")).to_be_checked()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
