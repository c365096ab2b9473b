"""What somebody reads and is trained for narrows what the queue offers; what is too near to them is not theirs."""

from typing import Any

import pytest

from gardefou.app.house import neighbours
from gardefou.clock import SimulatedClock
from gardefou.events import Actor
from gardefou.network.follow import follow
from gardefou.network.queries import all_followed
from gardefou.orders.lifecycle import State
from gardefou.reports import cases, leases, queries
from gardefou.reports.errors import HeldByAnotherError, TooNearError
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.intake import file_report
from gardefou.reports.leases import take_lease
from gardefou.reports.next_case import next_case
from gardefou.reports.offers import Offer, offer_of
from gardefou.safeguards.errors import ChangeError, NothingToChangeError
from gardefou.storage import Database
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


def offer(town: Town, name: str, **change: str) -> None:
    """Have an administrator propose it, and a duty manager sign it."""
    order = town.change("administrator", "person.offer", town.person_id(name), **change).order
    assert order.state is State.WAITING
    assert town.approve("manager north", order.id).order.state is State.EXECUTED


def report(town: Town, account: str, category: str = "spam", locale: str = "en") -> int:
    with town.db.transaction() as tx:
        reporter = Actor.visitor(f"{account} {category}")
        return file_report(
            tx,
            actor=reporter,
            now=town.now,
            account_id=town.accounts[account],
            category=category,
            locale=locale,
        ).case_id


def given(town: Town, name: str) -> int | None:
    with town.db.transaction() as tx:
        found = next_case(tx, actor=town.people[name], now=town.now, follows=all_followed)
    return None if found is None else found.case_id


def test_the_queue_offers_what_somebody_reads_and_is_trained_for_and_forbids_nothing(town: Town) -> None:
    offer(town, "agent", languages="fr", categories="threats, spam")
    grave, english = report(town, "anna", "hate", "fr"), report(town, "mayor", "spam", "en")
    assert given(town, "agent") is None
    french = report(town, "president", "spam", "fr")
    assert given(town, "agent") == french
    with town.db.transaction() as tx:
        for case_id in (grave, english):
            assert hold_to_act(tx, actor=town.people["agent"], now=town.now, case_id=case_id).id == case_id


@pytest.mark.parametrize(("field", "words"), [("own", "an account of yours"), ("employers", "of your employer’s")])
def test_what_is_too_near_is_neither_offered_nor_decided(town: Town, field: str, words: str) -> None:
    offer(town, "agent", **{field: "@anna"})
    near, far = report(town, "anna", "threats"), report(town, "president")
    assert given(town, "agent") == far
    assert given(town, "agent") is None
    agent = town.people["agent"]
    with town.db.transaction() as tx:
        with pytest.raises(TooNearError, match=words):
            take_lease(tx, actor=agent, now=town.now, case_id=near)
        with pytest.raises(TooNearError, match=words):
            hold_to_act(tx, actor=agent, now=town.now, case_id=near)
        with pytest.raises(TooNearError, match=words):
            cases.close(tx, actor=agent, now=town.now, case_id=near, outcome="rejected", version=1)
        assert queries.holder(tx, near, town.now) is None
    assert given(town, "reviewer 1") == near


def test_nobody_decides_about_an_account_that_theirs_follows(town: Town) -> None:
    offer(town, "agent", own="@anna")
    with town.db.transaction() as tx:
        follow(tx, neighbours(), actor=Actor.member(town.accounts["anna"]), now=town.now, handle="president")
    followed = report(town, "president")
    assert given(town, "agent") is None
    with town.db.transaction() as tx, pytest.raises(TooNearError, match="that you follow"):
        hold_to_act(tx, actor=town.people["agent"], now=town.now, case_id=followed, follows=all_followed)
    assert given(town, "reviewer 1") == followed


@pytest.mark.promise(11)
def test_it_changes_by_an_order_in_which_whoever_it_is_about_has_no_part(town: Town) -> None:
    person_id = town.person_id("agent")
    assert town.change("agent", "person.offer", person_id, languages="fr").order.state is State.REFUSED
    offer(town, "agent", languages="fr en", own="anna")
    with town.db.reading() as tx:
        said = offer_of(tx, person_id)
    assert said == Offer(languages=["en", "fr"], own=[town.accounts["anna"]])
    with pytest.raises(NothingToChangeError, match="agent is offered just that"):
        town.change("administrator", "person.offer", person_id, languages="en fr", own="@ANNA")
    offer(town, "agent")
    with town.db.reading() as tx:
        assert offer_of(tx, person_id) == Offer()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"languages": "de"}, "languages: de is none of en, fr"),
        ({"categories": "spam, rudeness"}, "categories: rudeness is none of threats"),
        ({"own": "@nobody-here"}, "own: there is no account @nobody-here"),
        ({"skills": "all"}, "no such field here"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(town: Town, change: dict[str, str], words: str) -> None:
    with pytest.raises(ChangeError, match=words):
        town.change("administrator", "person.offer", town.person_id("agent"), **change)


@pytest.mark.promise(17)
def test_a_case_that_is_too_near_from_now_on_is_let_go_of_and_others_have_it_at_once(town: Town) -> None:
    near, other = report(town, "anna"), report(town, "mayor")
    assert {given(town, "agent"), given(town, "agent")} == {near, other}
    offer(town, "agent", employers="@anna")
    with town.db.transaction() as tx:
        assert leases.holder(tx, near, town.now) is None
        kept = leases.holder(tx, other, town.now)
    assert kept is not None
    assert kept.person_id == town.person_id("agent")
    assert given(town, "reviewer 1") == near


@pytest.mark.promise(17)
def test_a_hold_of_somebody_who_may_no_longer_decide_is_in_nobodys_way(town: Town) -> None:
    """It was not given back: their account has followed the other one since."""
    offer(town, "agent", own="@anna")
    case_id = report(town, "mayor")
    assert given(town, "agent") == case_id
    with town.db.transaction() as tx:
        person: dict[str, Any] = {"actor": town.people["reviewer 1"], "now": town.now, "follows": all_followed}
        person["case_id"] = case_id
        assert isinstance(leases.take_lease(tx, **person), leases.Taken)
        with pytest.raises(HeldByAnotherError):
            hold_to_act(tx, **person, version=1)
        follow(tx, neighbours(), actor=Actor.member(town.accounts["anna"]), now=town.now, handle="mayor")
        case = queries.case(tx, case_id)
        assert leases.deciding(tx, case, town.now, all_followed) is None
        assert hold_to_act(tx, **person, version=1).id == case_id
        found = leases.holder(tx, case_id, town.now)
    assert found is not None
    assert found.person_id == town.person_id("reviewer 1")
