"""Whoever asks for the next case gets the first that is free and for them; no case goes to two, none is passed over."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from gardefou.clock import HOUR, Micros
from gardefou.events import Actor
from gardefou.reports import cases, queries
from gardefou.reports.errors import WorkerError
from gardefou.reports.intake import file_report
from gardefou.reports.leases import LEASE_LASTS, Lease, take_lease
from gardefou.reports.next_case import next_case
from gardefou.reports.next_cases import Asked, next_cases
from gardefou.reports.tables import lease
from gardefou.reports.waiting import wait_for
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.racing import race, until_somebody_waits
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor, make_person


def _next(tx: Tx, actor: Actor, now: int) -> int | None:
    found = next_case(tx, actor=actor, now=now)
    return None if found is None else found.case_id


def test_the_next_case_is_the_first_of_the_queue_that_nobody_holds(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        spam, threats, hate = (make_case(tx, now, category=about) for about in ("spam", "threats", "hate"))
        agent, other = make_actor(tx, now), make_actor(tx, now)
        take_lease(tx, actor=other, now=now, case_id=hate)
        found = [_next(tx, agent, now) for _ in range(3)]
        free_again = _next(tx, agent, now + LEASE_LASTS)
        held = queries.holder(tx, threats, now + LEASE_LASTS)
    assert found == [threats, spam, None]
    assert free_again == threats
    assert held is not None
    assert held.person_id == agent.person_id


def test_what_is_about_to_be_late_is_next_and_what_reviewers_decide_is_theirs(db: Database, now: Micros) -> None:
    later = now + 24 * HOUR
    with db.transaction() as tx:
        shielded, spam = make_case(tx, now, protected=True), make_case(tx, now)
        threats = make_case(tx, later - HOUR // 2, category="threats")
        agent, reviewer = make_actor(tx, later), make_actor(tx, later, role="reviewer")
        assert [_next(tx, agent, later - HOUR // 10) for _ in range(3)] == [spam, threats, None]
        assert _next(tx, reviewer, later - HOUR // 10) == shielded


@pytest.mark.promise(17)
def test_a_reviewers_next_case_is_what_is_due_first_whoever_else_may_decide_it(db: Database, now: Micros) -> None:
    """Alone or in a lot; agents are offered none of what reviewers decide."""
    with db.transaction() as tx:
        shielded = make_case(tx, now, category="self-harm", protected=True)
        threats, handed = (make_case(tx, now + 1 + number, category="threats") for number in range(2))
        cases.hand_to_reviewers(tx, actor=make_actor(tx, now), now=now, case_id=handed, version=1)
        agent, reviewer = make_actor(tx, now), make_actor(tx, now, role="reviewer")
        asked = [Asked(actor=reviewer)] * 3
        at = now + HOUR - 1
        given = [held and held.case_id for held in next_cases(tx, asked=asked, now=at)]
        tx.execute(delete(lease))
        alone = [_next(tx, reviewer, at) for _ in range(3)]
        tx.execute(delete(lease))
        theirs = [_next(tx, agent, at) for _ in range(2)]
    assert alone == given == [shielded, threats, handed]
    assert theirs == [threats, None]


def test_closed_cases_are_nobodys_next(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=1)
        assert _next(tx, agent, now) is None


def test_only_people_who_work_on_cases_are_given_one(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id = make_case(tx, now)
        for role in ("auditor", "administrator", None):
            with pytest.raises(WorkerError, match="your roles do not"):
                next_case(tx, actor=make_actor(tx, now, role=role), now=now)
        with pytest.raises(WorkerError, match="Only people engaged here"):
            next_case(tx, actor=Actor.person(make_person(tx, now, engaged=False)), now=now)
        assert _next(tx, make_actor(tx, now), now) == case_id


@pytest.mark.promise(17)
def test_of_many_who_ask_at_once_no_two_get_one_case_and_none_is_passed_over(db: Database, now: Micros) -> None:
    asking, each = 12, 4
    with db.transaction() as tx:
        made = [make_case(tx, now + number) for number in range(asking * each + 10)]
        agents = [make_actor(tx, now) for _ in range(asking)]

    def ask(agent: Actor) -> list[int]:
        found = []
        for _ in range(each):
            with db.transaction() as tx:
                found.append(_next(tx, agent, now) or 0)
        return found

    answers = race(*[lambda agent=agent: ask(agent) for agent in agents])
    assert not [one for one in answers if isinstance(one, Exception)], answers
    taken = [case_id for one in answers if isinstance(one, list) for case_id in one]
    assert sorted(taken) == made[: asking * each]
    with db.reading() as tx:
        assert sorted(tx.ids(select(lease.c.case_id))) == sorted(taken)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite writes one thing at a time.
def test_a_case_whose_reports_come_in_this_instant_is_not_passed_over(db: Database, now: Micros) -> None:
    """In a storm the case's row is locked nearly all the time; it is still the first."""
    with db.transaction() as tx:
        account_id = make_account(tx, now)
        stormy = make_report(tx, now, account_id, category="threats").case_id
        make_case(tx, now)
        agent = make_actor(tx, now)

    coming = threading.Event()

    def storm() -> int:
        with db.transaction() as tx:
            file_report(tx, actor=Actor.visitor("one more"), now=now, account_id=account_id, category="threats")
            coming.set()
            until_somebody_waits(tx)
        return 0

    def ask() -> int | None:
        coming.wait(10)
        with db.transaction() as tx:
            return _next(tx, agent, now)

    assert race(storm, ask) == [0, stormy]


def _waits(tx: Tx, now: Micros, reviewer: Actor, case_id: int) -> None:
    wait_for(tx, actor=reviewer, now=now, case=queries.case(tx, case_id), order_id=7)


def _handed(tx: Tx, now: Micros, reviewer: Actor, case_id: int) -> None:
    cases.hand_to_reviewers(tx, actor=reviewer, now=now, case_id=case_id, version=queries.case(tx, case_id).version)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite writes one thing at a time.
@pytest.mark.parametrize("deed", [_waits, _handed])
def test_a_case_that_is_not_theirs_any_more_when_it_is_taken_is_not_given_out(
    db: Database, now: Micros, deed: Callable[[Tx, Micros, Actor, int], None]
) -> None:
    """It was found free; before it was held, an order was proposed on it, or it was handed to reviewers."""
    with db.transaction() as tx:
        first, second = make_case(tx, now), make_case(tx, now + 1)
        reviewer, agent = make_actor(tx, now, role="reviewer"), make_actor(tx, now)
    begun = threading.Event()

    def act() -> int:
        with db.transaction() as tx:
            deed(tx, now, reviewer, first)
            begun.set()
            until_somebody_waits(tx)
        return 0

    def ask() -> int | None:
        begun.wait(10)
        with db.transaction() as tx:
            return _next(tx, agent, now)

    assert race(act, ask) == [0, second]
    with db.reading() as tx:
        assert tx.ids(select(lease.c.case_id)) == [second]


def test_a_hold_that_somebody_took_in_the_same_instant_stays_theirs(db: Database, now: Micros) -> None:
    """What was looked up before another's commit is looked at again."""
    with db.transaction() as tx:
        first, second = make_case(tx, now), make_case(tx, now + 1)
        agents = [make_actor(tx, now) for _ in range(2)]
    for _ in range(10):
        with db.transaction() as tx:
            tx.execute(delete(lease))

        def take(actor: Actor) -> int | None:
            with db.transaction() as tx:
                return _next(tx, actor, now)

        assert sorted(race(*[lambda one=one: take(one) for one in agents])) == [first, second]  # type: ignore[type-var]  # ids


def test_the_hold_is_told_in_an_event_like_any_other(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        found = next_case(tx, actor=agent, now=now)
    assert isinstance(found, Lease)
    assert (found.case_id, found.until) == (case_id, now + LEASE_LASTS)
