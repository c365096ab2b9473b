"""The clock steps back an hour: reports are taken in, ids go on upwards, and nothing lasts longer for it.

That executions stop then, and restores do not, is for the worker's tests and the orders'; here is what members,
reporters and desks feel. Time is the house's own clock, which every one of its decisions asks.
"""

from pathlib import Path

import pytest
from sqlalchemy import select

from gardefou.app.worker import Worker
from gardefou.clock import HOUR, MINUTE, SECOND, STEP_TOLERATED, SimulatedClock
from gardefou.reports import queries
from gardefou.reports.held import held_by
from gardefou.reports.leases import LEASE_LASTS, Lease, Taken, return_all, take_lease
from gardefou.reports.next_case import next_case
from gardefou.reports.next_cases import Asked, next_cases
from gardefou.reports.presence import arrive, lookers, stay
from gardefou.reports.tables import presence
from gardefou.staff import sessions
from gardefou.storage import Database, limits
from gardefou.storage.errors import TooManyTriesError
from gardefou.storage.ids import Ids
from gardefou.storage.limits import LIMITS, LOGINS, Entry
from tests.factories.client_api import client_api, make_token
from tests.factories.house import make_house
from tests.factories.network import make_member
from tests.factories.reports import make_case
from tests.factories.staff import make_actor


def test_ids_go_on_upwards_and_none_is_there_twice(now: int) -> None:
    one, other = Ids(1), Ids(2)
    made = [one.new(now - step * HOUR) for step in (0, 1, 1, 0, 2)]
    assert made == sorted(set(made))
    assert not {other.new(now - step * HOUR) for step in (0, 1, 1, 0, 2)} & set(made)


@pytest.mark.promise(17)
def test_whoever_reported_before_the_step_reports_after_it(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        reporter, account = make_member(tx, now), make_member(tx, now)
        token = make_token(tx, now, account_id=reporter)
    with client_api(db, clock) as client:
        answers = []
        for step in (0, HOUR, 0):
            clock.advance(-step)
            for number in range(5):
                body = {"account_id": str(account), "comment": f"{step} {number}", "category": "spam"}
                shown = {"authorization": f"Bearer {token}"}
                answers.append(client.post("/api/v1/reports", json=body, headers=shown).status_code)
    assert answers == [200] * 15


def test_a_door_that_was_tried_before_the_step_is_tried_after_it_and_still_counts(
    db: Database, clock: SimulatedClock
) -> None:
    host = "192.0.2.7"

    def one_more() -> None:
        with db.transaction() as tx:
            limits.count(tx, now=clock.now(), entry=Entry.MEMBER_SIGN_IN, host=host)

    for step in (0, HOUR):
        clock.advance(-step)
        for _ in range(LIMITS[Entry.MEMBER_SIGN_IN].tries):
            one_more()
        with pytest.raises(TooManyTriesError, match="too often") as refused:
            one_more()
        assert int(refused.value.fields["seconds"]) <= LIMITS[Entry.MEMBER_SIGN_IN].window // SECOND
    with db.transaction() as tx:
        for _ in range(LOGINS[Entry.MEMBER_SIGN_IN].tries):
            limits.count_login(tx, now=clock.now(), entry=Entry.MEMBER_SIGN_IN, host=host, login="anna")


@pytest.mark.promise(17)
def test_a_case_that_was_held_is_free_soon_and_who_holds_one_rightly_keeps_it(
    database_url: str, tmp_path: Path, clock: SimulatedClock
) -> None:
    """The worker sees the step; it ends what would last for as long as the clock went back, and nothing else."""
    house = make_house(database_url, tmp_path / "data", clock)
    worker, now = Worker(house), clock.now()
    worker.round()
    with house.db.transaction() as tx:
        mine, other = make_actor(tx, now), make_actor(tx, now)
        ahead, rightly = make_case(tx, now), make_case(tx, now)
        take_lease(tx, actor=mine, now=now, case_id=ahead)
    clock.advance(-HOUR)
    with house.db.transaction() as tx:
        kept = take_lease(tx, actor=other, now=clock.now(), case_id=rightly)
    house.steps.stepped = True
    worker.round()
    with house.db.transaction() as tx:
        now = clock.now()
        assert queries.holder(tx, rightly, now) == kept
        taken = take_lease(tx, actor=other, now=now, case_id=ahead)
        assert isinstance(taken, Lease)
        assert taken.until == now + LEASE_LASTS
        assert tx.all(select(presence)) == []
    worker.close()
    house.close()


@pytest.mark.promise(17)
@pytest.mark.parametrize("by", [HOUR, LEASE_LASTS, MINUTE])
def test_a_hold_of_before_the_step_is_over_at_once_even_if_nobody_saw_the_step(
    db: Database, clock: SimulatedClock, by: int
) -> None:
    now = clock.now()
    with db.transaction() as tx:
        mine, other, third = (make_actor(tx, now - 2 * HOUR) for _ in range(3))
        cases = [make_case(tx, now - 2 * HOUR) for _ in range(3)]
        for case_id in cases:
            take_lease(tx, actor=mine, now=now, case_id=case_id)
        page = arrive(tx, actor=mine, now=now, case_id=cases[0]) or 0
    clock.advance(-by)
    now = clock.now()
    with db.transaction() as tx:
        assert [queries.holder(tx, case_id, now) for case_id in cases] == [None] * 3
        assert [row.holder for row in queries.queue(tx, now=now, roles={"reviewer"}).rows] == [None] * 3
        assert held_by(tx, mine.person_id or 0, now) == []
        given = next_case(tx, actor=other, now=now)
        (lot,) = next_cases(tx, asked=[Asked(actor=third)], now=now)
        assert [None if one is None else one.case_id for one in (given, lot)] == cases[:2]
        stay(tx, actor=mine, now=now, case_id=cases[2], page=page)
        assert queries.holder(tx, cases[2], now) is None
        anew = take_lease(tx, actor=mine, now=now, case_id=cases[2])
        assert isinstance(anew, Lease)
        assert queries.holder(tx, cases[2], now) == anew


@pytest.mark.promise(17)
def test_a_hold_of_before_the_step_goes_back_with_whoever_leaves(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        mine, case_id = make_actor(tx, now - 2 * HOUR), make_case(tx, now - 2 * HOUR)
        take_lease(tx, actor=mine, now=now, case_id=case_id)
        assert return_all(tx, actor=mine, now=now - HOUR) == 1
        assert queries.holder(tx, case_id, now) is None


def test_what_servers_clocks_may_differ_by_ends_no_hold_and_no_look(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        mine, other = make_actor(tx, now - HOUR), make_actor(tx, now - HOUR)
        case_id = make_case(tx, now - HOUR)
        taken = take_lease(tx, actor=mine, now=now, case_id=case_id)
        arrive(tx, actor=mine, now=now, case_id=case_id)
        behind = now - STEP_TOLERATED
        assert queries.holder(tx, case_id, behind) == taken
        assert next_case(tx, actor=other, now=behind) is None
        assert isinstance(take_lease(tx, actor=other, now=behind, case_id=case_id), Taken)
        assert lookers(tx, case_id=case_id, now=behind, but=0).names != ()


def test_who_looked_before_the_step_looks_no_more_until_their_page_says_so(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        mine, other = make_actor(tx, now - 2 * HOUR), make_actor(tx, now - 2 * HOUR)
        case_id = make_case(tx, now - 2 * HOUR)
        page = arrive(tx, actor=mine, now=now, case_id=case_id) or 0
        back = now - HOUR
        assert lookers(tx, case_id=case_id, now=back, but=0).names == ()
        stay(tx, actor=mine, now=back, case_id=case_id, page=page)
        assert len(lookers(tx, case_id=case_id, now=back, but=0).names) == 1
        arrive(tx, actor=mine, now=now, case_id=case_id)
        arrive(tx, actor=other, now=back, case_id=case_id)
        assert {row["person_id"] for row in tx.all(select(presence))} == {other.person_id}


def test_a_session_goes_on_and_ends_no_later_than_it_would_have(db: Database, clock: SimulatedClock) -> None:
    now = clock.now()
    with db.transaction() as tx:
        person = make_actor(tx, now - 2 * HOUR)
        link = sessions.make_link(tx, actor=person, now=now, person_id=int(person.key))
        token = sessions.sign_in(tx, now=now, token=link)
    with db.reading() as tx:
        assert sessions.person_of(tx, token, now - HOUR) is not None
        assert sessions.person_of(tx, token, now + sessions.IDLE - MINUTE) is not None
        assert sessions.person_of(tx, token, now + sessions.IDLE) is None
