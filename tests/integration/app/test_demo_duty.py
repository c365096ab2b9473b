"""The demo's people are on duty whenever it starts, and the contractor's last day is always today."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gardefou.app.demo.cast import CAST
from gardefou.app.demo.duty import enrol_cast, put_on_duty
from gardefou.app.house import DEMO, House
from gardefou.app.shown_settings import guarded
from gardefou.clock import DAY, HOUR, SimulatedClock
from gardefou.connectors.embedded.platform import EmbeddedPlatform
from gardefou.events.actor import SETUP
from gardefou.guard.facts import Person
from gardefou.orders.tables import orders
from gardefou.safeguards.found import found
from gardefou.staff import queries
from gardefou.watch.audit import audit
from tests.factories.house import make_house

CONTRACTOR = "Agent 31"


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    """A founded house with the demo's cast."""
    made = make_house(database_url, tmp_path / "data", clock, by=DEMO)
    with made.db.transaction() as tx:
        enrol_cast(tx, clock.now(), past=180 * DAY)
        put_on_duty(tx, made.ports, clock.now())
        found(tx, actor=SETUP, now=clock.now(), settings=guarded(made.settings))
    yield made
    made.close()


def contractor(house: House) -> Person:
    with house.db.reading() as tx:
        row = queries.person_by_name(tx, CONTRACTOR)
        facts = queries.person_facts(tx, row["id"], house.clock.now()) if row else None
    assert facts is not None
    return facts


def test_a_demo_started_days_later_has_the_contractor_on_his_last_day_again(
    house: House, clock: SimulatedClock
) -> None:
    assert contractor(house).engaged
    clock.advance(2 * DAY + 6 * HOUR)
    assert not contractor(house).engaged
    with house.db.transaction() as tx:
        put_on_duty(tx, house.ports, clock.now())
    again = contractor(house)
    assert (again.engaged, again.on_shift, again.engagement_days_left) == (True, True, 0)
    with house.db.reading() as tx:
        assert audit(tx, platform=EmbeddedPlatform()) is None


def test_a_demo_started_weeks_later_has_everybody_on_duty_by_orders_alone(house: House, clock: SimulatedClock) -> None:
    clock.advance(40 * DAY + 5 * HOUR)
    with house.db.transaction() as tx:
        put_on_duty(tx, house.ports, clock.now())
    with house.db.reading() as tx:
        on_duty = {one.name for one in queries.people(tx, clock.now()) if one.on_shift_until is not None}
        assert on_duty == {part.name for part in CAST if part.on_shift}
        assert audit(tx, platform=EmbeddedPlatform()) is None


def test_the_first_rota_needs_no_order(house: House, clock: SimulatedClock) -> None:
    for _ in range(3):
        with house.db.transaction() as tx:
            put_on_duty(tx, house.ports, clock.now())
            assert tx.scalar(select(func.count()).select_from(orders)) == 0
        clock.advance(HOUR)


def test_started_twice_on_one_day_it_changes_nothing(house: House, clock: SimulatedClock) -> None:
    clock.advance(3 * DAY)
    for _ in range(2):
        with house.db.transaction() as tx:
            put_on_duty(tx, house.ports, clock.now())
    assert contractor(house).engaged
