"""The shipped rulebook, rule by rule: each refusal beside the permission it differs from by one fact."""

from dataclasses import replace

import pytest

from gardefou.guard.facts import Asked, Machine, Person, Value
from gardefou.guard.rules import load, plan, tier_of
from gardefou.guard.verdict import Cleared, Held, Refused, Waiting
from tests.factories.guard import (
    HOUR,
    MINUTE,
    NONE,
    NOW,
    SHIPPED,
    SHIPPED_TEXT,
    asked,
    clocks,
    decided,
    person,
    refusals,
    values,
)

SILENCING = ["account.hide", "account.limit", "account.freeze", "post.hide"]
PROPOSER = person("1")
REVIEWER = person("2")
MANAGER = person("3", "duty manager", team="South")
DONE = clocks(held_from=NOW - HOUR, execute_by=NOW + MINUTE)


def need(what: Asked) -> tuple[tuple[str, ...], int]:
    """Return the places, spoken shortly, and the minutes of hold."""
    found = plan(SHIPPED, what.kind, what.values)
    assert found is not None
    places = tuple(place.role + (f" of another {place.other}" if place.other else "") for place in found.places)
    return places, found.hold // MINUTE


ONE_REVIEWER = ("reviewer",)
CRITICAL = ("reviewer", "duty manager of another team")


# Tiers


@pytest.mark.parametrize(
    ("facts", "tier"),
    [
        ({}, "ordinary"),
        ({"peak_followers_90d": 99_999}, "ordinary"),
        ({"peak_followers_90d": 100_000}, "notable"),
        ({"office": True}, "notable"),
        ({"roster": "notable"}, "notable"),
        ({"roster": "critical"}, "critical"),
        ({"peak_followers_90d": 41_700_000}, "critical"),
        ({"assigned_tier": "critical"}, "critical"),
        ({"assigned_tier": "ordinary", "roster": "critical"}, "critical"),
    ],
)
def test_the_tier_in_force_is_the_higher_of_computed_and_assigned(facts: dict[str, Value], tier: str) -> None:
    assert tier_of(SHIPPED, {**values(), **facts}) == tier


@pytest.mark.promise(1)
def test_a_caller_who_read_a_lower_tier_does_not_lower_the_rules() -> None:
    lied = Asked(kind="account.hide", values={**values(), "roster": "critical"}, reason="spam", evidence=True)
    assert need(lied) == (CRITICAL, 10)
    assert need(replace(lied, values=values())) == ((), 0)


# Ordinary accounts


@pytest.mark.parametrize("kind", SILENCING)
@pytest.mark.parametrize("role", ["agent", "reviewer", "duty manager"])
def test_on_an_ordinary_account_one_person_is_enough(kind: str, role: str) -> None:
    assert isinstance(decided(asked(kind), person("1", role)), Cleared)
    assert isinstance(decided(asked(kind), person("1", role, engagement_days_left=0)), Cleared)


@pytest.mark.parametrize(
    ("who", "reason", "why"),
    [
        (person("1", "agent", on_shift=False), "spam", "needs-on-shift"),
        (person("1", "agent"), "", "needs-reason"),
        (person("1", "agent"), "  ", "needs-reason"),
        (person("1", "auditor"), "spam", "propose-role"),
        (person("1", "administrator"), "spam", "propose-role"),
        (Machine(name="clock"), "spam", "propose-role"),
    ],
)
def test_on_an_ordinary_account_one_fact_amiss_is_refused(who: Person | Machine, reason: str, why: str) -> None:
    assert isinstance(decided(asked(), person("1", "agent")), Cleared)
    refused = decided(asked(reason=reason), who)
    assert isinstance(refused, Refused)
    assert ("silence-ordinary", why) in refusals(refused)


@pytest.mark.parametrize("kind", SILENCING)
def test_someone_whose_engagement_is_over_does_nothing(kind: str) -> None:
    gone = person("1", "agent", engaged=False)
    assert isinstance(decided(asked(kind), replace(gone, engaged=True)), Cleared)
    assert refusals(decided(asked(kind), gone)) == [("", "not-engaged")]


# The incident


@pytest.mark.promise(1)
@pytest.mark.promise(6)
def test_the_contractor_of_2017_is_refused_by_two_rules() -> None:
    contractor = person("31", "agent", engagement_days_left=0)
    refused = decided(asked(tier="critical", reason="hate"), contractor)
    assert isinstance(refused, Refused)
    assert refusals(refused) == [("last-days", "engagement-days-left"), ("silence-critical", "propose-role")]
    days, role = refused.reasons
    assert (days.fields["had"], days.fields["needs"]) == (0, 14)
    assert (role.fields["had"], role.fields["needs"], role.fields["tier"]) == ("agent", "reviewer", "critical")
    assert need(asked(tier="critical")) == (CRITICAL, 10)
    assert refused.filled == (None, None)


def test_under_the_rules_of_2017_it_happens_at_once() -> None:
    contractor = person("31", "agent", engagement_days_left=0)
    assert isinstance(decided(asked(tier="critical"), contractor, book=NONE), Cleared)
    assert isinstance(decided(asked("account.restore", "critical"), person("9", "agent"), book=NONE), Cleared)


# Critical accounts


@pytest.mark.promise(1)
@pytest.mark.parametrize("kind", ["account.hide", "account.limit", "account.freeze"])
def test_a_critical_account_takes_three_people_of_two_teams_and_ten_minutes(kind: str) -> None:
    what = asked(kind, "critical")
    assert isinstance(decided(what, PROPOSER), Waiting)
    assert isinstance(decided(what, PROPOSER, REVIEWER), Waiting)
    assert isinstance(decided(what, PROPOSER, REVIEWER, replace(MANAGER, team="North")), Waiting)
    held = decided(what, PROPOSER, REVIEWER, MANAGER)
    assert isinstance(held, Held)
    assert held.until == NOW + 10 * MINUTE
    assert isinstance(decided(what, PROPOSER, REVIEWER, MANAGER, at=DONE), Cleared)


@pytest.mark.promise(6)
@pytest.mark.parametrize("tier", ["notable", "critical"])
@pytest.mark.parametrize("kind", SILENCING)
def test_in_the_last_days_nobody_proposes_or_approves_on_the_protected(kind: str, tier: str) -> None:
    what = asked(kind, tier)
    people = (REVIEWER, MANAGER)
    assert isinstance(decided(what, PROPOSER, *people, at=DONE), Cleared)
    assert isinstance(decided(what, replace(PROPOSER, engagement_days_left=14), *people, at=DONE), Cleared)
    refused = decided(what, replace(PROPOSER, engagement_days_left=13), *people, at=DONE)
    assert refusals(refused) == [("last-days", "engagement-days-left")]
    leaving = replace(REVIEWER, engagement_days_left=13)
    waiting = decided(what, PROPOSER, leaving, MANAGER, at=DONE)
    assert isinstance(waiting, Waiting)
    aside = {reason.fields["person"]: reason.fields["why"] for reason in waiting.reasons if "person" in reason.fields}
    assert aside["2"] == "engagement-days-left"


@pytest.mark.parametrize("newcomer", ["proposer", "approver"])
def test_on_a_critical_account_newcomers_do_not_count(newcomer: str) -> None:
    what = asked(tier="critical")
    fresh = {newcomer: 13}
    proposer = replace(PROPOSER, engagement_days=fresh.get("proposer", 14))
    reviewer = replace(REVIEWER, engagement_days=fresh.get("approver", 14))
    assert isinstance(decided(what, PROPOSER, REVIEWER, MANAGER, at=DONE), Cleared)
    assert not isinstance(decided(what, proposer, reviewer, MANAGER, at=DONE), Cleared)


def test_a_critical_account_takes_evidence() -> None:
    what = asked(tier="critical")
    assert isinstance(decided(what, PROPOSER), Waiting)
    assert refusals(decided(replace(what, evidence=False), PROPOSER)) == [("silence-critical", "needs-evidence")]


def test_a_rule_may_ask_for_a_clause_of_the_policy() -> None:
    asked_for = 'needs = ["on shift", "evidence", "engagement_days'
    text = SHIPPED_TEXT.replace(asked_for, asked_for.replace('"on', '"policy clause", "on'))
    book = load(text + '\n[policy]\n"3.1" = "No threats."\n')
    what = asked(tier="critical")
    assert refusals(decided(what, PROPOSER, book=book)) == [("silence-critical", "needs-policy-clause")]
    assert isinstance(decided(replace(what, clause="3.1"), PROPOSER, book=book), Waiting)


# Notable accounts and posts


@pytest.mark.parametrize("kind", ["account.hide", "account.limit", "account.freeze"])
def test_a_notable_account_takes_two_reviewers_and_five_minutes(kind: str) -> None:
    what = asked(kind, "notable")
    assert need(what) == (ONE_REVIEWER, 5)
    assert isinstance(decided(what, PROPOSER), Waiting)
    assert isinstance(decided(what, PROPOSER, MANAGER), Waiting)
    assert isinstance(decided(what, PROPOSER, REVIEWER), Held)
    assert isinstance(decided(what, person("9", "agent"), REVIEWER), Refused)


@pytest.mark.parametrize("tier", ["notable", "critical"])
def test_a_post_of_a_protected_account_takes_two_reviewers_and_no_wait(tier: str) -> None:
    what = asked("post.hide", tier)
    assert need(what) == (ONE_REVIEWER, 0)
    assert isinstance(decided(what, PROPOSER), Waiting)
    assert isinstance(decided(what, PROPOSER, REVIEWER), Cleared)


# Break-glass


@pytest.mark.promise(12)
@pytest.mark.parametrize("tier", ["notable", "critical"])
def test_a_duty_manager_alone_freezes_for_fifteen_minutes_once_a_day(tier: str) -> None:
    brief = asked("account.freeze", tier, duration_minutes=15)
    assert isinstance(decided(brief, MANAGER), Cleared)
    assert isinstance(decided(brief, PROPOSER), Refused)
    assert isinstance(decided(brief, replace(MANAGER, on_shift=False)), Refused)
    assert isinstance(decided(brief, replace(MANAGER, engagement_days_left=13)), Refused)
    wider: list[dict[str, Value]] = [
        {"duration_minutes": 16},
        {"duration_minutes": 0},
        {"brief_freezes_today": 1},
        {"restored_lately": True},
    ]
    for changed in wider:
        longer = replace(brief, values={**brief.values, **changed})
        assert isinstance(decided(longer, MANAGER), Refused)
        assert isinstance(decided(longer, PROPOSER), Waiting)


@pytest.mark.promise(12)
@pytest.mark.parametrize("kind", ["account.hide", "account.limit"])
def test_the_short_way_is_for_freezing_only(kind: str) -> None:
    assert isinstance(decided(asked("account.freeze", "critical", duration_minutes=15), MANAGER), Cleared)
    assert isinstance(decided(asked(kind, "critical", duration_minutes=15), MANAGER), Refused)


@pytest.mark.promise(12)
@pytest.mark.parametrize("reason", ["child abuse", "terrorism", "threat to life"])
@pytest.mark.parametrize("tier", ["notable", "critical"])
def test_a_reviewer_alone_hides_one_post_for_the_gravest_reasons_twice_a_day(tier: str, reason: str) -> None:
    def urgent(reason: str = reason, **changed: Value) -> Asked:
        what = asked("post.hide", tier, reason=reason)
        return replace(what, values={**what.values, **changed})

    assert isinstance(decided(urgent(urgent_posts_today=1), PROPOSER), Cleared)
    assert isinstance(decided(urgent(urgent_posts_today=2), PROPOSER), Waiting)
    assert isinstance(decided(urgent("hate"), PROPOSER), Waiting)
    assert isinstance(decided(urgent(restored_lately=True), PROPOSER), Waiting)
    assert isinstance(decided(urgent(), replace(PROPOSER, on_shift=False)), Refused)
    assert isinstance(decided(urgent(), person("9", "agent")), Refused)
    assert refusals(decided(urgent(), replace(PROPOSER, engagement_days_left=13))) == [
        ("last-days", "engagement-days-left")
    ]


# After a restoration


@pytest.mark.promise(7)
@pytest.mark.parametrize("kind", SILENCING)
@pytest.mark.parametrize("reason", ["spam", "terrorism"])
def test_what_was_restored_lately_is_under_the_strictest_rule_of_its_tier(kind: str, reason: str) -> None:
    def again(tier: str) -> tuple[tuple[str, ...], int]:
        return need(asked(kind, tier, reason=reason, restored_lately=True, duration_minutes=15))

    assert again("critical") == (CRITICAL, 10)
    assert again("notable") == (ONE_REVIEWER, 5)
    assert again("ordinary") == (ONE_REVIEWER, 0)
    assert need(asked(kind)) == ((), 0)
    what = asked(kind, restored_lately=True)
    assert isinstance(decided(what, person("9", "agent"), REVIEWER), Refused)
    assert isinstance(decided(what, PROPOSER, REVIEWER), Cleared)


# Bringing back


@pytest.mark.promise(7)
@pytest.mark.parametrize("kind", ["account.restore", "post.restore"])
@pytest.mark.parametrize("tier", ["ordinary", "notable", "critical"])
@pytest.mark.parametrize("role", ["agent", "reviewer", "duty manager"])
def test_any_engaged_person_restores_alone_and_at_once(kind: str, tier: str, role: str) -> None:
    what = asked(kind, tier, reason="", evidence=False)
    off_duty = person("1", role, on_shift=False, engagement_days=0, engagement_days_left=0)
    pending = clocks(notices="pending", approve_by=None)
    assert isinstance(decided(what, off_duty, at=pending), Cleared)
    assert isinstance(decided(what, replace(off_duty, engaged=False), at=pending), Refused)
    assert isinstance(decided(what, person("1", "auditor"), at=pending), Refused)


@pytest.mark.promise(7)
@pytest.mark.parametrize("kind", ["account.restore", "post.restore"])
def test_what_two_people_hid_as_grave_takes_two_to_restore(kind: str) -> None:
    grave = asked(kind, "critical", reason="", evidence=False, hidden_as_grave=True)
    off_duty = person("1", "agent", on_shift=False, engagement_days_left=0)
    assert isinstance(decided(grave, off_duty), Waiting)
    assert isinstance(decided(grave, off_duty, off_duty), Waiting)
    assert isinstance(decided(grave, off_duty, replace(off_duty, id="2")), Cleared)
    assert isinstance(decided(grave, off_duty, replace(off_duty, id="2", engaged=False)), Waiting)


@pytest.mark.parametrize("kind", ["account.lift", "post.lift"])
def test_the_clock_alone_lifts_at_a_set_end(kind: str) -> None:
    passed = asked(kind, "critical", reason="", evidence=False, set_end_passed=True)
    assert isinstance(decided(passed, Machine(name="clock")), Cleared)
    assert isinstance(decided(passed, Machine(name="clock"), now=NOW + 900 * HOUR), Cleared)
    assert refusals(decided(passed, PROPOSER)) == [("lift-at-set-end", "propose-machine")]
    assert isinstance(decided(passed, Machine(name="importer")), Refused)
    early = asked(kind, "critical", set_end_passed=False)
    assert refusals(decided(early, Machine(name="clock"))) == [("", "no-rule")]


# Statements


@pytest.mark.promise(19)
def test_a_statement_takes_two_people() -> None:
    what = asked("statement.publish", subject_kind="statement", reason="", evidence=False)
    assert isinstance(decided(what, PROPOSER), Waiting)
    assert isinstance(decided(what, PROPOSER, PROPOSER), Waiting)
    assert isinstance(decided(what, PROPOSER, MANAGER), Cleared)
    assert isinstance(decided(what, MANAGER, PROPOSER), Cleared)
    assert isinstance(decided(what, person("9", "agent"), MANAGER), Refused)
