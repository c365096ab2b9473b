"""A case says in one line why it stands where it stands, and shows the sum."""

import re

import pytest

from gardefou.clock import HOUR
from gardefou.events import Actor
from gardefou.events.actor import CLOCK
from gardefou.reports import cases, duty_told
from tests.factories.accounts import make_account
from tests.factories.reports import make_report
from tests.factories.town import Town
from tests.integration.desk.conftest import Visit


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.promise(18)
def test_a_case_says_what_puts_it_before_others_and_shows_the_sum(town: Town, visit: Visit) -> None:
    careful = [Actor.member(number) for number in (71, 72, 73)]
    with town.db.transaction() as tx:
        for _ in range(9):
            before = make_account(tx, town.now)
            for one in careful:
                earlier = make_report(tx, town.now, before, reporter=one).case_id
            cases.close(tx, actor=CLOCK, now=town.now, case_id=earlier, outcome="upheld", version=1)
        account_id = make_account(tx, town.now, handle="kiln", followers=12_000)
        for one in (*careful, *(Actor.visitor(f"crowd {number}") for number in range(30))):
            case_id = make_report(tx, town.now, account_id, reporter=one, category="hate").case_id
        dull = make_report(tx, town.now, make_account(tx, town.now, followers=3)).case_id
        shielded = make_report(tx, town.now, make_account(tx, town.now), protected=True).case_id
        duty_told.told(tx, actor=CLOCK, now=town.now)
    browser = visit("agent")
    page = plain(browser.get(f"/desk/cases/{case_id}").text)
    assert (
        "Before others because: hate speech; 3 reporters who are usually right; 12,000 followers; waiting since "
        in page
    )
    for line in (
        "Hate speech kind 5 of 12, the gravest first",
        "3 reporters who are usually right weigh 2.03",
        "30 other reporters weigh 3, counted as 1",
        "Together they weigh 3.03 48 min sooner",
        "Reach 12,000 followers 16 min sooner",
        "How many report moves no case.",
    ):
        assert line in page
    assert re.search(r"Hate speech, 33 reports ?, 3 usually right", page)
    assert "In its turn: spam; waiting since " in plain(browser.get(f"/desk/cases/{dull}").text)
    kept = plain(browser.get(f"/desk/cases/{shielded}").text)
    assert "Before others because: its account is protected; spam; " in kept
    assert "Duty manager told " in kept
    french = plain(visit("agent", language="fr").get(f"/desk/cases/{case_id}").text)
    assert "3 personnes dont les signalements sont d’ordinaire fondés" in french
    with town.db.transaction() as tx:
        case_id = make_report(tx, town.now - 30 * HOUR, make_account(tx, town.now)).case_id
    old = plain(browser.get(f"/desk/cases/{case_id}").text).replace("\N{NO-BREAK SPACE}", " ")
    assert "waiting since 1 Nov 2017, 13:00 UTC" in old
    with town.db.transaction() as tx:
        cases.close(tx, actor=CLOCK, now=town.now, case_id=case_id, outcome="rejected", version=1)
    assert "waiting since" not in browser.get(f"/desk/cases/{case_id}").text
