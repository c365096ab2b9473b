"""Whoever reported reads what became of it: a member among their notifications, a visitor by receipt, a machine."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from gardefou.network.notices import unread
from gardefou.reports import queries
from gardefou.storage.errors import TooManyWaitError
from gardefou.storage.together import Together
from tests.factories.reporting import ReportingHouse, reporting_house
from tests.integration.app.test_api import secret_of


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportingHouse]:
    """One for all of them; what each reports and decides is its own."""
    with reporting_house(request, tmp_path_factory) as made:
        yield made


def test_a_member_is_told_the_rule_and_how_to_contest_and_never_who_decided(house: ReportingHouse) -> None:
    mayor, french = house.browser("mayor"), house.browser("mayor", language="fr")
    other = house.browser()
    house.report(other, "anna", comment="words of somebody else")
    number = house.report(mayor, "anna")
    with house.town.db.reading() as tx:
        before = unread(tx, house.town.accounts["mayor"], now=house.town.now, house=True)
    assert "Nobody has decided yet" in mayor.get("/reports").text
    house.decide("anna", "rejected")
    with house.town.db.reading() as tx:
        mayor_id, now = house.town.accounts["mayor"], house.town.now
        assert unread(tx, mayor_id, now=now, house=True) == before + 1
        # No client could show it, so no client counts it.
        assert unread(tx, mayor_id, now=now) == before
    told = mayor.get("/notifications").text
    assert told.count(f'href="/reports/{number}"') == 1
    assert "Your report on @anna was not upheld." in told
    with house.town.db.reading() as tx:
        assert unread(tx, mayor_id, now=now, house=True) == 0
    page = mayor.get(f"/reports/{number}").text
    for said in ("no machine decides here", "Nothing is sent by the hundred", "You can contest this until 4 May 2018"):
        assert said in page
    assert not [word for word in ("reviewer", "Reviewer", "person", "words of somebody else") if word in _main(page)]
    assert "n’a pas été jugé fondé" in french.get(f"/reports/{number}").text


def _main(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_a_visitor_reads_it_in_their_browser_and_anywhere_by_the_receipts_address(house: ReportingHouse) -> None:
    visitor, elsewhere, mayor = house.browser(), house.browser(), house.browser("mayor")
    sent = visitor.post("/@anna/report", {"category": "fraud"})
    address = sent.text.split('href="/reports/')[1].split('"')[0]
    number, key = address.split("?key=")
    assert f"http://localhost:8000/reports/{address}</code>" in sent.text
    house.decide("anna", "upheld")
    assert "was upheld" in visitor.get(f"/reports/{number}").text
    assert "was upheld" in elsewhere.get(f"/reports/{number}?key={key}").text
    for wrong in (f"/reports/{number}", f"/reports/{number}?key={key[:-1]}", f"/reports/{number}?key=é", "/reports/0"):
        assert elsewhere.get(wrong).status_code == 404
    assert mayor.get(f"/reports/{number}").status_code == 404
    assert f"/reports/{number}" in visitor.get("/reports").text
    assert "You have reported nothing yet" in elsewhere.get("/reports").text


def test_what_was_done_is_told_and_that_it_was_taken_back(house: ReportingHouse) -> None:
    town, mayor = house.town, house.browser("mayor")
    number = house.report(mayor, "anna")
    with town.db.transaction() as tx:
        case = queries.open_case_of(tx, town.accounts["anna"])
        assert case is not None
    done = town.propose("agent", "account.limit", "anna", case_id=case.id, reason="spam").order
    assert "Nobody has decided yet" in mayor.get(f"/reports/{number}").text, "it can be undone before anybody hears"
    house.tell()
    assert "What was done: the account has left the public timelines." in mayor.get(f"/reports/{number}").text
    town.take_back("reviewer 2", done)
    house.tell()
    told = mayor.get("/notifications").text
    kinds = [line for line in told.splitlines() if f'href="/reports/{number}"' in line]
    assert len(kinds) == 2
    page = _main(mayor.get(f"/reports/{number}").text)
    assert "what was done then was taken back" in page
    assert "What was done:" not in page


def test_a_platforms_machine_asks_for_what_it_brought_and_for_nothing_else(house: ReportingHouse) -> None:
    mine, other = secret_of(house.town, "reports", "mine"), secret_of(house.town, "reports", "other")

    def ask(method: str, path: str, secret: str, **more: Any) -> Any:
        return house.client.request(
            method, path, headers={"authorization": f"Bearer {secret}", **more.pop("headers", {})}, **more
        )

    line = b'{"account": "anna", "category": "hate", "reporter": "u1"}\n'
    sent = ask("POST", "/intake/reports", mine, content=line, headers={"idempotency-key": "k"})
    number = sent.json()["report"]
    path = f"/intake/reports/{number}"
    waits = ask("GET", f"{path}?reporter=u1", mine).json()
    assert (waits["state"], waits["decided_at"], waits["reporter"]) == ("waiting", None, [])
    house.decide("anna", "rejected")
    told = ask("GET", f"{path}?reporter=u1", mine).json()
    assert (told["state"], told["rule"]) == ("rejected", "Nobody is attacked for who they are.")
    assert any("no machine decides here" in line for line in told["said"])
    wrong = [(path, mine), (f"{path}?reporter=u2", mine), (f"{path}?reporter=u1", other), ("/intake/reports/7", mine)]
    assert [ask("GET", at, secret).status_code for at, secret in wrong] == [404] * 4
    assert ask("GET", f"{path}?reporter=u1", "gf_no").status_code == 401


@pytest.mark.promise(20)
def test_who_reports_one_account_too_often_has_their_words_back_and_reads_which_limit_it_is(
    house: ReportingHouse,
) -> None:
    visitor = house.browser()
    for number in range(20):
        house.report(visitor, "mayor", comment=f"say {number}")
    sent = {"category": "spam", "comment": "one more, and long thought about"}
    over = visitor.post("/@mayor/report", sent)
    assert (over.status_code, over.headers["retry-after"]) == (429, "4320")
    assert "we take 20 reports on one account in a day" in over.text
    assert "Room for one comes back every 1 h 12 min: send it again in 1 h 12 min. What you wrote" in over.text
    assert 'action="/@mayor/report"' in over.text
    assert ">one more, and long thought about</textarea>" in over.text
    assert re.search(r'name="category" value="spam" required checked', over.text)
    assert house.report(visitor, "president", comment="another")


@pytest.mark.promise(17)
@pytest.mark.promise(20)
def test_who_reports_while_more_comes_than_can_be_written_has_their_words_back(
    house: ReportingHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turned_away(*_: object) -> None:
        raise TooManyWaitError

    monkeypatch.setattr(Together, "put", turned_away)
    full = house.browser().post("/@mayor/report", {"category": "spam", "comment": "long thought about"})
    assert (full.status_code, full.headers["retry-after"]) == (503, "2")
    assert "Nothing of yours was taken: send it again in a moment. What you wrote stands below." in full.text
    assert ">long thought about</textarea>" in full.text
