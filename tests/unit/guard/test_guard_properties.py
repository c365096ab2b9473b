"""What must hold of every rulebook and every crowd, not only of those we thought of."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gardefou.guard.facts import KINDS, ROLES, SILENCING, TIERS, Asked, Extra, Person
from gardefou.guard.rulebook import Clause, Need, Rule, Rulebook, plan
from gardefou.guard.terms import PERSON_NAMES, SUBJECT_NAMES, parse
from gardefou.guard.verdict import Cleared, Held
from tests.factories.guard import HOUR, MINUTE, NOW, SHIPPED, clocks, decided, person, values

STAFF = ROLES[:3]

PEOPLE = st.builds(
    lambda name, roles, team, days, left, on_shift, engaged: person(
        name, *roles, team=team, engagement_days=days, engagement_days_left=left, on_shift=on_shift, engaged=engaged
    ),
    st.sampled_from("abcdefgh"),
    st.sets(st.sampled_from(STAFF), min_size=1),
    st.sampled_from(["North", "South", "East"]),
    st.sampled_from([0, 13, 14, 400]),
    st.sampled_from([0, 13, 14, 400]),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([True, True, True, False]),
)
CROWDS = st.lists(PEOPLE, max_size=6, unique_by=lambda one: one.id)


def requests(kinds: Collection[str], tiers: Sequence[str]) -> st.SearchStrategy[Asked]:
    """Return requests of these kinds on subjects of these tiers."""
    return st.builds(
        lambda kind, tier, reason, evidence, changed: Asked(
            kind=kind, values=values(tier, reason=reason, **changed), reason=reason, evidence=evidence
        ),
        st.sampled_from(sorted(kinds)),
        st.sampled_from(tiers),
        st.sampled_from(["", "spam", "terrorism"]),
        st.booleans(),
        st.fixed_dictionaries(
            {
                "restored_lately": st.booleans(),
                "duration_minutes": st.sampled_from([0, 1, 15, 16]),
                "brief_freezes_today": st.sampled_from([0, 1]),
                "urgent_posts_today": st.sampled_from([0, 1, 2]),
                "hidden_as_grave": st.booleans(),
                "set_end_passed": st.booleans(),
                "subject_kind": st.sampled_from(["account", "statement"]),
            }
        ),
    )


REQUESTS = requests(KINDS, TIERS)
#: What would silence somebody who is protected.
GRAVE = requests(SILENCING, [tier for tier in TIERS if tier != "ordinary"])

_WHENS = st.sampled_from(["true", "protected", "tier == 'critical'", "not restored_lately", "reason == 'spam'"])
_NEEDS = st.sampled_from(["on shift", "evidence", "reason", "engagement_days >= 14", "engagement_days_left >= 14"])


def _need(text: str) -> Need:
    personal = text.startswith("engagement")
    return Need(text=text, term=parse(text, PERSON_NAMES, key="needs") if personal else None)


RULES = st.builds(
    lambda kinds, when, propose, approve, needs, hold, within: Rule(
        id="added",
        kinds=frozenset(kinds),
        when=parse(when, SUBJECT_NAMES, key="when"),
        when_text=when,
        propose=tuple(propose),
        approve=tuple(approve),
        needs=tuple(_need(need) for need in needs),
        hold=hold,
        approve_within=HOUR,
        execute_within=within,
    ),
    st.sets(st.sampled_from(sorted(KINDS)), min_size=1),
    _WHENS,
    st.sets(st.sampled_from(STAFF), max_size=3),
    st.lists(
        st.builds(
            Clause, n=st.integers(1, 2), roles=st.sets(st.sampled_from(STAFF), min_size=1).map(tuple),
            other=st.sampled_from(["", "team"]),
        ),
        max_size=2,
    ),
    st.sets(_NEEDS, max_size=2),
    st.sampled_from([0, 5 * MINUTE, HOUR]),
    st.sampled_from([0, 30 * MINUTE]),
)  # fmt: skip
EXTRAS = st.lists(
    st.builds(
        Extra, because=st.sampled_from(["veto", "notices"]), outside=st.frozensets(st.sampled_from("abc"), max_size=2)
    ),
    max_size=2,
)
TIMES = st.builds(
    lambda held_from, notices, execute_by: clocks(held_from=held_from, notices=notices, execute_by=execute_by),
    st.sampled_from([None, NOW - HOUR]),
    st.sampled_from(["accepted", "accepted", "pending"]),
    st.sampled_from([NOW - 1, NOW + HOUR, NOW + HOUR]),
)


@given(REQUESTS, PEOPLE, CROWDS, RULES, EXTRAS, TIMES)
def test_adding_a_rule_never_clears_an_order(what, proposer, crowd, rule, extras, at) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # drawn
    assume(plan(SHIPPED, what.kind, what.values) is not None)
    wider = replace(SHIPPED, rules=(*SHIPPED.rules, rule))
    before = decided(what, proposer, *crowd, extras=extras, at=at)
    after = decided(what, proposer, *crowd, extras=extras, at=at, book=wider)
    assert not isinstance(after, Cleared) or isinstance(before, Cleared)
    assert not isinstance(after, Held) or isinstance(before, Cleared | Held)


@given(REQUESTS, PEOPLE, CROWDS, PEOPLE, EXTRAS, TIMES)
def test_one_approver_more_never_stops_a_cleared_order(what, proposer, crowd, one_more, extras, at) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # drawn
    assume(all(one.id != one_more.id for one in crowd))
    before = decided(what, proposer, *crowd, extras=extras, at=at)
    after = decided(what, proposer, *crowd, one_more, extras=extras, at=at)
    assert isinstance(after, type(before)) or not isinstance(before, Cleared | Held)


@pytest.mark.promise(2)
@given(REQUESTS, PEOPLE, CROWDS, RULES, EXTRAS, TIMES)
def test_nobody_fills_two_places_and_the_proposer_none(what, proposer, crowd, rule, extras, at) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # drawn
    book = replace(SHIPPED, rules=(*SHIPPED.rules, rule))
    filled = [who for who in decided(what, proposer, *crowd, extras=extras, at=at, book=book).filled if who]
    assert len(set(filled)) == len(filled)
    assert proposer.id not in filled


@pytest.mark.promise(1)
@given(GRAVE, PEOPLE, EXTRAS, TIMES)
def test_alone_nobody_silences_the_protected_but_by_break_glass(what, proposer, extras, at) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # drawn
    verdict = decided(what, proposer, proposer, extras=extras, at=at)
    if isinstance(verdict, Cleared | Held):
        assert verdict.plan is not None
        assert {"freeze-brief", "post-urgent"} & set(verdict.plan.rules)
        assert (proposer.on_shift, what.values["restored_lately"]) == (True, False)


@given(REQUESTS, PEOPLE, CROWDS, EXTRAS, TIMES)
def test_an_order_nobody_is_missing_from_has_every_place_filled_and_no_other_has(
    what: Asked, proposer: Person, crowd: list[Person], extras: list[Extra], at: object
) -> None:
    verdict = decided(what, proposer, *crowd, extras=extras, at=at)  # type: ignore[arg-type]  # drawn
    if verdict.plan is not None:
        assert len(verdict.filled) == len(verdict.plan.places)
    if isinstance(verdict, Cleared | Held):
        assert None not in verdict.filled


def test_the_shipped_rulebook_is_what_the_properties_are_tried_on() -> None:
    assert isinstance(SHIPPED, Rulebook)
    assert {kind for rule in SHIPPED.rules for kind in rule.kinds} == KINDS
