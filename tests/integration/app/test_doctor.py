"""The doctor says what is dead, late, silent, or impossible for the people at hand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from gardefou.app.demo.sink import Sink
from gardefou.app.doctor import examine
from gardefou.app.found import close_door
from gardefou.app.house import DEMO, MAIL_AT, RUNS_AT, House, address
from gardefou.app.ledger_key import make_key
from gardefou.app.publisher import Publisher
from gardefou.clock import DAY, HOUR, MINUTE, SECOND, SimulatedClock
from gardefou.events import outbox
from gardefou.events.actor import SETUP
from gardefou.guard.facts import Person
from gardefou.orders import rulebook
from gardefou.safeguards.at_hand import satisfiable
from gardefou.safeguards.week import WEEK
from gardefou.staff.add_shift import add_shift
from gardefou.staff.queries import people
from gardefou.storage.house import beat, remember
from tests.factories.house import make_house
from tests.factories.staff import make_person


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    made = make_house(database_url, tmp_path / "data", clock)
    yield made
    made.close()


def states(house: House) -> dict[str, str]:
    return {check.name: check.state for check in examine(house)}


def words(house: House, name: str) -> str:
    return next(check.words for check in examine(house) if check.name == name)


def staff_up(house: House, *, second_team: bool) -> None:
    now = house.clock.now()
    with house.db.transaction() as tx:
        for role in ("agent", "reviewer", "reviewer", "duty manager", "administrator"):
            make_person(tx, now, role=role, team="North")
        make_person(tx, now, role="duty manager", team="South" if second_team else "North")


def test_a_house_with_nobody_and_no_worker_is_told_so(house: House) -> None:
    found = states(house)
    assert found["database"] == "ok"
    assert found["worker"] == "problem"
    assert found["rules"] == "problem"
    assert found["mail"] == "warning"
    assert "gardefou worker" in words(house, "worker")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_house_behind_a_proxy_that_is_not_named_is_told_so(house: House) -> None:
    behind = msgspec.structs.replace(house.settings, url="https://desk.example")
    assert "GARDEFOU_PROXIES" in words(replace(house, settings=behind), "proxies")
    named = msgspec.structs.replace(behind, proxies="127.0.0.1")
    assert "proxies" not in states(replace(house, settings=named))
    assert "proxies" not in states(house)


def test_a_house_in_order_is_well(house: House, clock: SimulatedClock) -> None:
    staff_up(house, second_team=True)
    assert states(house)["founded"] == "warning"
    assert "from Fri 3 Nov, 02:00 UTC on" in words(house, "nights")
    with house.db.transaction() as tx:
        for one in people(tx, clock.now()):
            add_shift(tx, actor=SETUP, now=clock.now(), person_id=one.id, starts=clock.now(), ends=clock.now() + WEEK)
    assert words(house, "nights") == "Every hour of the next seven days has someone who could approve."
    make_key(house.settings)
    close_door(house)
    Publisher(house).step()
    with house.db.transaction() as tx:
        beat(tx, name="worker", now=clock.now(), pid=1, stepped=False)
    # The tests own their PostgreSQL; a house that is in order works there as a role that owns nothing.
    owner = {"role": "warning"} if house.db.dialect == "postgresql" else {}
    assert {name: state for name, state in states(house).items() if state != "ok"} == {"mail": "warning"} | owner


@pytest.mark.promise(11)
def test_a_rule_that_asks_for_another_team_needs_one(house: House) -> None:
    staff_up(house, second_team=False)
    assert "silence-critical" in words(house, "rules")


def test_after_the_shift_the_rules_can_wait_for_the_next(house: House, clock: SimulatedClock) -> None:
    staff_up(house, second_team=True)
    clock.advance(DAY)
    found = states(house)
    assert "rules" not in found
    assert found["rules now"] == "warning"


def test_a_clock_that_jumped_and_mail_that_waits_are_named(house: House, clock: SimulatedClock) -> None:
    with house.db.transaction() as tx:
        beat(tx, name="worker", now=clock.now(), pid=1, stepped=True)
        outbox.enqueue(tx, now=clock.now(), topic="mail", key="k", body={})
    clock.advance(6 * MINUTE)
    found = states(house)
    assert (found["clock"], found["outbox"]) == ("problem", "warning")


def person(number: int, role: str, team: str = "North") -> Person:
    return Person(
        id=str(number),
        roles=frozenset({role}),
        team=team,
        employer="us",
        engaged=True,
        on_shift=True,
        engagement_days=400,
        engagement_days_left=400,
    )


def test_the_proposer_does_not_fill_a_place(house: House, clock: SimulatedClock) -> None:
    with house.db.reading() as tx:
        book = rulebook.in_force(tx, house.ports.load_rulebook)
    rule = next(rule for rule in book.rules if rule.id == "silence-critical")
    two = [person(1, "reviewer"), person(2, "duty manager", "South")]
    assert not satisfiable(rule, two, clock.now() + HOUR + SECOND)
    assert satisfiable(rule, [*two, person(3, "reviewer")], clock.now())


def test_a_worker_that_was_silent_for_fifteen_seconds_is_dead(house: House, clock: SimulatedClock) -> None:
    with house.db.transaction() as tx:
        beat(tx, name="worker", now=clock.now(), pid=1, stepped=False)
    clock.advance(15 * SECOND)
    assert states(house)["worker"] == "ok"
    clock.advance(SECOND)
    assert states(house)["worker"] == "problem"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_the_demo_has_a_mail_catcher_of_its_own(house: House, tmp_path: Path, clock: SimulatedClock) -> None:
    demo = replace(house, made_by=DEMO)
    assert words(demo, "mail") == "The demo is not running; its own mail catcher starts with it."
    sink = Sink(tmp_path / "mail", clock)
    with house.db.transaction() as tx:
        remember(tx, key=MAIL_AT, value=sink.url)
    assert "is not running" in words(demo, "mail")
    sink.start()
    try:
        assert words(demo, "mail") == "The demo's own mail catcher answers."
    finally:
        sink.stop()


def test_people_are_led_to_where_the_demo_runs(house: House) -> None:
    with house.db.transaction() as tx:
        remember(tx, key=RUNS_AT, value="http://localhost:9123")
        assert address(tx, replace(house, made_by=DEMO)) == "http://localhost:9123"
        assert address(tx, house) == house.settings.public_url
