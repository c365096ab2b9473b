"""Whoever filed only what is set aside no longer pushes the case up; taken back, they push it as they did."""

from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert, select, update

from gardefou.app.worker import Worker
from gardefou.clock import DAY, HOUR, MINUTE, Micros, SimulatedClock
from gardefou.events import Actor
from gardefou.events.tables import event
from gardefou.reports import queries
from gardefou.reports.case import Case
from gardefou.reports.intake import file_reports
from gardefou.reports.move_sums import give_back
from gardefou.reports.priority import Weighed
from gardefou.reports.tables import aside as aside_table
from gardefou.reports.tables import cases as cases_table
from gardefou.reports.tables import reporter
from gardefou.reports.take_back import take_back
from gardefou.reports.take_out import SLICE, take_out_next, waits_to_be_taken_out
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.house import make_house
from tests.factories.reports import make_report
from tests.factories.staff import make_actor
from tests.factories.storms import file_at, honest, make_members, organised, storm
from tests.integration.reports.test_setting_aside import aside

WORKER = Actor.machine("worker")


def proven(tx: Tx, now: int, number: int = 3) -> list[Actor]:
    """Return reporters who were right nine times and never wrong."""
    found = make_members(tx, now, number, opened=now - 400 * DAY)
    row = {"filed": 9, "upheld": 9, "rejected": 0, "last_at": now - DAY, "decided_at": now - DAY}
    tx.execute(insert(reporter), [row | {"key": str(one)} for one in found])
    return found


def place_of(case: Case) -> tuple[Weighed, int]:
    return case.who, case.rank_at


def head_start(case: Case) -> int:
    return (case.due_at - case.rank_at) // MINUTE


@pytest.mark.promise(18)
def test_a_storm_that_is_set_aside_pushes_its_case_nowhere_and_taken_back_it_does_again(
    db: Database, now: Micros
) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = storm(tx, now, account_id, young=240, others=0)
        for one in proven(tx, now):
            make_report(tx, now, account_id, reporter=one, category="hate")
        before = queries.case(tx, case_id)
        assert (before.who.reporters, before.who.newcomers, head_start(before)) == (243, 240, 48)
        found = aside(tx, agent, case_id, now)
        after = queries.case(tx, case_id)
        assert (after.who.reporters, after.who.newcomers, after.who.others_weight) == (3, 0, 0)
        assert (after.who.proven, head_start(after)) == (3, 30)
        # The same numbers come back, and not those of whoever these people are by then.
        tx.execute(reporter.update().values(rejected=40))
        take_back(tx, actor=agent, now=now, case_id=case_id, aside_id=found.id, version=after.version)
        assert place_of(queries.case(tx, case_id)) == place_of(before)


def test_a_great_set_is_taken_out_a_slice_at_a_time_and_taken_back_at_once_wherever_that_stands(
    db: Database, now: Micros
) -> None:
    chance = Random(4)  # noqa: S311  # reports, not secrets
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        crowd = make_members(tx, now - HOUR, SLICE + 200, opened=now - HOUR)
        old = make_members(tx, now - 400 * DAY, 5, opened=now - 400 * DAY)
        file_at(tx, honest(account_id, old, begins=now - DAY, lasts=HOUR, chance=chance))
        filings = [one for _at, one in organised(account_id, crowd, begins=now, lasts=1, chance=chance)]
        (*_, last) = file_reports(tx, now=now, filings=filings)
        assert last is not None
        before = queries.case(tx, last.case_id)
        found = aside(tx, agent, before.id, now)
        assert queries.case(tx, before.id).who == before.who
    with db.transaction() as tx:
        assert take_out_next(tx, actor=WORKER, now=now)
        halfway = queries.case(tx, before.id)
        assert halfway.who.reporters == 205
        take_back(tx, actor=agent, now=now, case_id=before.id, aside_id=found.id, version=halfway.version)
        assert place_of(queries.case(tx, before.id)) == place_of(before)
        assert not waits_to_be_taken_out(tx)
        aside(tx, agent, before.id, now)
    with db.transaction() as tx:
        version = queries.case(tx, before.id).version
        for _slice in range(2):
            assert take_out_next(tx, actor=WORKER, now=now)
        assert not take_out_next(tx, actor=WORKER, now=now)
        after = queries.case(tx, before.id)
        assert (after.who.reporters, after.who.others_weight, after.counting) == (5, 500, 5)
        # Nobody who decides meanwhile is told that the case has changed; whoever looks at it hears of its weight.
        assert after.version == version
    with db.reading() as tx:
        told = select(event.c.kind).where(event.c.subject == before.subject).order_by(event.c.id.desc()).limit(1)
        assert tx.scalar(told) == "case.weighed"


def test_a_set_that_grows_is_weighed_anew_and_nobody_is_taken_out_twice(db: Database, now: Micros) -> None:
    chance = Random(5)  # noqa: S311  # reports, not secrets
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        crowd = make_members(tx, now - HOUR, 160, opened=now - HOUR)
        case_id = file_at(tx, organised(account_id, crowd[:100], begins=now, lasts=4 * MINUTE, chance=chance))
        aside(tx, agent, case_id, now)
        assert queries.case(tx, case_id).who == Weighed()
        file_at(tx, organised(account_id, crowd[100:], begins=now + 4 * MINUTE, lasts=2 * MINUTE, chance=chance))
        before = queries.case(tx, case_id)
        assert (before.who.reporters, before.who.others_weight) == (60, 6_000)
        found = aside(tx, agent, case_id, now)
        after = queries.case(tx, case_id)
        assert (after.who, found.taken_out.reporters, found.taken_out.others_weight) == (Weighed(), 160, 16_000)


def test_who_filed_something_else_beside_it_is_weighed_still(db: Database, now: Micros) -> None:
    chance = Random(5)  # noqa: S311  # reports, not secrets
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        crowd = make_members(tx, now - HOUR, 100, opened=now - HOUR)
        case_id = file_at(tx, organised(account_id, crowd, begins=now, lasts=4 * MINUTE, chance=chance))
        make_report(tx, now + 3 * HOUR, account_id, reporter=crowd[7], category="spam", comment="and this too")
        aside(tx, agent, case_id, now)
        left = queries.case(tx, case_id)
        assert (left.counting, left.who.reporters, left.who.others_weight) == (1, 1, 100)


def test_the_worker_takes_out_what_is_left_to_it(database_url: str, tmp_path: Path, clock: SimulatedClock) -> None:
    house = make_house(database_url, tmp_path / "data", clock)
    with house.db.transaction() as tx:
        account_id, agent = make_account(tx, clock.now()), make_actor(tx, clock.now())
        case_id = storm(tx, clock.now(), account_id, young=120, others=2)
        before = queries.case(tx, case_id)
        found = aside(tx, agent, case_id, clock.now())
        # As if they had been too many for the step that set them aside.
        give_back(tx, found)
        tx.execute(update(aside_table).values(weighed_to=0, taken_out="{}", whole=0))
        tx.execute(update(cases_table).values(**asdict(before.who), rank_at=before.rank_at))
    worker = Worker(house)
    worker.round()
    worker.close()
    with house.db.reading() as tx:
        (done,) = queries.in_force(tx, case_id)
        assert (done, queries.case(tx, case_id).who.reporters) == (found, 2)
    house.close()
