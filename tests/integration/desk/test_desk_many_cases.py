"""Several cases at one press: each its own verb, verdict and transaction; undone together where undoing is true."""

import re

import pytest
from httpx import Response
from sqlalchemy import select

from gardefou.orders.lifecycle import State
from gardefou.orders.queries import orders_of_account
from gardefou.reports import leases
from gardefou.reports.queries import case
from gardefou.reports.tables import lease
from tests.factories.accounts import make_account
from tests.factories.reports import make_report
from tests.factories.town import Town
from tests.integration.desk.conftest import Browser, Visit


@pytest.fixture
def agent(visit: Visit) -> Browser:
    return visit("agent")


def cases_on(town: Town, *handles: str) -> list[str]:
    """Report these accounts, and return their cases as the queue's boxes send them."""
    chosen = []
    with town.db.transaction() as tx:
        for handle in handles:
            account = town.accounts.get(handle) or make_account(tx, town.now)
            protected = handle in ("mayor", "president")
            filed = make_report(tx, town.now, account, category="spam", protected=protected)
            chosen.append(f"{filed.case_id}:{case(tx, filed.case_id).version}")
    return chosen


def press(browser: Browser, deed: str, chosen: list[str], **more: str) -> Response:
    answer = browser.post("/desk/many", {"deed": deed, "case": chosen, **more})
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"])


def state_of(town: Town, chosen: str) -> tuple[bool, str | None]:
    with town.db.reading() as tx:
        found = case(tx, int(chosen.split(":", maxsplit=1)[0]))
    return found.open, found.outcome


def test_cases_are_closed_together_and_opened_again_together(town: Town, agent: Browser) -> None:
    chosen = cases_on(town, "one", "two")
    page = press(agent, "rejected", chosen)
    assert [state_of(town, one) for one in chosen] == [(False, "rejected")] * 2
    undo = re.search(r'action="(/desk/batches/\d+/undo)"', page.text)
    assert undo
    again = agent.get(agent.post(undo[1]).headers["location"])
    assert [state_of(town, one) for one in chosen] == [(True, None)] * 2
    assert "Undone: it is as it was before." in again.text
    assert undo[1] not in again.text


@pytest.mark.promise(1)
@pytest.mark.promise(20)
def test_a_protected_account_among_them_stops_only_itself_and_says_so_by_name_and_rule(
    town: Town, agent: Browser
) -> None:
    ordinary, protected = cases_on(town, "anna", "president")
    page = press(agent, "account.hide", [protected, ordinary], reason="spam").text
    assert town.standing("anna") == "hidden"
    assert state_of(town, ordinary) == (False, "upheld")
    assert town.standing("president") == "active"
    assert state_of(town, protected) == (True, None)
    row = page.split("@president", 1)[1].split("</tr>", 1)[0]
    assert "Refused. Nothing was done." in row
    assert "/desk/refused/" in row
    assert "<code" in row
    with town.db.reading() as tx:
        (refused,) = orders_of_account(tx, town.accounts["president"])
        assert refused.state is State.REFUSED
        assert tx.all(select(lease)) == []


def test_what_took_effect_at_once_is_taken_back_by_orders_of_its_own(town: Town, agent: Browser) -> None:
    (chosen,) = cases_on(town, "anna")
    page = press(agent, "account.hide", [chosen], reason="spam").text
    undo = re.search(r'action="(/desk/batches/\d+/undo)"', page)
    assert undo
    agent.post(undo[1])
    assert town.standing("anna") == "active"
    assert state_of(town, chosen) == (True, None)


def test_a_case_that_changed_or_that_a_colleague_holds_stops_only_itself(town: Town, agent: Browser) -> None:
    changed, held, free = cases_on(town, "anna", "ben", "carla")
    with town.db.transaction() as tx:
        leases.take_lease(tx, actor=town.people["reviewer 1"], now=town.now, case_id=int(held.split(":")[0]))
    stale = f"{changed.split(':')[0]}:99"
    answer = agent.post(
        "/desk/many", json={"deed": "rejected", "case": [stale, held, free]}, headers={"accept": "application/json"}
    )
    told = answer.json()["cases"]
    assert [(one["became"], one["code"]) for one in told] == [
        ("nothing", "case_changed"),
        ("nothing", "held_by_another"),
        ("done", ""),
    ]
    assert [state_of(town, one)[0] for one in (changed, held, free)] == [True, True, False]


def test_cases_are_handed_over_together_and_not_twice(town: Town, agent: Browser) -> None:
    chosen = cases_on(town, "anna")
    assert "Handed to reviewers." in press(agent, "hand", chosen).text
    number = chosen[0].split(":")[0]
    with town.db.reading() as tx:
        found = case(tx, int(number))
    assert found.handed_to == "reviewer"
    assert "it has changed since you looked" in press(agent, "hand", [f"{number}:{found.version}"]).text


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([], "No case is chosen."),
        (["seven"], "must be a number"),
        (["7"], "with the version you saw"),
        ([f"{number}:1" for number in range(1, 102)], "At most 100 cases"),
    ],
)
def test_a_choice_that_cannot_be_read_is_one_line_and_changes_nothing(
    agent: Browser, chosen: list[str], said: str
) -> None:
    answer = agent.post("/desk/many", {"deed": "rejected", "case": chosen})
    assert answer.status_code == 400
    assert said in answer.text


def test_what_it_takes_is_read_for_each_before_the_press(town: Town, agent: Browser) -> None:
    chosen = cases_on(town, "anna", "president")
    page = agent.get("/desk/many", params={"case": chosen, "deed": "account.hide"})
    assert page.status_code == 200
    assert "Propose to hide 2 accounts" in page.text
    assert "You alone, at once" in page.text.split("@anna", 1)[1].split("</tr>", 1)[0]
    assert "It would be refused to you." in page.text.split("@president", 1)[1].split("</tr>", 1)[0]
    assert town.standing("anna") == "active"


def test_auditors_choose_nothing_and_decide_nothing(town: Town, visit: Visit) -> None:
    auditor, chosen = visit("auditor"), cases_on(town, "anna")
    assert "many-form" not in auditor.get("/desk").text
    assert auditor.post("/desk/many", {"deed": "rejected", "case": chosen}).status_code == 403
    assert state_of(town, chosen[0]) == (True, None)
