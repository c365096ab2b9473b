"""Deciding a case, undoing it, and handing it on."""

import pytest
from sqlalchemy import insert, select

from gardefou.clock import MINUTE, Micros
from gardefou.events import Actor
from gardefou.events.actor import CLOCK
from gardefou.events.tables import event
from gardefou.ledger import store
from gardefou.reports import cases, queries
from gardefou.reports.case import Outcome
from gardefou.reports.errors import (
    CaseChangedError,
    CaseClosedError,
    HeldByAnotherError,
    ReportError,
    UnknownCaseError,
    WorkerError,
)
from gardefou.reports.leases import Lease, take_lease
from gardefou.reports.tables import report, reporter, tally
from gardefou.reports.tally import count_outcome
from gardefou.storage import Database, Tx
from tests.factories.accounts import make_account
from tests.factories.racing import race
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor, make_person


def _counts(tx: Tx) -> dict[str, tuple[int, int]]:
    return {row["key"]: (row["upheld"], row["rejected"]) for row in tx.all(select(reporter))}


def test_closing_changes_one_row_and_counts_each_reporter_once(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        make_report(tx, now, account_id, reporter=Actor.member(1), comment="a")
        make_report(tx, now, account_id, reporter=Actor.member(1), comment="b")
        case_id = make_report(tx, now, account_id, reporter=Actor.visitor("v")).case_id
        make_report(tx, now, make_account(tx, now), reporter=Actor.member(2))
        reports = tx.all(select(report).order_by(report.c.id))
        take_lease(tx, actor=agent, now=now, case_id=case_id)
        cases.close(tx, actor=agent, now=now + 1, case_id=case_id, outcome="upheld", version=1)
        case = queries.case(tx, case_id)
        assert tx.all(select(report).order_by(report.c.id)) == reports
        assert _counts(tx) == {"member:1": (1, 0), "visitor:v": (1, 0), "member:2": (0, 0)}
        assert queries.holder(tx, case_id, now + 1) is None
        assert queries.open_case_of(tx, account_id) is None
    assert (case.state, case.outcome, case.closed_at, case.closed_by, case.version) == (
        "closed",
        Outcome.UPHELD,
        now + 1,
        str(agent),
        2,
    )
    with db.reading() as tx:
        assert tx.scalar(select(event.c.kind).order_by(event.c.id.desc()).limit(1)) == "case.closed"


@pytest.mark.parametrize("outcome", ["upheld", "rejected"])
def test_what_a_case_says_of_who_reported_leaves_out_how_it_was_decided_itself(
    db: Database, now: Micros, outcome: str
) -> None:
    with db.transaction() as tx:
        agent, often = make_actor(tx, now), Actor.member(1)
        earlier = make_report(tx, now, make_account(tx, now), reporter=often).case_id
        cases.close(tx, actor=agent, now=now, case_id=earlier, outcome=outcome, version=1)
        account_id = make_account(tx, now)
        make_report(tx, now, account_id, reporter=often)
        case_id = make_report(tx, now, account_id, reporter=Actor.member(2)).case_id
        before = queries.reports_of(tx, case=queries.case(tx, case_id), found=())
        assert [line.upheld + line.rejected for line in before.lines] == [0, 1]
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome=outcome, version=1)
        assert queries.reports_of(tx, case=queries.case(tx, case_id), found=()) == before
        # A storm's reporters are counted later: what is not counted yet is not left out.
        count_outcome(tx, actor=agent, now=now, case=queries.case(tx, case_id), outcome=Outcome(outcome), step=-1)
        told = {"id": 1, "case_id": case_id, "outcome": outcome, "step": 1, "after": 0, "last": 1 << 62, "at": now}
        tx.execute(insert(tally).values(**told))
        assert queries.reports_of(tx, case=queries.case(tx, case_id), found=()) == before


def test_undoing_a_closing_leaves_everything_as_it_was(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        before, counts = queries.case(tx, case_id), _counts(tx)
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=1)
        assert list(_counts(tx).values()) == [(0, 1)]
        cases.reopen(tx, actor=agent, now=now, case_id=case_id, version=2)
        after = queries.case(tx, case_id)
        assert _counts(tx) == counts
        with pytest.raises(CaseChangedError, match="changed since you looked"):
            cases.reopen(tx, actor=agent, now=now, case_id=case_id, version=3)
    assert (after.state, after.outcome, after.closed_at, after.closed_by, after.due_at) == (
        "open",
        None,
        None,
        None,
        before.due_at,
    )


@pytest.mark.promise(18)
def test_a_closed_case_stays_closed_once_a_newer_one_is_open(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        first = make_report(tx, now, account_id).case_id
        cases.close(tx, actor=agent, now=now, case_id=first, outcome="rejected", version=1)
        second = make_report(tx, now + 1, account_id)
        assert second.new_case
        with pytest.raises(CaseChangedError, match="newer case on this account is open"):
            cases.reopen(tx, actor=agent, now=now, case_id=first, version=2)
        assert [case.id for case in queries.cases_of(tx, account_id)] == [second.case_id, first]


def test_who_decides_on_what_has_changed_decides_nothing(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = make_report(tx, now, account_id, category="spam").case_id
        make_report(tx, now, account_id, category="spam")
        make_report(tx, now, account_id, category="threats")
        for act in (cases.hand_to_reviewers, lambda *given, **named: cases.close(*given, **named, outcome="rejected")):
            with pytest.raises(CaseChangedError, match="changed since you looked"):
                act(tx, actor=agent, now=now, case_id=case_id, version=1)
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=2)
        with pytest.raises(CaseClosedError, match="is closed"):
            cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="upheld", version=3)
        assert all(counts == (0, 1) for counts in _counts(tx).values())


def test_of_two_who_close_at_once_one_decides(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agents = make_case(tx, now), [make_actor(tx, now) for _ in range(4)]

    def close(actor: Actor) -> str:
        with db.transaction() as tx:
            cases.close(tx, actor=actor, now=now, case_id=case_id, outcome="rejected", version=1)
        return str(actor)

    answers = race(*[lambda agent=agent: close(agent) for agent in agents])
    won = [one for one in answers if isinstance(one, str)]
    assert (len(won), sum(isinstance(one, CaseClosedError) for one in answers)) == (1, 3)
    with db.reading() as tx:
        assert queries.case(tx, case_id).closed_by == won[0]
        assert list(_counts(tx).values()) == [(0, 1)]


def test_cases_with_the_same_reporters_are_closed_at_once_and_every_count_arrives(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        agent = make_actor(tx, now)
        reporters = [Actor.visitor(str(number)) for number in range(40)]
        accounts = [make_account(tx, now) for _ in range(4)]
        for number, account_id in enumerate(accounts):
            for one in reporters if number % 2 else reversed(reporters):
                case_id = make_report(tx, now, account_id, reporter=one).case_id
        open_cases = [queries.open_case_of(tx, account_id) for account_id in accounts]

    def close(case_id: int) -> int:
        with db.transaction() as tx:
            cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="upheld", version=1)
        return case_id

    answers = race(*[lambda case_id=case.id: close(case_id) for case in open_cases if case is not None])
    assert case_id in answers
    assert set(answers) == {case.id for case in open_cases if case is not None}
    with db.reading() as tx:
        assert set(_counts(tx).values()) == {(4, 0)}


def test_a_case_another_person_holds_is_not_decided_over_their_head(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        holder = Actor.person(make_person(tx, now, name="Reviewer 3", role="reviewer"))
        take_lease(tx, actor=holder, now=now, case_id=case_id)
        with pytest.raises(HeldByAnotherError, match="Reviewer 3 holds this case"):
            cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=1)
        with pytest.raises(HeldByAnotherError, match="Reviewer 3 holds this case"):
            cases.hand_to_reviewers(tx, actor=agent, now=now, case_id=case_id, version=1)
        cases.close(tx, actor=agent, now=now + 10 * MINUTE, case_id=case_id, outcome="rejected", version=1)
        assert not queries.case(tx, case_id).open


def test_a_case_handed_over_is_for_reviewers(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent, reviewer = make_case(tx, now), make_actor(tx, now), make_actor(tx, now, role="reviewer")
        take_lease(tx, actor=agent, now=now, case_id=case_id)
        cases.hand_to_reviewers(tx, actor=agent, now=now, case_id=case_id, version=1)
        assert queries.case(tx, case_id).for_reviewers
        with pytest.raises(WorkerError, match="for reviewers"):
            cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=2)
        assert isinstance(take_lease(tx, actor=reviewer, now=now, case_id=case_id), Lease)
        cases.close(tx, actor=reviewer, now=now, case_id=case_id, outcome="rejected", version=2)


def test_only_reviewers_and_duty_managers_decide_a_protected_case(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        for role in ("reviewer", "duty manager"):
            case_id = make_case(tx, now, protected=True)
            with pytest.raises(WorkerError, match="a reviewer or a duty manager decides it"):
                cases.close(tx, actor=make_actor(tx, now), now=now, case_id=case_id, outcome="rejected", version=1)
            decider = make_actor(tx, now, role=role)
            cases.close(tx, actor=decider, now=now, case_id=case_id, outcome="rejected", version=1)
            with pytest.raises(WorkerError, match="a reviewer or a duty manager decides it"):
                cases.reopen(tx, actor=make_actor(tx, now), now=now, case_id=case_id, version=2)


def test_people_who_do_not_work_on_cases_decide_none(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id = make_case(tx, now)
        left = Actor.person(make_person(tx, now, engaged=False))
        for actor in (left, Actor.member(1), Actor.visitor("v"), make_actor(tx, now, role="administrator")):
            with pytest.raises(WorkerError, match="work on cases"):
                cases.close(tx, actor=actor, now=now, case_id=case_id, outcome="rejected", version=1)
            with pytest.raises(WorkerError, match="work on cases"):
                cases.hand_to_reviewers(tx, actor=actor, now=now, case_id=case_id, version=1)
        assert queries.case(tx, case_id).version == 1


def test_the_house_closes_a_case_whose_order_took_effect_whoever_holds_it(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id = make_case(tx, now, protected=True)
        take_lease(tx, actor=make_actor(tx, now, role="reviewer"), now=now, case_id=case_id)
        cases.close(tx, actor=CLOCK, now=now, case_id=case_id, outcome="upheld", version=1)
        assert queries.case(tx, case_id).closed_by == "machine:clock"


def test_outcomes_and_cases_that_do_not_exist_are_named(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        with pytest.raises(ReportError, match="as upheld or as rejected"):
            cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="whatever", version=1)
        with pytest.raises(UnknownCaseError, match="no such case"):
            cases.close(tx, actor=agent, now=now, case_id=404, outcome="upheld", version=1)
        with pytest.raises(UnknownCaseError, match="no such case"):
            queries.case(tx, 404)


@pytest.mark.promise(9)
@pytest.mark.promise(15)
def test_closing_and_reopening_are_entries_that_say_the_outcome_and_nothing_of_who_reported(
    db: Database, now: Micros
) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = make_report(tx, now, account_id, reporter=Actor.member(99), comment="in confidence").case_id
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=1)
        cases.reopen(tx, actor=agent, now=now + 1, case_id=case_id, version=2)
        cases.close(tx, actor=CLOCK, now=now + 2, case_id=case_id, outcome="upheld", version=3)
    with db.reading() as tx:
        found = list(store.entries_about(tx, f"case:{case_id}"))
        assert [one.index for one in store.entries_about(tx, f"account:{account_id}")] == [one.index for one in found]
        openings = [one.content for one in store.openings(tx, [str(one.body["who"]) for one in found])]
    assert [(one.kind, one.body["outcome"]) for one in found] == [
        ("case.closed", "rejected"),
        ("case.reopened", "rejected"),
        ("case.closed", "upheld"),
    ]
    assert found[2].body["who"] == "machine:clock"
    assert len(openings) == 1
    assert not any("99" in text for text in openings)
    with db.transaction() as tx, pytest.raises(CaseClosedError, match="closed"):
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="upheld", version=4)
    with db.reading() as tx:
        assert list(store.entries_about(tx, f"case:{case_id}")) == found
