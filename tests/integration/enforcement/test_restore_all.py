"""Everything that one person did is put back with one press, each deed by its own order; what cannot be is listed."""

import pytest

from gardefou.clock import SimulatedClock
from gardefou.enforcement.restore_all import FINAL, GOING, REFUSED, TWO, InEffect, deeds_of, put_back, restore_all
from gardefou.orders.lifecycle import State
from gardefou.storage import Database
from tests.factories.town import Town, found_town


@pytest.fixture
def town(db: Database, clock: SimulatedClock) -> Town:
    """Return a town in which one reviewer did much: hid, renamed, changed an address, and hid as severe with others."""
    town = found_town(db, clock, founded=True)
    town.until_executed("reviewer 1", "account.rename", "anna", change={"handle": "anna2"})
    town.until_executed("reviewer 1", "account.contact", "anna", change={"contact": "new@example.net"})
    town.until_executed("reviewer 1", "account.hide", "anna")
    town.until_executed("reviewer 1", "post.hide", "mayor", subject_id=town.posts["mayor"][0])
    town.until_executed("reviewer 1", "account.hide", "president", reason="severe")
    town.until_executed("agent", "post.hide", "anna", subject_id=town.posts["anna"][0])
    return town


def seen_by(town: Town, who: str, whose: str = "reviewer 1") -> InEffect:
    """Return what somebody sees of what somebody did."""
    with town.db.reading() as tx:
        found = town.person_id(whose)
        return deeds_of(tx, town.ports, actor=town.people[who], now=town.now, person_id=found)


def kinds(found: InEffect) -> tuple[list[str], dict[str, str]]:
    """Return the kinds that come back, and why each other one does not."""
    left = {one.order.kind.value: one.why for one in found.left}
    return sorted(one.kind.value for one in found.ready), left


def put_all_back(town: Town, who: str = "manager north", whose: str = "reviewer 1") -> list[bool]:
    """Restore everything that somebody did; return whether each took effect."""
    told = restore_all(
        town.db, town.ports, actor=town.people[who], clock=town.clock, person_id=town.person_id(whose), why="all of it"
    )
    return [put_back(one) for one in told]


@pytest.mark.promise(7)
def test_one_press_puts_back_what_one_person_may_and_lists_the_rest(town: Town) -> None:
    ready, left = kinds(seen_by(town, "manager north"))
    assert ready == ["account.hide", "account.rename", "post.hide"]
    assert left == {"account.contact": FINAL, "account.hide": TWO}
    assert put_all_back(town) == [True, True, True]
    assert town.standing("anna") == "active"
    assert town.standing("president") == "hidden"
    ready, left = kinds(seen_by(town, "manager north"))
    assert (ready, left) == ([], {"account.contact": FINAL, "account.hide": TWO})
    assert len(seen_by(town, "manager north", "agent").ready) == 1, "what others did stays"
    assert put_all_back(town) == []


@pytest.mark.promise(7)
def test_off_shift_and_in_the_last_days_one_puts_back_all_the_same(town: Town) -> None:
    assert len(seen_by(town, "contractor").ready) == 3
    assert all(put_all_back(town, "contractor"))


@pytest.mark.promise(7)
def test_stopped_half_way_the_next_press_goes_on(town: Town) -> None:
    told = restore_all(
        town.db, town.ports, actor=town.people["agent"], clock=town.clock, person_id=town.person_id("reviewer 1")
    )
    first = next(told)
    told.close()
    assert first.order.state is State.EXECUTED
    assert len(seen_by(town, "agent").ready) == 2
    assert put_all_back(town, "agent") == [True, True]


def test_whoever_may_not_restore_is_told_so_for_each_and_writes_nothing(town: Town) -> None:
    ready, left = kinds(seen_by(town, "auditor"))
    assert ready == []
    assert set(left.values()) == {FINAL, REFUSED}
    assert put_all_back(town, "auditor") == []


def test_what_waits_for_a_second_person_to_be_restored_is_left_to_them(town: Town) -> None:
    town.restore("agent", "president")
    assert kinds(seen_by(town, "agent"))[1]["account.hide"] == GOING
