"""How a decision goes, step by step: who counts, what is missing, which clock stops it."""

from dataclasses import replace

import pytest

from gardefou.guard.decide import may_veto
from gardefou.guard.errors import MissingFactError, RulebookError
from gardefou.guard.facts import Asked, Extra
from gardefou.guard.rules import load, plan
from gardefou.guard.verdict import Cleared, Held, Refused, Waiting
from tests.factories.guard import HOUR, MINUTE, NOW, SECOND, SHIPPED, asked, clocks, decided, person, refusals, values

PROPOSER = person("1")
REVIEWER = person("2")
MANAGER = person("3", "duty manager", team="South")
CRITICAL = asked(tier="critical")


def codes(verdict: Cleared | Waiting | Held | Refused) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def test_where_no_rule_speaks_it_is_refused() -> None:
    statement = asked("statement.publish", subject_kind="statement")
    assert isinstance(decided(statement, PROPOSER), Waiting)
    other = decided(asked("statement.publish"), PROPOSER)
    assert refusals(other) == [("", "no-rule")]
    assert other.plan is None


def test_rules_that_only_add_conditions_permit_nothing() -> None:
    head = 'name = "example"\n[veto]\nrole = "reviewer"\n[[rule]]\nid = "only"\nkind = "account.hide"\nwhen = "true"\n'
    permitting = head + 'propose = { role = "reviewer" }\napprove = [{ n = 1, role = "reviewer" }]\n'
    clocked = 'approve_within = "1 h"\nexecute_within = "1 h"\n'
    assert isinstance(decided(asked(), PROPOSER, book=load(permitting + clocked)), Waiting)
    assert refusals(decided(asked(), PROPOSER, book=load(head))) == [("", "no-rule")]


def test_an_unknown_kind_or_a_missing_fact_is_our_own_mistake() -> None:
    assert plan(SHIPPED, "account.hide", values()) is not None
    with pytest.raises(RulebookError, match="unknown kind"):
        plan(SHIPPED, "account.erase", values())
    with pytest.raises(MissingFactError, match="without office"):
        decided(Asked(kind="account.hide", values={k: v for k, v in values().items() if k != "office"}), PROPOSER)


def test_every_open_place_has_its_reason() -> None:
    waiting = decided(CRITICAL, PROPOSER)
    assert isinstance(waiting, Waiting)
    assert [(r.fields["role"], r.fields["other"], r.fields["rule"]) for r in waiting.reasons] == [
        ("reviewer", "", "silence-critical"),
        ("duty manager", "team", "silence-critical"),
    ]
    assert waiting.filled == (None, None)
    assert decided(CRITICAL, PROPOSER, REVIEWER).filled == ("2", None)


@pytest.mark.promise(4)
@pytest.mark.parametrize(
    ("who", "why"),
    [
        (replace(REVIEWER, engaged=False), "not-engaged"),
        (replace(REVIEWER, on_shift=False), "needs-on-shift"),
        (replace(REVIEWER, engagement_days=3), "engagement-days"),
        (replace(REVIEWER, engagement_days_left=3), "engagement-days-left"),
        (replace(REVIEWER, roles=frozenset({"agent"})), "role"),
        (PROPOSER, "proposer"),
    ],
)
def test_an_approver_whose_rights_have_ended_does_not_count_and_is_named(who: object, why: str) -> None:
    assert isinstance(who, type(REVIEWER))
    held = clocks(held_from=NOW - HOUR, execute_by=NOW + HOUR)
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=held), Cleared)
    waiting = decided(CRITICAL, PROPOSER, who, MANAGER, at=held)
    assert isinstance(waiting, Waiting)
    assert codes(waiting) == ["place-open", "approver-ineligible"]
    assert (waiting.reasons[1].fields["person"], waiting.reasons[1].fields["why"]) == (who.id, why)
    assert waiting.filled == (None, "3")


@pytest.mark.promise(11)
def test_nobody_proposes_or_approves_what_widens_their_own_rights() -> None:
    """A role granted to oneself, an engagement prolonged by the one engaged: somebody else has to ask, and to agree."""
    admin, manager, other = person("1", "administrator"), person("3", "duty manager"), person("4", "duty manager")
    grant = asked("role.grant", subject_kind="person", role="agent")
    assert isinstance(decided(grant, admin, manager), Cleared)
    assert refusals(decided(replace(grant, concerns="1"), admin, manager)) == [("", "concerned")]
    waiting = decided(replace(grant, concerns="3"), admin, manager)
    assert isinstance(waiting, Waiting)
    assert codes(waiting) == ["place-open", "approver-ineligible"]
    assert (waiting.reasons[1].fields["person"], waiting.reasons[1].fields["why"]) == ("3", "concerned")
    assert isinstance(decided(replace(grant, concerns="3"), admin, manager, other), Cleared)
    assert isinstance(decided(replace(grant, concerns="9"), admin, manager), Cleared)


def test_a_surplus_approver_who_no_longer_counts_stops_nothing() -> None:
    held = decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, person("4", engaged=False))
    assert isinstance(held, Held)
    assert codes(held) == ["held", "approver-ineligible"]


@pytest.mark.promise(5)
def test_past_the_time_for_approvals_it_is_void() -> None:
    at = clocks(approve_by=NOW)
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, at=at, now=NOW), Waiting)
    late = decided(CRITICAL, PROPOSER, REVIEWER, at=at, now=NOW + 1)
    assert isinstance(late, Refused)
    assert late.reasons[0].fields["clock"] == "approve"
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=at, now=NOW + 1), Held)


@pytest.mark.promise(5)
def test_the_hold_runs_from_when_it_began_and_ends_on_the_second() -> None:
    at = clocks(held_from=NOW)
    last = decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=at, now=NOW + 10 * MINUTE - 1)
    assert isinstance(last, Held)
    assert last.until == NOW + 10 * MINUTE
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=at, now=NOW + 10 * MINUTE), Cleared)


@pytest.mark.promise(5)
@pytest.mark.parametrize("told", [True, False])
def test_past_the_time_for_execution_nothing_executes(told: bool) -> None:  # noqa: FBT001  # an example
    end = NOW + 40 * MINUTE
    at = clocks(held_from=NOW, execute_by=end if told else None)
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=at, now=end), Cleared)
    late = decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=at, now=end + 1)
    assert isinstance(late, Refused)
    assert late.reasons[0].fields == {"rule": "", "clock": "execute", "at": end}


@pytest.mark.promise(5)
def test_past_the_time_for_execution_a_hold_that_still_runs_saves_nothing() -> None:
    at = clocks(held_from=NOW, execute_by=NOW + MINUTE)
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=at, now=NOW + MINUTE), Held)
    assert isinstance(decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=at, now=NOW + MINUTE + 1), Refused)


@pytest.mark.promise(5)
def test_a_set_time_is_waited_for_and_counts_from_the_later_end() -> None:
    at = clocks(not_before=NOW + HOUR)
    held = decided(asked(), PROPOSER, at=at)
    assert isinstance(held, Held)
    assert held.until == NOW + HOUR
    assert isinstance(decided(asked(), PROPOSER, at=at, now=NOW + HOUR), Cleared)
    assert isinstance(decided(asked(), PROPOSER, at=at, now=NOW + HOUR + 31 * MINUTE), Refused)
    later = decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, at=clocks(not_before=NOW + MINUTE))
    assert isinstance(later, Held)
    assert later.until == NOW + 10 * MINUTE


@pytest.mark.promise(13)
def test_a_veto_is_overridden_by_one_more_from_outside() -> None:
    veto = [Extra(because="veto", outside=frozenset({"1", "2", "3"}))]
    people = (REVIEWER, MANAGER)
    assert isinstance(decided(CRITICAL, PROPOSER, *people), Held)
    waiting = decided(CRITICAL, PROPOSER, *people, extras=veto)
    assert isinstance(waiting, Waiting)
    assert waiting.reasons[0].fields["because"] == "veto"
    assert waiting.plan is not None
    assert waiting.plan.places[-1].because == "veto"
    assert isinstance(decided(CRITICAL, PROPOSER, *people, person("4"), extras=veto), Held)
    assert isinstance(decided(CRITICAL, PROPOSER, *people, person("4", "agent"), extras=veto), Waiting)


@pytest.mark.promise(13)
def test_two_vetoes_take_two_more() -> None:
    twice = [Extra(because="veto"), Extra(because="veto")]
    people = (REVIEWER, MANAGER, person("4"))
    assert isinstance(decided(CRITICAL, PROPOSER, *people, extras=twice[:1]), Held)
    assert isinstance(decided(CRITICAL, PROPOSER, *people, extras=twice), Waiting)
    assert isinstance(decided(CRITICAL, PROPOSER, *people, person("5"), extras=twice), Held)


@pytest.mark.promise(13)
@pytest.mark.parametrize("extras", [[], [Extra(because="notices")]])
def test_without_accepted_notices_the_hold_starts_only_with_one_more(extras: list[Extra]) -> None:
    pending = clocks(notices="pending")
    people = (REVIEWER, MANAGER)
    assert isinstance(decided(CRITICAL, PROPOSER, *people, extras=extras), Held)
    waiting = decided(CRITICAL, PROPOSER, *people, extras=extras, at=pending)
    assert isinstance(waiting, Waiting)
    assert codes(waiting) == ["notices-pending"]
    assert waiting.filled == ("2", "3", None)
    held = decided(CRITICAL, PROPOSER, *people, person("4"), extras=extras, at=pending)
    assert isinstance(held, Held)
    assert held.filled == ("2", "3", "4")
    late = decided(CRITICAL, PROPOSER, *people, extras=extras, at=pending, now=NOW + 3 * HOUR)
    assert isinstance(late, Refused)


@pytest.mark.promise(13)
def test_an_act_without_a_hold_does_not_wait_for_notices() -> None:
    pending = clocks(notices="pending")
    assert isinstance(decided(asked(), PROPOSER, at=pending, extras=[Extra(because="notices")]), Cleared)


@pytest.mark.promise(13)
def test_any_eligible_person_may_veto_and_others_may_not() -> None:
    def veto(**changed: object) -> list[str]:
        given = {"person": REVIEWER, "kind": "account.hide", "proposer_id": "1", "used_today": False, **changed}
        verdict = may_veto(SHIPPED, **given)  # type: ignore[arg-type]  # the examples name what they change
        assert isinstance(verdict, Refused if verdict.reasons else Cleared)
        return codes(verdict)

    assert veto() == []
    assert veto(person=person("4", "agent", on_shift=False, engagement_days_left=0)) == []
    assert veto(person=person("4", "auditor")) == ["veto-role"]
    assert veto(person=replace(REVIEWER, engaged=False)) == ["not-engaged"]
    assert veto(person=PROPOSER) == ["veto-own"]
    assert veto(used_today=True) == ["veto-again"]
    assert veto(kind="account.restore") == ["veto-restoring"]
    assert veto(kind="post.lift", used_today=True) == ["veto-restoring", "veto-again"]


def test_the_same_question_has_the_same_answer() -> None:
    later = [decided(CRITICAL, PROPOSER, REVIEWER, MANAGER, now=NOW + step * SECOND) for step in (5, 5)]
    assert later[0] == later[1]


def test_whoever_is_too_near_to_the_account_neither_proposes_nor_counts() -> None:
    near = replace(REVIEWER, too_near=True)
    refused = decided(CRITICAL, replace(PROPOSER, too_near=True))
    assert isinstance(refused, Refused)
    assert [(reason.code, reason.fields["who"]) for reason in refused.reasons] == [("too-near", "reviewer")]
    waiting = decided(CRITICAL, PROPOSER, near)
    assert waiting.filled == (None, None)
    assert [reason.fields["why"] for reason in waiting.reasons if reason.code == "approver-ineligible"] == ["too-near"]
    assert decided(CRITICAL, PROPOSER, REVIEWER).filled == ("2", None)
