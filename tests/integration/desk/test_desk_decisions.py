"""Deciding at the desk: an ordinary case, a protected one, a refusal, and whatever changed in between."""

import re

import pytest
from sqlalchemy import select, update

from gardefou.accounts.bump_version import bump_version
from gardefou.clock import HOUR, MINUTE
from gardefou.events import Actor
from gardefou.orders import queries
from gardefou.orders.lifecycle import State
from gardefou.orders.order import Order
from gardefou.reports import cases
from gardefou.reports import queries as reports
from gardefou.reports.intake import file_report
from gardefou.reports.tables import lease
from tests.factories.accounts import make_account
from tests.factories.town import Town
from tests.integration.desk.conftest import Browser, Visit, version_in

#: Every page is asked for on PostgreSQL too, with its own queries, by the table of routes; what differs between the
#: databases is below the pages, and is tested there on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GONE = "Sorry, that page doesn’t exist!"


def report(
    town: Town, account: str, *, by: str = "visitor", category: str = "threats", comment: str = "read this"
) -> int:
    with town.db.transaction() as tx:
        post = town.posts[account][0]
        return file_report(
            tx,
            actor=Actor.visitor(by),
            now=town.now,
            account_id=town.accounts[account],
            category=category,
            comment=comment,
            posts=[(post, "Post 0", town.now - HOUR)],
            protected=account != "anna",
        ).case_id


def decide(browser: Browser, case_id: int, kind: str, **more: object) -> str:
    """Press a card's button as the page gives it, and return where it leads."""
    page = browser.get(f"/desk/cases/{case_id}").text
    posts = re.findall(r'name="posts" value="(\d+)"', page)
    data = {"case_id": str(case_id), "version": version_in(page), "kind": kind, f"{kind}.reason": "coordinated threats"}
    answer = browser.post("/desk/orders", data | {"posts": posts, "whole": "1"} | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def order_at(town: Town, path: str) -> Order:
    return town.read(int(path.rsplit("/", 1)[1]))


def test_an_ordinary_account_is_hidden_by_one_press_and_brought_back_by_one(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "anna"), visit("agent")
    path = decide(browser, case_id, "account.hide")
    assert town.standing("anna") == "hidden"
    page = browser.get(path).text
    assert "Restore now" in page
    assert 'data-key="z"' in page
    with town.db.reading() as tx:
        assert reports.case(tx, case_id).outcome == "upheld"
    back = browser.post(f"{path}/restore")
    assert back.status_code == 303
    assert town.standing("anna") == "active"
    assert "Taken back after" in browser.get(path).text
    with town.db.reading() as tx:
        assert reports.case(tx, case_id).open, "nobody has heard of it: it is as it was"


@pytest.mark.parametrize(("who", "later"), [("reviewer 1", 0), ("agent", 6 * MINUTE)])
def test_a_case_stays_closed_where_a_colleague_restores_or_its_reporters_have_heard(
    town: Town, visit: Visit, who: str, later: int
) -> None:
    case_id = report(town, "anna")
    path = decide(visit("agent"), case_id, "account.hide")
    town.clock.advance(later)
    assert visit(who).post(f"{path}/restore").status_code == 303
    assert town.standing("anna") == "active"
    with town.db.reading() as tx:
        assert not reports.case(tx, case_id).open


def test_the_key_that_undoes_is_for_ones_own_closing(town: Town, visit: Visit) -> None:
    case_id, mine, other = report(town, "anna"), visit("agent"), visit("reviewer 1")
    page = mine.get(f"/desk/cases/{case_id}").text
    mine.post(f"/desk/cases/{case_id}/close", {"version": version_in(page)})
    pages = [browser.get(f"/desk/cases/{case_id}").text for browser in (mine, other)]
    assert ["Open it again" in page for page in pages] == [True, True]
    assert ['data-key="z"' in page for page in pages] == [True, False]


@pytest.mark.promise(1)
def test_a_protected_account_stays_up_and_the_order_waits_for_the_people_it_needs(town: Town, visit: Visit) -> None:
    case_id = report(town, "president")
    path = decide(visit("reviewer 1"), case_id, "account.hide")
    assert town.standing("president") == "active"
    page = visit("manager south").get(path).text
    assert "Waiting for 2 people" in page
    assert "41.7 million followers will read" in page
    assert GONE in page
    assert "Read, then sign" in page
    with town.db.reading() as tx:
        assert reports.case(tx, case_id).open


@pytest.mark.promise(6)
@pytest.mark.promise(20)
def test_the_contractor_on_the_last_day_is_refused_in_the_rules_words(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "president"), visit("contractor")
    before = browser.get(f"/desk/cases/{case_id}").text
    assert "In the last 14 days of an engagement" in before
    path = decide(browser, case_id, "account.hide")
    assert path.startswith("/desk/refused/")
    page = browser.get(path).text
    assert "Refused. The account was not hidden." in page
    assert "Nothing has changed." in page
    assert "last-days · engagement_days_left 0, needs 14" in page
    assert "Only a reviewer proposes to hide a critical account." in page
    assert "Hand the case to reviewers" in page
    assert "Recorded at" in page
    assert town.standing("president") == "active"
    assert order_at(town, path).state is State.REFUSED
    others = visit("reviewer 1").get(path).text
    assert "contractor tried at 19:00:00. These are the words they read." in others
    assert f"/desk/cases/{case_id}/hand" not in others
    assert "tried at" not in page


def test_every_card_says_what_it_does_to_how_many_and_what_it_needs(town: Town, visit: Visit) -> None:
    page = visit("reviewer 1").get(f"/desk/cases/{report(town, 'president')}").text
    assert f"41.7 million followers will read “{GONE}”" in page
    assert "You + 2 people, 10 min" in page
    assert "It asks 2 people and starts the clock." in page
    assert "Only a duty manager proposes to freeze a critical account." in page
    ordinary = visit("agent").get(f"/desk/cases/{report(town, 'anna')}").text
    assert f"120 followers will read “{GONE}”" in ordinary
    assert "Pressing this takes effect at once. One step undoes it." in ordinary


@pytest.mark.promise(20)
def test_the_card_of_an_act_past_a_cap_names_its_rule(town: Town, visit: Visit) -> None:
    case_id, agent = report(town, "anna"), visit("agent")
    assert "cap-person" not in agent.get(f"/desk/cases/{case_id}").text
    with town.db.transaction() as tx:
        for number in range(30):
            town.accounts[f"other {number}"], town.posts[f"other {number}"] = make_account(tx, town.now), []
    for number in range(30):
        town.propose("agent", "account.limit", f"other {number}")
    page = agent.get(f"/desk/cases/{case_id}").text
    assert "You + 1 person, no hold" in page
    assert "Within the last hour you have asked for 30 acts of this kind." in page
    assert "cap-person · acts_by_person_1h 30, from 30" in page
    together = agent.get("/desk/many", params={"case": f"{case_id}:1", "deed": "account.limit"}).text
    assert "cap-person · acts_by_person_1h 30, from 30" in together


@pytest.mark.promise(13)
def test_signing_needs_the_exact_digest_and_one_veto_ends_it(town: Town, visit: Visit) -> None:
    path = decide(visit("reviewer 1"), report(town, "president"), "account.hide")
    signer = visit("reviewer 2")
    wrong = signer.post(f"{path}/approve", {"digest": "0" * 64})
    assert wrong.status_code == 409
    assert "is not this order as it stands" in wrong.text
    digest = order_at(town, path).digest.hex()
    assert signer.post(f"{path}/approve", {"digest": digest}).status_code == 303
    assert "Waiting for 1 person" in signer.get(path).text
    stopper = visit("manager north")
    assert stopper.post(f"{path}/veto", {"why": "The posts do not say that."}).status_code == 303
    page = stopper.get(path).text
    assert "Void: vetoed by manager north. Nothing was done." in page
    assert "The posts do not say that." in page
    assert order_at(town, path).state is State.VOID
    late = visit("agent").post(f"{path}/veto", {"why": "too late"})
    assert late.status_code == 409


def test_who_may_not_sign_is_told_by_which_rule_and_the_order_stays_as_it_was(town: Town, visit: Visit) -> None:
    path = decide(visit("reviewer 1"), report(town, "president"), "account.hide")
    digest = order_at(town, path).digest.hex()
    answer = visit("agent").post(f"{path}/approve", {"digest": digest})
    assert answer.status_code == 403
    assert "Refused. The order is as it was." in answer.text
    assert order_at(town, path).state is State.WAITING
    with town.db.reading() as tx:
        assert queries.approvals(tx, order_at(town, path).id) == []


def test_the_proposer_withdraws_and_nobody_else_does(town: Town, visit: Visit) -> None:
    browser = visit("reviewer 1")
    path = decide(browser, report(town, "president"), "account.limit")
    assert visit("reviewer 2").post(f"{path}/withdraw").status_code == 403
    assert browser.post(f"{path}/withdraw").status_code == 303
    assert order_at(town, path).ended_because == "withdrawn"


def test_programs_get_the_same_verdicts_as_json(town: Town, visit: Visit) -> None:
    president, anna = str(town.accounts["president"]), str(town.accounts["anna"])
    asked = {"kind": "account.hide", "reason": "hate", "posts": [str(town.posts["president"][0])]}
    waits = visit("reviewer 1", accept="application/json").post("/desk/orders", json=asked | {"subject_id": president})
    assert waits.status_code == 202
    assert (waits.json()["state"], waits.json()["verdict"]) == ("waiting", "waiting")
    refused = visit("contractor", accept="application/json").post(
        "/desk/orders", json=asked | {"subject_id": president, "kind": "account.limit"}
    )
    assert refused.status_code == 403
    assert refused.json()["verdict"] == "refused"
    assert {reason["code"] for reason in refused.json()["reasons"]} >= {"engagement-days-left", "propose-role"}
    assert "In the last 14 days" in " ".join(reason["words"] for reason in refused.json()["reasons"])
    agent = visit("agent", accept="application/json")
    done = agent.post("/desk/orders", json={"kind": "account.hide", "reason": "spam", "subject_id": anna})
    assert (done.status_code, done.json()["state"]) == (200, "executed")
    again = agent.post("/desk/orders", json={"kind": "account.hide", "reason": "spam", "subject_id": anna})
    assert (again.status_code, again.json()["code"]) == (409, "already_in_effect")


@pytest.mark.promise(20)
@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"kind": "account.vanish"}, "account.vanish"),
        ({"reason": "because"}, "because"),
        ({"subject_id": "seven"}, "seven"),
        ({"subject_id": "7"}, "7"),
        ({"until": "tomorrow"}, "tomorrow"),
        ({"not_before": "soon"}, "soon"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_written(
    town: Town, visit: Visit, change: dict[str, str], word: str
) -> None:
    asked = {"kind": "account.hide", "reason": "spam", "subject_id": str(town.accounts["anna"])} | change
    answer = visit("agent", accept="application/json").post("/desk/orders", json=asked)
    assert answer.status_code in (400, 404)
    assert word in answer.json()["detail"] or answer.status_code == 404
    assert town.standing("anna") == "active"


def test_opening_a_case_takes_a_lease_that_others_see(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna")
    mine = visit("agent").get(f"/desk/cases/{case_id}").text
    assert "hold this case" in mine
    theirs = visit("reviewer 1").get(f"/desk/cases/{case_id}").text
    assert "agent</b> holds this case" in theirs
    assert 'name="kind"' not in theirs
    assert ">agent</span>" in visit("reviewer 2").get("/desk").text


def test_while_a_colleague_holds_the_case_every_act_is_shown_with_the_reason_and_none_can_be_pressed(
    town: Town, visit: Visit
) -> None:
    case_id = report(town, "president")
    visit("reviewer 1").get(f"/desk/cases/{case_id}")
    browser = visit("reviewer 2")
    page = browser.get(f"/desk/cases/{case_id}").text
    decide_pane = page[page.index('id="decide-form"') :]
    for act in ("Keep the account as it is", "Hide one post", "Limit", "Hide the account", "Propose to hide"):
        assert act in decide_pane
    assert "You + 2 people, 10 min" in decide_pane
    assert "reviewer 1 holds this case." in decide_pane
    buttons = re.findall(r"<button\b[^>]*>", decide_pane[: decide_pane.index("</form>")])
    assert len(buttons) > 4
    assert all(" disabled" in button for button in buttons)
    assert visit("reviewer 1").post(f"/desk/cases/{case_id}/return").status_code == 303
    assert 'name="kind"' in browser.get(f"/desk/cases/{case_id}/decide").text


def test_somebody_elses_case_is_not_decided(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna")
    holder, other = visit("agent"), visit("reviewer 1")
    version = version_in(holder.get(f"/desk/cases/{case_id}").text)
    data = {"case_id": str(case_id), "version": version, "kind": "account.hide", "account.hide.reason": "spam"}
    answer = other.post("/desk/orders", data)
    assert answer.status_code == 409
    assert "agent holds this case." in answer.text
    assert town.standing("anna") == "active"
    closed = other.post(f"/desk/cases/{case_id}/close", {"version": version})
    assert closed.status_code == 409


def test_a_returned_case_is_anybodys(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna")
    browser = visit("agent")
    browser.get(f"/desk/cases/{case_id}")
    after = browser.post(f"/desk/cases/{case_id}/return").headers["location"]
    assert "The case is back in the queue." in browser.get(after).text
    assert "hold this case" in visit("reviewer 1").get(f"/desk/cases/{case_id}").text


def test_a_stale_page_decides_nothing_and_says_what_happened(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "anna"), visit("agent")
    version = version_in(browser.get(f"/desk/cases/{case_id}").text)
    with town.db.transaction() as tx:
        tx.execute(update(lease).values(until=town.now))
        cases.close(tx, actor=town.people["reviewer 1"], now=town.now, case_id=case_id, outcome="rejected", version=1)
    data = {"case_id": str(case_id), "version": version, "kind": "account.hide", "account.hide.reason": "spam"}
    answer = browser.post("/desk/orders", data, headers={"referer": f"http://testserver/desk/cases/{case_id}"})
    assert answer.status_code == 409
    assert "It has changed since you looked. Nothing was done." in answer.text
    assert "reviewer 1 closed it." in answer.text
    assert town.standing("anna") == "active"


def test_keeping_an_account_closes_its_case_and_one_step_opens_it_again(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "anna"), visit("agent")
    version = version_in(browser.get(f"/desk/cases/{case_id}").text)
    browser.post(f"/desk/cases/{case_id}/close", {"version": version})
    page = browser.get(f"/desk/cases/{case_id}").text
    assert "This case is closed: the account stays as it is." in page
    browser.post(f"/desk/cases/{case_id}/reopen", {"version": version_in(page)})
    with town.db.reading() as tx:
        assert reports.case(tx, case_id).open


def test_an_agent_hands_a_case_over_and_decides_it_no_more(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "anna"), visit("agent")
    version = version_in(browser.get(f"/desk/cases/{case_id}").text)
    after = browser.post(f"/desk/cases/{case_id}/hand", {"version": version}).headers["location"]
    assert "The case is with the reviewers now." in browser.get(after).text
    assert "reviewers now" not in browser.get("/desk?left=anything").text
    version = version_in(browser.get(f"/desk/cases/{case_id}").text)
    answer = browser.post(f"/desk/cases/{case_id}/close", {"version": version})
    assert answer.status_code == 403
    assert "This case is for reviewers" in answer.text


def test_closing_is_offered_to_nobody_who_would_be_refused(town: Town, visit: Visit) -> None:
    protected, ordinary = report(town, "president"), report(town, "anna")
    close, reopen = 'formaction="/desk/cases/{}/close"', 'formaction="/desk/cases/{}/reopen"'
    page = visit("agent").get(f"/desk/cases/{protected}").text
    assert close.format(protected) not in page
    assert "This case is for reviewers: a reviewer or a duty manager decides it." in page
    assert f'formaction="/desk/cases/{protected}/hand"' in page
    visit("agent").post(f"/desk/cases/{protected}/return")
    page = visit("auditor").get(f"/desk/cases/{ordinary}").text
    assert close.format(ordinary) not in page
    assert f'formaction="/desk/cases/{ordinary}/hand"' not in page
    assert close.format(ordinary) in visit("agent").get(f"/desk/cases/{ordinary}").text
    reviewer = visit("reviewer 1")
    page = reviewer.get(f"/desk/cases/{protected}").text
    assert close.format(protected) in page
    reviewer.post(f"/desk/cases/{protected}/close", {"version": version_in(page)})
    assert reopen.format(protected) in reviewer.get(f"/desk/cases/{protected}").text
    assert reopen.format(protected) not in visit("agent").get(f"/desk/cases/{protected}").text


def test_an_auditor_reads_a_case_and_takes_no_lease(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna")
    assert visit("auditor").get(f"/desk/cases/{case_id}").status_code == 200
    with town.db.reading() as tx:
        assert reports.holder(tx, case_id, town.now) is None


def test_hiding_one_post_leaves_the_account_up(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "anna"), visit("agent")
    path = decide(browser, case_id, "post.hide", **{"post.hide.post_id": str(town.posts["anna"][0])})
    assert order_at(town, path).state is State.EXECUTED
    assert town.standing("anna") == "active"
    assert "The post is gone." in browser.get(path).text


def test_a_set_end_and_a_set_time_are_kept_with_the_order(town: Town, visit: Visit) -> None:
    case_id, browser = report(town, "anna"), visit("agent")
    more = {"account.hide.until": "24 h", "account.hide.not_before": "2017-11-02T19:30"}
    order = order_at(town, decide(browser, case_id, "account.hide", **more))
    assert order.not_before == town.now + 30 * MINUTE
    assert order.lift_at == order.not_before + 24 * HOUR
    assert order.state is State.HELD


def test_a_changed_account_voids_what_was_signed_for_it(town: Town, visit: Visit) -> None:
    path = decide(visit("reviewer 1"), report(town, "president"), "account.hide")
    with town.db.transaction() as tx:
        bump_version(tx, town.accounts["president"])
    town.drive(order_at(town, path).id)
    page = visit("reviewer 1").get(path).text
    assert "Nothing was done." in page
    assert order_at(town, path).ended_because == "stale"


def test_the_alert_asks_for_sign_in_and_pins_one_safe_act(town: Town, visit: Visit) -> None:
    order = town.until_held()
    path = f"/desk/alert/{order.id}"
    led = visit().get(path)
    assert (led.status_code, led.headers["location"]) == (303, f"/desk/sign-in?next=/desk/alert/{order.id}")
    page = visit("manager north").get(path).text
    assert "Veto, keep the page up" in page
    assert "button-harm" not in page
    town.clock.advance(10 * MINUTE)
    town.drive(order.id)
    page = visit("manager north").get(path).text
    assert "Restore now" in page
    assert visit("agent").post(f"/desk/orders/{order.id}/restore").status_code == 303
    assert town.standing("president") == "active"


def test_leases_are_rows_that_end_by_themselves(town: Town, visit: Visit) -> None:
    case_id = report(town, "anna")
    visit("agent").get(f"/desk/cases/{case_id}")
    town.clock.advance(11 * MINUTE)
    visit("reviewer 1").get(f"/desk/cases/{case_id}")
    with town.db.reading() as tx:
        assert tx.scalar(select(lease.c.person_id)) == town.people["reviewer 1"].person_id
