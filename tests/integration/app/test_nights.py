"""Whoever can change the rota is told of a night nobody could approve: once, and before it comes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gardefou.accounts.enter_roster import enter_roster
from gardefou.accounts.queries import roster
from gardefou.app.doctor import examine
from gardefou.app.found import close_door
from gardefou.app.house import House
from gardefou.app.worker import Worker
from gardefou.clock import DAY, HOUR, SimulatedClock
from gardefou.events.actor import SETUP
from gardefou.events.tables import outbox
from gardefou.safeguards.week import WEEK
from gardefou.staff.add_shift import add_shift
from gardefou.storage import Tx
from tests.factories.accounts import make_account
from tests.factories.house import make_house
from tests.factories.staff import make_person

STAFF = ("reviewer", "reviewer", "duty manager", "administrator", "agent")


@pytest.fixture
def house(database_url: str, tmp_path: Path, clock: SimulatedClock) -> Iterator[House]:
    """A house whose people are on duty for a month, but for the manager of the other team on the tenth night."""
    made = make_house(database_url, tmp_path / "data", clock)
    now = clock.now()
    with made.db.transaction() as tx:
        for role in STAFF:
            on_duty(tx, now, make_person(tx, now, role=role, team="North", on_shift=False), now, now + 30 * DAY)
        south = make_person(tx, now, name="South", role="duty manager", team="South", on_shift=False)
        on_duty(tx, now, south, now, now + 10 * DAY)
        on_duty(tx, now, south, now + 10 * DAY + 8 * HOUR, now + 30 * DAY)
    yield made
    made.close()


def on_duty(tx: Tx, now: int, person_id: int, starts: int, ends: int) -> None:
    add_shift(tx, actor=SETUP, now=now, person_id=person_id, starts=starts, ends=ends)


def mails(house: House) -> list[dict[str, str]]:
    with house.db.reading() as tx:
        return [json.loads(row["body"]) for row in tx.all(select(outbox).order_by(outbox.c.id))]


@pytest.mark.promise(11)
def test_a_gap_is_told_once_before_it_comes_and_while_it_lasts(house: House, clock: SimulatedClock) -> None:
    close_door(house)
    worker, told = Worker(house), []
    for hours in (0, 72, 2, 1, 1, 24, 24 * 6, 4, 3, 24):
        clock.advance(hours * HOUR)
        worker.round()
        told.append(len(mails(house)))
    # Three people answer for the rota: two duty managers and the administrator.
    assert told == [0, 0, 3, 3, 3, 3, 3, 3, 3, 3]
    one = mails(house)[0]
    assert one["subject"] == "Hours ahead that nobody could approve"
    assert "from Sun 12 Nov, 19:00 to Mon 13 Nov, 03:00 UTC (needs a duty manager of another team" in one["text"]
    assert "/desk/people" in one["text"]


def test_another_worker_does_not_tell_it_again(house: House, clock: SimulatedClock) -> None:
    close_door(house)
    clock.advance(5 * DAY)
    Worker(house).round()
    clock.advance(HOUR)
    Worker(house).round()
    assert len(mails(house)) == 3


def test_within_the_hour_nobody_looks_again(house: House, clock: SimulatedClock) -> None:
    close_door(house)
    worker = Worker(house)
    worker.round()
    clock.advance(10 * DAY - WEEK + HOUR)
    worker.round()
    clock.advance(HOUR)
    worker.round()
    first = len(mails(house))
    assert first == 3
    clock.advance(20 * DAY)
    worker.round()
    assert len(mails(house)) == 6
    clock.advance(HOUR - 1)
    worker.round()
    assert len(mails(house)) == 6


@pytest.mark.promise(11)
def test_a_line_of_the_roster_is_asked_about_once_a_year_and_never_dropped(house: House, clock: SimulatedClock) -> None:
    with house.db.transaction() as tx:
        account_id = make_account(tx, clock.now())
        enter_roster(
            tx, actor=SETUP, now=clock.now(), account_id=account_id, tier="critical", office="", source="the test"
        )
    close_door(house)
    worker = Worker(house)
    clock.advance(365 * DAY - HOUR)
    worker.round()
    asked = []
    for _ in range(3):
        clock.advance(HOUR)
        worker.round()
        asked.append(len([mail for mail in mails(house) if mail["subject"] == "Lines of the roster to review"]))
    assert asked == [3, 3, 3]  # Two reviewers and the administrator.
    with house.db.reading() as tx:
        assert roster(tx, account_id) is not None
    due = next(check for check in examine(house) if check.name == "roster")
    assert due.state == "warning"
    assert "1 line of the roster is due for its yearly review, the first since 2 November 2018" in due.words


def test_nobody_is_told_while_the_house_is_being_set_up(house: House, clock: SimulatedClock) -> None:
    clock.advance(5 * DAY)
    Worker(house).round()
    assert mails(house) == []
