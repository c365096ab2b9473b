"""Distinct people to places (promise 2)."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.guard.facts import ROLES, Machine, Person
from gardefou.guard.match import Slot, fill
from tests.factories.guard import person

REVIEWER = Slot(roles=("reviewer",))
MANAGER = Slot(roles=("duty manager",))
OTHER_TEAM = Slot(roles=("duty manager",), other="team")
PROPOSER = person("p")


@pytest.mark.promise(2)
def test_one_person_with_two_roles_fills_one_place() -> None:
    both = person("1", "reviewer", "duty manager")
    assert sum(who is not None for who in fill([REVIEWER, MANAGER], [both], PROPOSER)) == 1
    assert fill([REVIEWER, MANAGER], [both, person("2")], PROPOSER) == ("2", "1")


@pytest.mark.promise(2)
def test_one_person_listed_twice_counts_once() -> None:
    assert fill([REVIEWER, REVIEWER], [person("1"), person("1")], PROPOSER) == ("1", None)
    assert fill([REVIEWER, REVIEWER], [person("1"), person("2")], PROPOSER) == ("1", "2")


@pytest.mark.promise(2)
def test_the_proposer_never_counts() -> None:
    assert fill([REVIEWER], [PROPOSER], PROPOSER) == (None,)
    assert fill([REVIEWER], [PROPOSER], person("q")) == ("p",)


def test_someone_outside_is_someone_else() -> None:
    again = Slot(roles=("reviewer",), outside=frozenset({"1"}))
    assert fill([again], [person("1")], PROPOSER) == (None,)
    assert fill([again], [person("2")], PROPOSER) == ("2",)


@pytest.mark.promise(2)
def test_another_team_differs_from_the_proposer_and_from_every_other_approver() -> None:
    north, south = person("1", team="North"), person("2", team="South")
    manager = person("3", "duty manager", team="South")
    assert fill([REVIEWER, OTHER_TEAM], [north, manager], PROPOSER) == ("1", "3")
    assert None in fill([REVIEWER, OTHER_TEAM], [south, manager], PROPOSER)
    assert fill([REVIEWER, OTHER_TEAM], [south, manager, north], PROPOSER) == ("1", "3")
    assert fill([OTHER_TEAM], [person("4", "duty manager", team="North")], PROPOSER) == (None,)
    assert fill([OTHER_TEAM], [manager], Machine(name="clock")) == ("3",)


def test_an_unknown_team_is_not_another_team() -> None:
    assert fill([OTHER_TEAM], [person("3", "duty manager", team="")], PROPOSER) == (None,)
    assert fill([OTHER_TEAM], [person("3", "duty manager", team="South")], PROPOSER) == ("3",)


def test_another_employer_is_compared_by_employer() -> None:
    slot = Slot(roles=("reviewer",), other="employer")
    assert fill([slot], [person("1", team="South")], PROPOSER) == (None,)
    assert fill([slot], [person("1", employer="agency")], PROPOSER) == ("1",)


_PEOPLE = st.lists(
    st.builds(
        lambda name, roles, team: person(name, *roles, team=team),
        st.sampled_from("abcdefp"),
        st.sets(st.sampled_from(ROLES[:3]), min_size=1),
        st.sampled_from(["North", "South", "East", ""]),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)
_SLOTS = st.lists(
    st.builds(
        Slot,
        roles=st.sets(st.sampled_from(ROLES[:3]), min_size=1).map(tuple),
        other=st.sampled_from(["", "", "team"]),
        outside=st.frozensets(st.sampled_from("abc"), max_size=1),
    ),
    max_size=4,
)


def allowed(slots: list[Slot], chosen: tuple[Person | None, ...]) -> bool:
    """The plainest statement of what a matching must be."""
    here = [one for one in chosen if one is not None]
    if len({one.id for one in here}) != len(here) or any(one.id == PROPOSER.id for one in here):
        return False
    for slot, one in zip(slots, chosen, strict=True):
        if one is None:
            continue
        if not one.roles & set(slot.roles) or one.id in slot.outside:
            return False
        others = [other for other in here if other.id != one.id]
        if slot.other and any("" in {one.team, o.team} or one.team == o.team for o in [PROPOSER, *others]):
            return False
    return True


@pytest.mark.promise(2)
@given(_SLOTS, _PEOPLE)
def test_as_many_places_are_filled_as_could_be_and_always_lawfully(slots: list[Slot], people: list[Person]) -> None:
    filled = fill(slots, people, PROPOSER)
    by_id = {one.id: one for one in people}
    assert allowed(slots, tuple(by_id[who] if who else None for who in filled))
    seats: list[Person | None] = [*people, *[None] * len(slots)]
    ways = (way for way in permutations(seats, len(slots)) if allowed(slots, way))
    assert sum(who is not None for who in filled) == max(sum(one is not None for one in way) for way in ways)
