"""An account rises while a case on it is open: reviewers decide the case from that instant, whoever reports or not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gardefou.accounts.enter_roster import enter_roster
from gardefou.app.protected_letter import tell_of_protected
from gardefou.app.tiers import TierSweep
from gardefou.clock import DAY, MINUTE, SimulatedClock
from gardefou.events import Actor
from gardefou.events.actor import CLOCK, SETUP
from gardefou.events.tables import event
from gardefou.orders.lifecycle import State
from gardefou.reports import cases, queries
from gardefou.reports.case import Case
from gardefou.reports.errors import CaseChangedError, WorkerError
from gardefou.reports.next_case import next_case
from gardefou.storage import Database
from tests.factories.accounts import make_account
from tests.factories.house import make_house
from tests.factories.reports import make_report
from tests.factories.staff import make_person
from tests.factories.town import Town, found_town
from tests.integration.accounts.test_reached_tier import followed


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    return found_town(db, clock, founded=True)


def reported(town: Town) -> Case:
    with town.db.transaction() as tx:
        case_id = make_report(tx, town.now, town.accounts["anna"], protected=False).case_id
        return queries.case(tx, case_id)


def by_her_followers(town: Town) -> None:
    followed(town, "anna", 150_000)


def by_an_order(town: Town) -> None:
    order = town.change("administrator", "tier.assign", town.accounts["anna"], tier="notable").order
    town.tell_everyone(order.id)
    for name in ("manager north", "reviewer south"):
        if town.read(order.id).state is State.WAITING:
            order = town.approve(name, order.id).order
    if order.state is State.HELD:
        town.clock.advance(order.hold)
        order = town.drive(order.id)
    assert order.state is State.EXECUTED


@pytest.mark.parametrize("rises", [by_her_followers, by_an_order])
@pytest.mark.promise(1)
def test_the_open_case_is_for_reviewers_in_the_same_instant(town: Town, rises: Callable[[Town], None]) -> None:
    before = reported(town)
    rises(town)
    with town.db.transaction() as tx:
        case = queries.case(tx, before.id)
        assert (case.protected, case.for_reviewers, case.version) == (True, True, before.version + 1)
        about: dict[str, Any] = {"now": town.now, "case_id": case.id, "outcome": "rejected"}
        with pytest.raises(CaseChangedError):
            cases.close(tx, actor=town.people["reviewer 1"], version=before.version, **about)
        with pytest.raises(WorkerError):
            cases.close(tx, actor=town.people["agent"], version=case.version, **about)
        assert next_case(tx, actor=town.people["agent"], now=town.now) is None
        given = next_case(tx, actor=town.people["reviewer 1"], now=town.now)
        assert given is not None
        assert given.case_id == case.id
    with town.db.reading() as tx:
        kinds = select(event.c.kind).where(event.c.subject == case.subject)
        assert [row["kind"] for row in tx.all(kinds)].count("case.protected") == 1


def test_rising_further_changes_nothing_more(town: Town) -> None:
    before = reported(town)
    followed(town, "anna", 150_000)
    followed(town, "anna", 11_000_000)
    with town.db.reading() as tx:
        assert queries.case(tx, before.id).version == before.version + 1


def test_a_closed_case_and_an_account_that_stays_ordinary_are_as_they_were(town: Town) -> None:
    before = reported(town)
    followed(town, "anna", 50_000)
    with town.db.transaction() as tx:
        assert queries.case(tx, before.id) == before
        cases.close(tx, actor=CLOCK, now=town.now, case_id=before.id, outcome="rejected", version=before.version)
        closed = queries.case(tx, before.id)
    followed(town, "anna", 150_000)
    with town.db.reading() as tx:
        assert queries.case(tx, before.id) == closed


def test_the_sweep_sees_to_it_and_the_duty_manager_is_told_once(
    database_url: str, tmp_path: Path, clock: SimulatedClock
) -> None:
    house = make_house(database_url, tmp_path / "data", clock)
    with house.db.transaction() as tx:
        make_person(tx, clock.now(), name="north", role="duty manager", on_shift=True, email="north@example.org")
        account_id = make_account(tx, clock.now())
        make_report(tx, clock.now(), account_id)
        enter_roster(tx, actor=SETUP, now=clock.now(), account_id=account_id, tier="critical", office="", source="s")
    assert tell_of_protected(house, actor=Actor.machine("worker"), now=clock.now()) == 0
    assert TierSweep(house).step() == 1
    assert tell_of_protected(house, actor=Actor.machine("worker"), now=clock.now()) == 1
    with house.db.transaction() as tx:
        make_report(tx, clock.now(), account_id, protected=True)
    clock.advance(DAY - MINUTE)
    assert tell_of_protected(house, actor=Actor.machine("worker"), now=clock.now()) == 0
    house.close()
