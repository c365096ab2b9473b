"""Every page of the desk, in both languages: it answers, shows only what is so, and keeps to the rules of the house."""

import re

import pytest

from tests.factories.reports import make_case
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit
from tests.integration.desk.test_desk_decisions import decide, report

#: What differs between the databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EVERYWHERE = (
    "/desk",
    "/desk/orders",
    "/desk/orders?view=open",
    "/desk/orders?view=effect",
    "/desk/orders?view=refused",
    "/desk/rules",
    "/desk/ledger",
    "/desk/numbers",
    "/desk/search",
    "/desk/search?q=a",
    "/desk/who/anna",
    "/desk/who/president",
)


def lived_in(town: Town, visit: Visit) -> tuple[str, ...]:
    """Let things happen, and return every page there then is."""
    president, anna = report(town, "president"), report(town, "anna")
    waiting = decide(visit("reviewer 1"), president, "account.hide")
    refused = decide(visit("contractor"), report(town, "mayor"), "account.hide")
    done = decide(visit("agent"), anna, "account.hide")
    cases = tuple(f"/desk/cases/{case_id}" for case_id in (president, anna))
    return (*EVERYWHERE, *cases, waiting, refused, done, waiting.replace("orders", "alert"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_answers_and_keeps_to_the_strict_policy(town: Town, visit: Visit, language: str) -> None:
    browser = visit("manager south", language=language)
    for path in lived_in(town, visit):
        page = browser.get(path)
        assert page.status_code == 200, path
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|hx-on|\bjs:", page.text), path
        assert all("src=" in script for script in re.findall(r"<script\b[^>]*>", page.text)), path
        assert f'<html lang="{language}"' in page.text
        assert len(re.findall(r"<h1\b", page.text)) == 1, path


def test_no_button_that_silences_is_filled_or_on_a_key(town: Town, visit: Visit) -> None:
    for path in lived_in(town, visit):
        page = visit("reviewer 2").get(path).text
        for button in re.findall(r"<(?:button|a|summary)\b[^>]*button-harm[^>]*>", page):
            assert "data-key" not in button
            assert "autofocus" not in button
            assert "button-filled" not in button


def test_no_key_stands_twice_in_the_list_of_keys_and_a_name_has_two_letters_at_most_in_its_circle(
    town: Town, visit: Visit
) -> None:
    page = visit("reviewer 2").get(lived_in(town, visit)[0]).text
    terms = re.findall(r"<dt>(<kbd.*?)</dt>", page.split('id="keys-title"')[1])
    keys = [key for term in terms for key in re.findall(r">(.)</kbd>", term)]
    assert len(keys) == len(set(keys)) > 10
    faces = re.findall(r'class="face[^"]*"[^>]*>([^<]*)<', page)
    assert faces
    assert all(1 <= len(face) <= 2 for face in faces)


def test_enter_in_a_field_presses_nothing(town: Town, visit: Visit) -> None:
    """The first button of a form is what Enter presses: in forms that silence it is a disabled one."""
    page = visit("agent").get(f"/desk/cases/{report(town, 'anna')}").text
    form = page[page.index('id="decide-form"') :]
    assert re.search(r"<button\b[^>]*>", form)[0] == '<button type="submit" disabled hidden>'  # type: ignore[index]  # there is one


def test_an_empty_house_says_so_and_what_to_do_next(town: Town, visit: Visit) -> None:
    browser = visit("agent")
    assert "Nothing waits here. A new report appears by itself." in browser.get("/desk").text
    assert "there is nothing to stop" in browser.get("/desk/orders").text
    assert "The rest, newest first" in browser.get("/desk/orders").text
    assert "Nobody ever asked for anything to be done to this account." in browser.get("/desk/who/anna").text
    assert "No case is open." in browser.get("/desk/numbers").text
    assert "No account is called that." in browser.get("/desk/search?q=nobody").text


def test_what_can_still_be_stopped_stands_first(town: Town, visit: Visit) -> None:
    held = town.until_held()
    waiting = town.propose("reviewer 1", "account.hide", "mayor").order
    decide(visit("agent"), report(town, "anna"), "account.hide")
    page = visit("agent").get("/desk/orders").text
    order = [page.index(text) for text in (str(held.id), str(waiting.id), "The rest, newest first", "Hide @anna")]
    assert order == sorted(order)


def test_a_storm_moves_nobody_up_and_the_case_shows_what_it_weighs(town: Town, visit: Visit) -> None:
    for number in range(30):
        case_id = report(town, "president", by=f"newcomer {number}")
    page = visit("reviewer 1").get(f"/desk/cases/{case_id}").text
    assert "30 reports" in page
    assert "30 people report for the first time." in page
    assert "all their 30 authors report for the first time." in page
    assert "Volume never hides anyone." in page


def test_the_rules_are_shown_in_words_and_in_their_own(town: Town, visit: Visit) -> None:
    page = visit("auditor").get("/desk/rules").text
    assert "Then signed by a reviewer, a duty manager of another team." in page
    assert "Held 10 min." in page
    assert "silence-critical" in page
    french = visit("auditor", language="fr").get("/desk/rules").text
    assert "un responsable de permanence d’une autre équipe" in french


def test_who_and_the_ledger_read_the_record(town: Town, visit: Visit) -> None:
    decide(visit("agent"), report(town, "anna"), "account.hide")
    town.clock.advance(41_000_000)
    browser = visit("reviewer 1")
    page = browser.get("/desk/who/anna").text
    assert "Took effect: hide the account" in page
    assert "agent" in page
    assert "41 s" in page
    assert "gardefou ledger verify" in browser.get("/desk/ledger").text
    assert browser.get("/desk/who/nobody").status_code == 404


def test_a_running_clock_carries_what_is_spoken_when_little_is_left(town: Town, visit: Visit) -> None:
    held = town.until_held()
    for path in (f"/desk/orders/{held.id}", f"/desk/alert/{held.id}"):
        page = visit("agent", language="fr").get(path).text
        for minutes in (5, 2):
            assert f'data-say{minutes}="Encore {minutes} minutes avant qu’il prenne effet."' in page
        assert page.count("data-say1=") == 1


def test_a_long_queue_comes_page_by_page_and_loses_no_case(town: Town, visit: Visit) -> None:
    with town.db.transaction() as tx:
        made = {str(make_case(tx, town.now)) for _ in range(130)}
    browser, path, seen, pages = visit("agent"), "/desk", set[str](), 0
    while path:
        page = browser.get(path).text
        seen |= set(re.findall(r'href="/desk/cases/(\d+)"', page))
        more = re.search(r'href="(/desk\?after=[^"]+)">More cases', page)
        path, pages = (more[1] if more else ""), pages + 1
    assert seen == made
    assert pages == 3
    assert "130 cases" in page


def test_the_case_of_an_account_that_is_hidden_says_so_and_offers_to_bring_it_back(town: Town, visit: Visit) -> None:
    decide(visit("agent"), report(town, "anna"), "account.hide")
    case_id = report(town, "anna", by="somebody later")
    page = visit("agent").get(f"/desk/cases/{case_id}").text
    assert "Hidden" in page
    assert "In effect since" in page
    assert "Restore now" in page
    assert "It is so already." in page


def test_a_number_that_is_an_orders_leads_there(town: Town, visit: Visit) -> None:
    order = town.propose("reviewer 1", "account.hide", "president").order
    found = visit("agent").get(f"/desk/search?q={order.id}")
    assert (found.status_code, found.headers["location"]) == (303, f"/desk/orders/{order.id}")


def test_a_refused_order_and_an_open_one_each_have_one_address(town: Town, visit: Visit) -> None:
    refused = town.propose("contractor", "account.hide", "president").order
    waiting = town.propose("reviewer 1", "account.hide", "president").order
    browser = visit("agent")
    assert browser.get(f"/desk/orders/{refused.id}").headers["location"] == f"/desk/refused/{refused.id}"
    assert browser.get(f"/desk/refused/{waiting.id}").headers["location"] == f"/desk/orders/{waiting.id}"
    assert browser.get("/desk/orders/7").status_code == 404


def test_the_queue_narrows_by_language_and_keeps_it_from_case_to_case(town: Town, visit: Visit) -> None:
    report(town, "anna")
    browser = visit("agent")
    assert "@anna" in browser.get("/desk?language=en").text
    assert "?language=en" in browser.get("/desk?language=en").text
    assert "@anna" not in browser.get("/desk?language=fr").text
