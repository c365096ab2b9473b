"""Acting on a case requires the hold and the version seen; who is refused reads in one line what has changed."""

import pytest

from gardefou.clock import Micros
from gardefou.events import Actor
from gardefou.events.actor import CLOCK
from gardefou.reports import cases, queries
from gardefou.reports.as_seen import Seen, seen_in, seen_of
from gardefou.reports.errors import CaseChangedError, CaseClosedError, HeldByAnotherError
from gardefou.reports.hold_to_act import hold_to_act
from gardefou.reports.leases import LEASE_LASTS, take_lease
from gardefou.storage import Database
from tests.factories.accounts import make_account
from tests.factories.reports import make_case, make_report
from tests.factories.staff import make_actor, make_person


def test_acting_takes_the_hold_of_a_case_that_is_free_and_renews_ones_own(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        for at in (now, now + LEASE_LASTS - 1):
            assert hold_to_act(tx, actor=agent, now=at, case_id=case_id, version=1).id == case_id
            held = queries.holder(tx, case_id, at)
            assert held is not None
            assert (held.person_id, held.until) == (agent.person_id, at + LEASE_LASTS)


def test_acting_over_the_head_of_whoever_holds_it_is_refused(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        holder = Actor.person(make_person(tx, now, name="Reviewer 3", role="reviewer"))
        take_lease(tx, actor=holder, now=now, case_id=case_id)
        with pytest.raises(HeldByAnotherError, match=r"^Reviewer 3 holds this case\.$"):
            hold_to_act(tx, actor=agent, now=now, case_id=case_id, version=1)
        assert hold_to_act(tx, actor=holder, now=now, case_id=case_id, version=1).open


def test_whoever_does_not_work_on_cases_takes_no_hold(db: Database, now: Micros) -> None:
    """What they may not do, the guard says, and records."""
    with db.transaction() as tx:
        case_id = make_case(tx, now)
        hold_to_act(tx, actor=make_actor(tx, now, role="administrator"), now=now, case_id=case_id, version=1)
        assert queries.holder(tx, case_id, now) is None


def test_the_line_says_what_has_changed_since_it_was_seen(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        account_id, agent = make_account(tx, now), make_actor(tx, now)
        case_id = make_report(tx, now, account_id).case_id
        first = queries.case(tx, case_id)
        seen = seen_of(first)
        make_report(tx, now, account_id)
        # Volume alone keeps nobody from deciding.
        assert hold_to_act(tx, actor=agent, now=now, case_id=case_id, version=first.version, seen=seen).reports == 2
        make_report(tx, now, account_id, category="threats", protected=True)
        with pytest.raises(CaseChangedError) as refused:
            hold_to_act(tx, actor=agent, now=now, case_id=case_id, version=first.version, seen=seen)
        assert refused.value.message == (
            "This case has changed since you looked: a graver complaint has come, its account is protected now, "
            "2 more reports have come. Look again."
        )
        assert refused.value.fields["changed"] == "graver protected reports"
        handed = queries.case(tx, case_id)
        cases.hand_to_reviewers(tx, actor=agent, now=now, case_id=case_id, version=handed.version)
        with pytest.raises(CaseChangedError, match=r"since you looked: it was handed to reviewers\. Look again"):
            hold_to_act(tx, actor=agent, now=now, case_id=case_id, version=handed.version, seen=seen_of(handed))


def test_the_line_says_who_closed_it_or_that_an_order_did(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        one = Actor.person(make_person(tx, now, name="Agent 18"))
        agent, by_person, by_order = make_actor(tx, now), make_case(tx, now), make_case(tx, now)
        cases.close(tx, actor=one, now=now, case_id=by_person, outcome="rejected", version=1)
        cases.close(tx, actor=CLOCK, now=now, case_id=by_order, outcome="upheld", version=1)
        with pytest.raises(CaseClosedError, match=r"^This case is closed: Agent 18 closed it\.$"):
            hold_to_act(tx, actor=agent, now=now, case_id=by_person, version=1)
        with pytest.raises(CaseClosedError, match="an order on the account has taken effect"):
            hold_to_act(tx, actor=agent, now=now, case_id=by_order, version=1)


def test_a_case_opened_again_is_not_the_one_that_was_seen(db: Database, now: Micros) -> None:
    with db.transaction() as tx:
        case_id, agent = make_case(tx, now), make_actor(tx, now)
        seen = seen_of(queries.case(tx, case_id))
        cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=1)
        cases.reopen(tx, actor=agent, now=now, case_id=case_id, version=2)
        with pytest.raises(CaseChangedError, match="it was closed and opened again"):
            cases.close(tx, actor=agent, now=now, case_id=case_id, outcome="rejected", version=1, seen=seen)


@pytest.mark.parametrize(
    "text", ["", "1.0.0.1.0", "1.0.0.1.x.0", "1.0.0.1.0.0.2", "-1.0.0.1.0.0", "1.0.0.1.0." + "9" * 60, "١.0.0.1.0.0"]
)
def test_what_cannot_be_read_as_seen_is_nothing(text: str) -> None:
    assert seen_in(text) is None


def test_what_was_seen_is_read_as_it_is_written() -> None:
    seen = Seen(severity=3, protected=True, handed=False, reports=41_000, aside=4_812)
    assert seen_in(str(seen)) == seen
