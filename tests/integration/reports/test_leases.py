"""One person holds a case at a time, and no case is held for ever."""

import pytest
from sqlalchemy import select

from gardefou.clock import MINUTE, Micros
from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.events.tables import event
from gardefou.reports import cases, queries
from gardefou.reports.errors import CaseClosedError, HeldByAnotherError, UnknownCaseError, WorkerError
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.leases import LEASE_LASTS, MOST_HELD, Lease, Taken, holder, return_all, return_lease, take_lease
from gardefou.reports.next_case import next_case
from gardefou.reports.next_cases import Asked, next_cases
from gardefou.storage import Database, Tx
from tests.factories.racing import race
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor, make_person


def _kinds(tx: Tx) -> list[str]:
    return [
        row["kind"] for row in tx.all(select(event.c.kind).order_by(event.c.id)) if row["kind"].startswith("case.l")
    ]


def test_a_hold_lasts_ten_minutes_and_its_holder_renews_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        first = take_lease(tx, actor=agent, now=now, case_id=case_id)
        renewed = take_lease(tx, actor=agent, now=now + 9 * MINUTE, case_id=case_id)
        assert isinstance(first, Lease)
        assert isinstance(renewed, Lease)
        assert (first.until, renewed.until) == (now + 10 * MINUTE, now + 19 * MINUTE)
        assert queries.holder(tx, case_id, now + 19 * MINUTE - 1) == renewed
        assert queries.holder(tx, case_id, now + 19 * MINUTE) is None
    with db.reading() as tx:
        assert _kinds(tx) == ["case.leased"]


def test_a_second_person_is_told_who_holds_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, other = make_case(tx, now), make_actor(tx, now)
        person_id = make_person(tx, now, name="Reviewer 3", role="reviewer")
        take_lease(tx, actor=Actor.person(person_id), now=now, case_id=case_id)
        answer = take_lease(tx, actor=other, now=now + MINUTE, case_id=case_id)
        assert not return_lease(tx, actor=other, now=now + MINUTE, case_id=case_id)
        assert queries.holder(tx, case_id, now + MINUTE) is not None
    assert answer == Taken(by=person_id, name="Reviewer 3", until=now + LEASE_LASTS)


@pytest.mark.promise(17)
def test_a_case_never_vanishes_with_its_agent(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, gone, next_one = make_case(tx, now), make_actor(tx, now), make_actor(tx, now)
        take_lease(tx, actor=gone, now=now, case_id=case_id)
    with db.transaction() as tx:
        assert isinstance(take_lease(tx, actor=next_one, now=now + LEASE_LASTS - 1, case_id=case_id), Taken)
        taken = take_lease(tx, actor=next_one, now=now + LEASE_LASTS, case_id=case_id)
        assert isinstance(taken, Lease)
        assert taken.person_id == next_one.person_id
        late = take_lease(tx, actor=gone, now=now + LEASE_LASTS, case_id=case_id)
        assert isinstance(late, Taken)


def test_a_case_given_back_is_free_at_once(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent, other = make_case(tx, now), make_actor(tx, now), make_actor(tx, now)
        take_lease(tx, actor=agent, now=now, case_id=case_id)
        assert return_lease(tx, actor=agent, now=now, case_id=case_id)
        assert not return_lease(tx, actor=agent, now=now, case_id=case_id)
        assert isinstance(take_lease(tx, actor=other, now=now, case_id=case_id), Lease)


@pytest.mark.promise(17)
@pytest.mark.parametrize("expired", [False, True])
def test_of_racing_holds_exactly_one_wins(db: Database, now: Micros, *, expired: bool) -> None:
    with db.transaction() as tx:
        case_id, agents = make_case(tx, now), [make_actor(tx, now) for _ in range(6)]
        if expired:
            take_lease(tx, actor=make_actor(tx, now), now=now - LEASE_LASTS, case_id=case_id)

    def take(agent: Actor) -> Lease | Taken:
        with db.transaction() as tx:
            return take_lease(tx, actor=agent, now=now, case_id=case_id)

    answers = race(*[lambda agent=agent: take(agent) for agent in agents])
    won = [one for one in answers if isinstance(one, Lease)]
    lost = [one for one in answers if isinstance(one, Taken)]
    assert (len(won), len(lost)) == (1, 5)
    assert {one.by for one in lost} == {won[0].person_id}
    with db.reading() as tx:
        assert queries.holder(tx, case_id, now) == won[0]


@pytest.mark.promise(12)
def test_who_may_not_decide_a_case_takes_no_hold_of_it_and_keeps_nobody_from_it_by_an_earlier_one(
    db: Database, now: Micros
) -> None:
    with db.transaction() as tx:
        agent, reviewer = make_actor(tx, now), make_actor(tx, now, role="reviewer")
        case_id = make_case(tx, now, protected=True)
        with pytest.raises(WorkerError):
            take_lease(tx, actor=agent, now=now, case_id=case_id)
        assert holder(tx, case_id, now) is None
        other = make_case(tx, now)
        assert isinstance(take_lease(tx, actor=agent, now=now, case_id=other), Lease)
        make_report(tx, now, queries.case(tx, other).account_id, protected=True)
        case = hold_to_act(tx, actor=reviewer, now=now, case_id=other, version=queries.case(tx, other).version)
        assert case.protected
        found = holder(tx, other, now)
        assert found is not None
        assert found.person_id == reviewer.person_id


@pytest.mark.promise(12)
@pytest.mark.parametrize("protected", [False, True])
def test_a_duty_manager_acts_whoever_holds_the_case_and_has_it_then_and_reading_takes_it_from_nobody(
    db: Database, now: Micros, *, protected: bool
) -> None:
    with db.transaction() as tx:
        agent, manager = make_actor(tx, now, role="reviewer"), make_actor(tx, now, role="duty manager")
        case_id = make_case(tx, now, protected=protected)
        take_lease(tx, actor=agent, now=now, case_id=case_id)
        assert isinstance(take_lease(tx, actor=manager, now=now, case_id=case_id), Taken)
        hold_to_act(tx, actor=manager, now=now, case_id=case_id, version=1)
        found = holder(tx, case_id, now)
        assert found is not None
        assert found.person_id == manager.person_id
        with pytest.raises(HeldByAnotherError):
            hold_to_act(tx, actor=agent, now=now, case_id=case_id, version=1)


@pytest.mark.promise(17)
def test_whoever_takes_case_after_case_keeps_the_last_ten(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        agent, other = make_actor(tx, now), make_actor(tx, now)
        for _ in range(MOST_HELD + 1):
            make_case(tx, now)
        taken = []
        for second in range(MOST_HELD + 1):
            held = next_case(tx, actor=agent, now=now + second)
            assert held is not None
            taken.append(held.case_id)
        assert len(set(taken)) == MOST_HELD + 1
        later = now + MOST_HELD + 1
        assert [one for one in taken if holder(tx, one, later) is None] == taken[:1]
        lot = next_cases(tx, asked=[Asked(actor=other)], now=later)
        assert [one.case_id for one in lot if one is not None] == taken[:1]
        more = make_case(tx, now)
        lot = next_cases(tx, asked=[Asked(actor=agent)], now=later)
        assert [one.case_id for one in lot if one is not None] == [more]
        assert holder(tx, taken[1], later) is None


@pytest.mark.promise(17)
def test_whoever_opens_case_after_case_keeps_the_last_ten_and_renewing_takes_none_from_them(
    db: Database, now: Micros
) -> None:
    with db.transaction() as tx:
        agent, other = make_actor(tx, now), make_actor(tx, now)
        opened = [make_case(tx, now) for _ in range(MOST_HELD + 2)]
        theirs = make_case(tx, now)
        take_lease(tx, actor=other, now=now, case_id=theirs)
        for second, case_id in enumerate(opened):
            take_lease(tx, actor=agent, now=now + second, case_id=case_id)
        later = now + len(opened)
        assert _held(tx, opened, later) == opened[2:]
        take_lease(tx, actor=agent, now=later, case_id=opened[2])
        assert _held(tx, opened, later) == opened[2:]
        case = queries.case(tx, opened[0])
        hold_to_act(tx, actor=agent, now=later + 1, case_id=case.id, version=case.version)
        assert _held(tx, opened, later + 1) == [opened[0], *opened[3:]]
        assert holder(tx, theirs, later + 1) is not None
    with db.reading() as tx:
        returned = tx.all(select(event.c.subject).where(event.c.kind == "case.returned").order_by(event.c.id))
    assert [row["subject"] for row in returned] == [f"case:{one}" for one in opened[:3]]


def test_what_is_taken_in_one_instant_is_not_what_goes_back(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        agent = make_actor(tx, now)
        opened = [make_case(tx, now) for _ in range(MOST_HELD + 3)]
        for case_id in opened:
            take_lease(tx, actor=agent, now=now, case_id=case_id)
            assert holder(tx, case_id, now) is not None
        assert len(_held(tx, opened, now)) == MOST_HELD


@pytest.mark.promise(17)
def test_whoever_opens_many_cases_at_once_keeps_ten(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        agent = make_actor(tx, now)
        opened = [make_case(tx, now) for _ in range(MOST_HELD + 4)]

    def take(case_id: int) -> Lease | Taken:
        with db.transaction() as tx:
            return take_lease(tx, actor=agent, now=now, case_id=case_id)

    answers = race(*[lambda case_id=case_id: take(case_id) for case_id in opened])
    assert {type(one) for one in answers} == {Lease}
    with db.reading() as tx:
        assert len(_held(tx, opened, now)) == MOST_HELD


def _held(tx: Tx, case_ids: list[int], now: int) -> list[int]:
    return [one for one in case_ids if holder(tx, one, now) is not None]


def test_only_people_who_work_on_cases_hold_one(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id = make_case(tx, now)
        for role in ("agent", "reviewer", "duty manager"):
            holder = make_actor(tx, now, role=role)
            assert isinstance(take_lease(tx, actor=holder, now=now, case_id=case_id), Lease)
            return_lease(tx, actor=holder, now=now, case_id=case_id)
        for other in ("auditor", "administrator", None):
            with pytest.raises(WorkerError, match="your roles do not"):
                take_lease(tx, actor=make_actor(tx, now, role=other), now=now, case_id=case_id)
        left = Actor.person(make_person(tx, now, engaged=False))
        for actor in (left, SETUP, Actor.member(1), Actor.person(404)):
            with pytest.raises(WorkerError, match="Only people engaged here"):
                take_lease(tx, actor=actor, now=now, case_id=case_id)
        assert queries.holder(tx, case_id, now) is None


def test_a_case_that_is_closed_or_unknown_is_not_held(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=1)
        with pytest.raises(CaseClosedError, match="is closed"):
            take_lease(tx, actor=agent, now=now, case_id=case_id)
        with pytest.raises(UnknownCaseError, match="no such case"):
            take_lease(tx, actor=agent, now=now, case_id=404)
        with pytest.raises(UnknownCaseError, match="no such case"):
            return_lease(tx, actor=agent, now=now, case_id=404)


def test_whoever_leaves_frees_all_they_hold_and_nothing_of_others(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        gone, other = make_actor(tx, now), make_actor(tx, now)
        first, second, run_out, theirs = (make_case(tx, now) for _ in range(4))
        take_lease(tx, actor=gone, now=now - LEASE_LASTS, case_id=run_out)
        for case_id, who in ((first, gone), (second, gone), (theirs, other)):
            take_lease(tx, actor=who, now=now, case_id=case_id)
    with db.transaction() as tx:
        assert return_all(tx, actor=gone, now=now) == 2
        assert return_all(tx, actor=gone, now=now) == 0
        assert [queries.holder(tx, case_id, now) for case_id in (first, second)] == [None, None]
        assert queries.holder(tx, theirs, now) is not None
    with db.reading() as tx:
        returned = tx.all(select(event.c.subject).where(event.c.kind == "case.returned").order_by(event.c.id))
        assert [row["subject"] for row in returned] == [f"case:{first}", f"case:{second}"]
