"""Several cases at one press: each its own verb, verdict and transaction; undone together where undoing is true."""

import re
from functools import partial
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from gardefou.accounts.queries import account as account_row
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.desk.many_done import undo_each
from gardefou.desk.session import COOKIE
from gardefou.network.queries import all_followed
from gardefou.orders.lifecycle import State
from gardefou.orders.queries import orders_of_account
from gardefou.reports import leases
from gardefou.reports.batches import Became, note_undone, read_batch
from gardefou.reports.cases import close
from gardefou.reports.errors import CaseChangedError
from gardefou.reports.macros import keep_macro
from gardefou.reports.queries import case, open_case_of
from gardefou.reports.tables import lease
from gardefou.staff.sessions import SignedIn, person_of
from tests.factories.accounts import make_account
from tests.factories.racing import race
from tests.factories.reports import make_report
from tests.factories.town import Town
from tests.integration.desk.conftest import Browser, Visit


@pytest.fixture
def agent(visit: Visit) -> Browser:
    return visit("agent")


def cases_on(town: Town, *handles: str) -> list[str]:
    """Report these accounts, made where they are not there, and return their cases as the queue's boxes send them."""
    chosen = []
    with town.db.transaction() as tx:
        for handle in handles:
            account = town.accounts.get(handle) or make_account(tx, town.now)
            filed = make_report(tx, town.now, account, category="spam", protected=handle == "president")
            chosen.append(f"{filed.case_id}:{case(tx, filed.case_id).version}")
    return chosen


def standing(town: Town, account_id: int) -> str:
    with town.db.reading() as tx:
        return EmbeddedPlatform().standing(tx, "account", account_id)


def number_of(chosen: str) -> int:
    return int(chosen.partition(":")[0])


def press(browser: Browser, deed: str, chosen: list[str], **more: str) -> Response:
    answer = browser.post("/desk/many", {"deed": deed, "case": chosen, **more})
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"])


def state_of(town: Town, chosen: str) -> tuple[bool, str | None]:
    with town.db.reading() as tx:
        found = case(tx, number_of(chosen))
    return found.open, found.outcome


def undo_on(page: Response) -> str:
    """Return where the page's undo leads; empty where it offers none."""
    found = re.search(r'action="(/desk/batches/\d+/undo)"', page.text)
    return found[1] if found else ""


def row_of(page: Response, handle: str) -> str:
    return page.text.split(f"@{handle}<", 1)[1].split("</tr>", 1)[0]


def test_cases_are_closed_together_and_opened_again_together(town: Town, agent: Browser) -> None:
    chosen = cases_on(town, "one", "two")
    page = press(agent, "rejected", chosen)
    assert [state_of(town, one) for one in chosen] == [(False, "rejected")] * 2
    again = agent.get(agent.post(undo_on(page)).headers["location"])
    assert [state_of(town, one) for one in chosen] == [(True, None)] * 2
    assert again.text.count("Undone: it is as it was before.") == 2
    assert "2 were undone." in again.text
    assert "are done" not in again.text
    assert undo_on(again) == ""


@pytest.mark.promise(1)
@pytest.mark.promise(20)
def test_a_protected_account_among_them_stops_only_itself_and_says_so_by_name_and_rule(
    town: Town, agent: Browser
) -> None:
    ordinary, protected = cases_on(town, "anna", "president")
    page = press(agent, "account.hide", [protected, ordinary], reason="spam")
    assert (town.standing("anna"), state_of(town, ordinary)) == ("hidden", (False, "upheld"))
    assert (town.standing("president"), state_of(town, protected)) == ("active", (True, None))
    row = row_of(page, "president")
    assert "Refused. Nothing was done." in row
    assert "/desk/refused/" in row
    assert "<code" in row
    with town.db.reading() as tx:
        assert orders_of_account(tx, town.accounts["president"])[0].state is State.REFUSED
        held = [row["case_id"] for row in tx.all(select(lease))]
    assert number_of(protected) not in held
    # What took effect at once is taken back by an order of its own, and its case opened again.
    agent.post(undo_on(page))
    assert (town.standing("anna"), state_of(town, ordinary)) == ("active", (True, None))


def test_a_case_whose_order_takes_effect_later_waits_for_it_closes_with_it_and_is_undone_with_it(
    town: Town, visit: Visit
) -> None:
    reviewer = visit("reviewer 1")
    (chosen,) = cases_on(town, "mayor")
    page = press(reviewer, "account.limit", [chosen], reason="spam")
    assert state_of(town, chosen) == (True, None)
    asked = reviewer.get(f"/desk/cases/{number_of(chosen)}").text
    order_id = int(re.findall(r'id="answering".*?/desk/orders/(\d+)', asked, re.DOTALL)[0])
    assert f"This case waits for order {order_id}, which reviewer 1 proposed." in asked
    town.tell_everyone(order_id)
    town.approve("reviewer 2", order_id)
    town.clock.advance(town.read(order_id).hold)
    town.drive(order_id)
    assert (town.standing("mayor"), state_of(town, chosen)) == ("limited", (False, "upheld"))
    reviewer.post(undo_on(reviewer.get(str(page.url))))
    assert (town.standing("mayor"), state_of(town, chosen)) == ("active", (True, None))
    assert "back in the queue" not in reviewer.get(f"/desk/cases/{number_of(chosen)}").text
    with town.db.transaction() as tx:
        actor, version = town.people["reviewer 1"], case(tx, number_of(chosen)).version
        close(tx, actor=actor, now=town.now, case_id=number_of(chosen), outcome="rejected", version=version)


def test_a_case_that_came_back_says_which_order_had_no_effect_and_why(town: Town, visit: Visit) -> None:
    reviewer = visit("reviewer 1")
    (chosen,) = cases_on(town, "president")
    with town.db.transaction() as tx:
        for colleague in town.people.values():
            leases.return_lease(tx, actor=colleague, now=town.now, case_id=number_of(chosen))
    answer = reviewer.post(
        "/desk/orders",
        {
            "kind": "account.limit",
            "case_id": str(number_of(chosen)),
            "version": chosen.partition(":")[2],
            "reason": "spam",
        },
    )
    order_id = int(answer.headers["location"].rpartition("/")[2])
    visit("reviewer south").post(f"/desk/orders/{order_id}/veto", {"why": "no"})
    asked = reviewer.get(f"/desk/cases/{number_of(chosen)}").text
    assert f"This case is back in the queue: its order {order_id} had no effect." in asked
    assert "Vetoed by reviewer south. Nothing was done." in asked
    with town.db.transaction() as tx:
        actor, version = town.people["reviewer 1"], case(tx, number_of(chosen)).version
        close(tx, actor=actor, now=town.now, case_id=number_of(chosen), outcome="rejected", version=version)


def test_what_was_undone_by_somebody_else_meanwhile_says_why_it_stays(town: Town, agent: Browser) -> None:
    (chosen,) = cases_on(town, "one")
    page = press(agent, "rejected", [chosen])
    with town.db.transaction() as tx:
        make_report(tx, town.now, case(tx, number_of(chosen)).account_id)
    answer = agent.post(undo_on(page))
    assert "it has changed since you looked" in agent.get(answer.headers["location"]).text
    assert state_of(town, chosen) == (False, "rejected")


def test_who_undoes_in_the_same_instant_as_others_makes_nothing_of_it_unsaid(
    town: Town, agent: Browser, visit: Visit
) -> None:
    chosen = cases_on(town, "one", "two")
    page = press(agent, "rejected", chosen)
    batch_id = int(undo_on(page).split("/")[-2])
    people = [signed_in(town, one) for one in (agent, visit("reviewer 1"), visit("manager north"))]
    about: dict[str, Any] = {"clock": town.clock, "batch_id": batch_id, "follows": all_followed}
    assert race(*[partial(undo_each, town.db, town.ports, me=me, **about) for me in people]) == []
    late: dict[str, Any] = {"batch_id": batch_id, "case_id": number_of(chosen[0]), "code": CaseChangedError.code}
    with town.db.transaction() as tx:
        note_undone(tx, actor=town.people["reviewer 1"], now=town.now, **late)
        assert {(one.became, one.code) for one in read_batch(tx, batch_id).entries} == {(Became.UNDONE, "")}
    said = agent.get(str(page.url)).text
    assert "2 were undone." in said
    assert "it has changed since you looked" not in said
    assert [state_of(town, one) for one in chosen] == [(True, None)] * 2


def signed_in(town: Town, browser: Browser) -> SignedIn:
    with town.db.reading() as tx:
        found = person_of(tx, browser.cookies[COOKIE], town.now)
    assert found is not None
    return found


def test_a_case_that_changed_that_a_colleague_holds_or_that_is_closed_stops_only_itself(
    town: Town, agent: Browser
) -> None:
    changed, held, closed, free = cases_on(town, "one", "two", "three", "four")
    manager = town.people["manager north"]
    with town.db.transaction() as tx:
        leases.take_lease(tx, actor=town.people["reviewer 1"], now=town.now, case_id=number_of(held))
        close(tx, actor=manager, now=town.now, case_id=number_of(closed), outcome="upheld", version=1)
    sent = {"deed": "rejected", "case": [f"{number_of(changed)}:99", held, closed, free]}
    told = agent.post("/desk/many", json=sent, headers={"accept": "application/json"}).json()["cases"]
    assert [(one["became"], one["code"]) for one in told] == [
        ("nothing", "case_changed"),
        ("nothing", "held_by_another"),
        ("nothing", "case_closed"),
        ("done", ""),
    ]
    assert [state_of(town, one)[0] for one in (changed, held, free)] == [True, True, False]


def test_cases_are_handed_over_together_and_not_twice(town: Town, agent: Browser) -> None:
    (chosen,) = cases_on(town, "one")
    assert "Handed to reviewers." in press(agent, "hand", [chosen]).text
    with town.db.reading() as tx:
        found = case(tx, number_of(chosen))
    assert found.handed_to == "reviewer"
    assert "it has changed since you looked" in press(agent, "hand", [f"{found.id}:{found.version}"]).text


def test_a_choice_that_cannot_be_read_is_one_line_and_changes_nothing(agent: Browser) -> None:
    for chosen, said in (
        ([], "No case is chosen."),
        (["seven"], "must be a number"),
        (["7"], "with the version you saw"),
        ([f"{number}:1" for number in range(1, 102)], "At most 100 cases"),
    ):
        answer = agent.post("/desk/many", {"deed": "rejected", "case": chosen})
        assert (answer.status_code, said in answer.text) == (400, True), chosen
    # Whoever comes from the queue is led there once, not by two buttons.
    for came_from, again in (("/desk", False), ("/desk/batches/7", True)):
        page = agent.get("/desk/many", headers={"referer": f"http://testserver{came_from}"}).text
        assert ("Look again" in page, 'href="/desk"' in page) == (again, True)
    assert agent.post("/desk/many", {"deed": "rejected", "case": ["7:1"]}).status_code == 404
    assert agent.post("/desk/many", {"deed": "erase", "case": ["7:1"]}).status_code == 400


def test_what_it_takes_is_read_for_each_before_the_press(town: Town, agent: Browser) -> None:
    chosen = cases_on(town, "one", "president")
    page = agent.get("/desk/many", params={"case": chosen, "deed": "account.hide"})
    assert "Propose to hide 2 accounts" in page.text
    assert page.text.count("You alone, at once") == 1
    assert "It would be refused to you." in row_of(page, "president")
    assert [state_of(town, one) for one in chosen] == [(True, None)] * 2


def test_auditors_choose_nothing_and_decide_nothing(town: Town, visit: Visit, agent: Browser) -> None:
    auditor, chosen = visit("auditor"), cases_on(town, "anna")
    assert 'id="many-form"' in agent.get("/desk").text
    assert 'id="many-form"' not in auditor.get("/desk").text
    assert auditor.post("/desk/many", {"deed": "rejected", "case": chosen}).status_code == 403
    with town.db.reading() as tx:
        assert open_case_of(tx, town.accounts["anna"]) is not None


@pytest.mark.promise(10)
def test_whoever_is_too_near_neither_decides_nor_undoes_among_many(town: Town, visit: Visit) -> None:
    agent, near = visit("agent"), visit("reviewer south")
    (chosen,) = cases_on(town, "somebody of theirs")
    with town.db.reading() as tx:
        account = account_row(tx, case(tx, number_of(chosen)).account_id)
    own = {"own": f"@{account['handle']}"}
    offered = town.change("administrator", "person.offer", town.person_id("reviewer south"), **own).order
    town.approve("manager north", offered.id)
    hidden = press(agent, "account.hide", [chosen], reason="spam")
    assert standing(town, account["id"]) == "hidden"
    undone = near.get(near.post(undo_on(hidden)).headers["location"])
    assert "Taking it back was refused to you: read the order." in undone.text
    assert standing(town, account["id"]) == "hidden"
    agent.post(undo_on(undone))
    assert (standing(town, account["id"]), state_of(town, chosen)) == ("active", (True, None))
    with town.db.reading() as tx:
        seen = f"{number_of(chosen)}:{case(tx, number_of(chosen)).version}"
    closed = press(agent, "rejected", [seen])
    kept = near.get(near.post(undo_on(closed)).headers["location"])
    assert "the account is yours, your employer’s, or one you follow." in kept.text
    assert state_of(town, chosen) == (False, "rejected")


def kept_in(page: Response, comment: str, macro: str = "") -> bool:
    """Return whether a form has everything in it that was written."""
    chosen = not macro or f'<option value="{macro}" selected>' in page.text
    return f">{comment}</textarea>" in page.text and '<option value="7 days" selected>' in page.text and chosen


def ticked(page: Response) -> list[str]:
    """Return the cases whose boxes are ticked, as the form sends them."""
    return re.findall(r'name="case" value="(\d+:\d+)"[^>]* checked>', page.text)


@pytest.mark.promise(20)
def test_what_was_written_comes_back_with_the_cases_that_changed_meanwhile(town: Town, agent: Browser) -> None:
    stale, fresh = cases_on(town, "a stale one", "a fresh one")
    with town.db.transaction() as tx:
        make_report(tx, town.now, case(tx, number_of(stale)).account_id, category="hate")
    form = {
        "deed": "account.limit",
        "case": [stale, fresh],
        "reason": "hate",
        "until": "7 days",
        "comment": "Long words.",
    }
    page = agent.post("/desk/many", form)
    assert page.status_code == 409
    assert kept_in(page, "Long words.")
    assert "This case has changed since you looked" in page.text
    assert (state_of(town, stale), state_of(town, fresh)) == ((True, None), (False, "upheld"))
    assert ticked(page) == [], "whoever ticks it has looked at it again"
    with town.db.reading() as tx:
        again = f"{number_of(stale)}:{case(tx, number_of(stale)).version}"
    assert f'name="among" value="{again}"' in page.text
    assert f'name="among" value="{fresh}"' not in page.text
    became = re.search(r'href="(/desk/batches/\d+)">What became of each', page.text)
    assert became is not None
    assert "1 is done" in agent.get(became[1]).text or "1 done" in agent.get(became[1]).text
    assert agent.post("/desk/many", form | {"case": [again]}).status_code == 303
    assert state_of(town, stale) == (False, "upheld")


@pytest.mark.promise(20)
def test_what_was_written_comes_back_where_a_template_is_not_filled(town: Town, agent: Browser) -> None:
    chosen = cases_on(town, "one unfilled", "another unfilled")
    with town.db.transaction() as tx:
        keeper, said = town.people["administrator"], "{account} against {clause}: {text}"
        macro = str(keep_macro(tx, actor=keeper, now=town.now, name="Unfilled", en=said, fr=said))
    form = {"deed": "account.limit", "case": chosen, "reason": "hate", "until": "7 days", "macro": macro}
    page = agent.post("/desk/many", form | {"comment": "Long words."})
    assert page.status_code == 400
    assert kept_in(page, "Long words.", macro)
    assert ticked(page) == chosen
    assert page.text.count("The template “Unfilled” needs") == 2
    assert [state_of(town, one) for one in chosen] == [(True, None)] * 2


@pytest.mark.promise(20)
def test_what_was_written_comes_back_where_no_box_is_ticked(town: Town, agent: Browser) -> None:
    chosen = cases_on(town, "one unticked", "another unticked")
    shown = agent.get("/desk/many", params={"case": chosen, "deed": "account.limit"})
    assert ticked(shown) == chosen
    form = {"deed": "account.limit", "among": chosen, "reason": "hate", "until": "7 days", "comment": "Long words."}
    page = agent.post("/desk/many", form)
    assert page.status_code == 400
    assert "No case is chosen." in page.text
    assert kept_in(page, "Long words.")
    assert ticked(page) == []
