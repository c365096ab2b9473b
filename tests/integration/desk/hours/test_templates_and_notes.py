"""Templates and notes as the desk's forms have them."""

import re
from itertools import count

import pytest

from gardefou.orders.queries import orders_of_account
from gardefou.reports import queries as reports
from gardefou.reports.macros import keep_macro
from tests.factories.reports import make_report
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit

_names = count(1)


def a_case(town: Town, account: str = "anna") -> int:
    with town.db.transaction() as tx:
        filed = make_report(tx, town.now, town.accounts[account], category="spam", protected=account == "president")
        return filed.case_id


def seen(town: Town, case_id: int) -> str:
    with town.db.reading() as tx:
        return str(reports.case(tx, case_id).version)


def a_template(town: Town, text: str) -> str:
    name, administrator = f"Spam {next(_names)}", town.people["administrator"]
    with town.db.transaction() as tx:
        return str(keep_macro(tx, actor=administrator, now=town.now, name=name, en=text, fr=f"Vu : {text}"))


def test_a_template_says_the_comment_of_a_decision_and_loses_nothing_that_was_typed(town: Town, visit: Visit) -> None:
    case_id, macro = a_case(town, "president"), a_template(town, "{account}, {category}, {reason}.")
    agent = visit("agent", language="fr")
    assert 'name="account.hide.macro"' in agent.get(f"/desk/cases/{case_id}").text
    form = {
        "kind": "account.limit",
        "case_id": str(case_id),
        "version": seen(town, case_id),
        "account.limit.reason": "spam",
    }
    agent.post("/desk/orders", form | {"account.limit.macro": macro, "account.limit.comment": "Trois fois."})
    with town.db.reading() as tx:
        asked = orders_of_account(tx, town.accounts["president"])[0]
    assert asked.comment == "Vu : @president, Indésirable, Indésirable.\n\nTrois fois."


def test_a_template_that_is_not_filled_stops_the_decision_with_a_line_that_says_what_is_missing(
    town: Town, visit: Visit
) -> None:
    case_id, macro = a_case(town), a_template(town, "{account} against {clause}: {text}")
    form = {
        "kind": "account.hide",
        "case_id": str(case_id),
        "version": seen(town, case_id),
        "account.hide.reason": "spam",
    }
    answer = visit("agent").post("/desk/orders", form | {"macro": macro})
    assert answer.status_code == 400
    assert "needs a policy clause, your comment." in answer.text
    assert town.standing("anna") == "active"


@pytest.mark.promise(20)
def test_a_decision_that_cannot_be_used_comes_back_with_everything_that_was_chosen_and_typed(
    town: Town, visit: Visit
) -> None:
    case_id, macro, agent = a_case(town), a_template(town, "{text}, {clause}"), visit("agent")
    form = {
        "kind": "account.hide",
        "case_id": str(case_id),
        "version": seen(town, case_id),
        "posts": "",
        "whole": "",
        "account.hide.reason": "coordinated threats",
        "account.hide.until": "24 h",
        "account.hide.not_before": "2017-11-02T22:00",
        "account.hide.macro": macro,
        "account.hide.comment": "Twice <b>today</b>",
        "account.limit.comment": "Of another card",
    }
    answer = agent.post("/desk/orders", form)
    page = answer.text
    assert answer.status_code == 400
    assert 'href="/desk/orders"' in page.split("</header>")[0]
    assert re.search(r'value="account\.hide"[^>]* checked>', page)
    assert not re.search(r'value="account\.limit"[^>]* checked>', page)
    card = page.split('id="act-', 1)[1].split('name="account.hide.reason"', 1)[1].split("</textarea>")[0]
    for chosen in ("coordinated threats", "24 h", macro):
        assert f'<option value="{chosen}" selected>' in card, chosen
    assert 'value="2017-11-02T22:00"' in card
    assert "Twice &lt;b&gt;today&lt;/b&gt;" in card
    assert "Of another card" in page
    assert 'id="whole">' in page
    assert page.count('role="alert"') == 1
    # A program is answered as before, and what is wrong with the case itself has a page of its own.
    assert agent.post("/desk/orders", form, headers={"accept": "application/json"}).json()["code"] == "unfilled"
    gone = agent.post("/desk/orders", form | {"case_id": "7"})
    assert (gone.status_code, 'id="decide-form"' in gone.text) == (404, False)
    assert agent.post("/desk/orders", form | {"account.hide.until": "never"}).text.count("Twice &lt;b&gt;") == 1


def test_where_the_house_has_no_policy_whoever_writes_a_template_reads_that_nothing_fills_the_clause(
    visit: Visit,
) -> None:
    assert "the rulebook in force has no policy" in visit("administrator").get("/desk/macros/new").text


def test_what_is_wrong_with_a_template_is_said_above_a_form_that_keeps_what_was_typed(town: Town, visit: Visit) -> None:
    manager = visit("manager north")
    answer = manager.post("/desk/macros", {"name": "Kept", "en": "Only {account}", "fr": "Rien"})
    assert answer.status_code == 400
    assert "only one of them has {account}" in answer.text
    assert "Only {account}" in answer.text
    assert manager.post("/desk/macros", {"name": "Kept", "en": "Yes", "fr": "Oui"}).status_code == 303
    assert "Oui" in visit("agent").get("/desk/macros").text
    assert visit("agent").post("/desk/macros", {"name": "B", "en": "Yes", "fr": "Oui"}).status_code == 403


def test_a_note_is_read_on_the_case_on_the_account_and_nowhere_outside(town: Town, visit: Visit) -> None:
    case_id, agent = a_case(town), visit("agent")
    said = "Rang twice, <b>nobody</b> answered"
    assert agent.post(f"/desk/cases/{case_id}/note", {"text": said}).status_code == 303
    assert agent.post(f"/desk/cases/{case_id}/note", {"text": "Old friend", "about": "account"}).status_code == 303
    for path in (f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/notes", "/desk/who/anna"):
        page = visit("auditor").get(path).text
        assert "Rang twice, &lt;b&gt;nobody&lt;/b&gt; answered" in page
        assert "Old friend" in page
    link = f'<a href="/desk/cases/{case_id}">on case {case_id}</a>'
    assert (link in agent.get("/desk/who/anna").text, link in agent.get(f"/desk/cases/{case_id}").text) == (True, False)
    assert agent.post(f"/desk/cases/{case_id}/note", {"text": " "}).status_code == 400
    assert visit("auditor").post(f"/desk/cases/{case_id}/note", {"text": "x"}).status_code == 403
    for path in ("/@anna", "/api/v1/accounts/lookup?acct=anna"):
        assert "Rang twice" not in visit().get(path).text


def test_words_on_the_list_are_blurred_until_asked_for_and_only_administrators_keep_it(
    town: Town, visit: Visit
) -> None:
    administrator, agent = visit("administrator"), visit("agent")
    assert agent.post("/desk/blur", {"words": "x"}).status_code == 403
    assert administrator.post("/desk/blur", {"words": "x" * 41}).status_code == 400
    assert administrator.post("/desk/blur", {"words": "Vermin\n\nbad (word)\nvermin"}).status_code == 303
    with town.db.transaction() as tx:
        said = "VERMIN, verminous, a bad (word)"
        case_id = make_report(tx, town.now, town.accounts["anna"], category="spam", comment=said).case_id
    page = agent.get(f"/desk/cases/{case_id}").text
    blurred = '<span class="blurred">VERMIN</span>, verminous, a <span class="blurred">bad (word)</span>'
    assert blurred in page
    assert agent.post("/desk/blur/mine", {"blur": "off"}).status_code == 303
    assert said in agent.get(f"/desk/cases/{case_id}").text
    assert administrator.post("/desk/blur", {"words": ""}).status_code == 303


@pytest.mark.promise(20)
def test_a_decision_on_a_case_that_changed_meanwhile_comes_back_with_what_was_typed(town: Town, visit: Visit) -> None:
    case_id, agent = a_case(town), visit("agent")
    form = {"kind": "account.limit", "case_id": str(case_id), "version": "99", "account.limit.reason": "hate"}
    page = agent.post("/desk/orders", form | {"account.limit.comment": "Long words."})
    assert page.status_code == 409
    assert "This case has changed since you looked" in page.text
    assert ">Long words.</textarea>" in page.text
    assert 'name="version" value="99"' not in page.text
    assert town.standing("anna") == "active"
