"""Who keeps a place among the words that are watched, against counting all of them exactly."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as some

from gardefou.reports.heaviest import Place, heaviest

PLACES = 4
batches = some.lists(some.dictionaries(some.integers(0, 14), some.integers(1, 60), max_size=9), max_size=30)


def watched(came: list[dict[int, int]], held: Mapping[int, Place] | None = None) -> dict[int, Place]:
    """Return who has a place after so many came at a time."""
    places = dict(held or {})
    for number, each in enumerate(came):
        places = heaviest(places, each, after=number, places=PLACES)
    return places


@given(batches)
def test_whatever_is_frequent_enough_has_a_place_and_weighs_what_it_was_counted_but_for_its_error(
    came: list[dict[int, int]],
) -> None:
    exact = sum((Counter(each) for each in came), Counter[int]())
    places, number = watched(came), exact.total()
    lightest = min((one.weight for one in places.values()), default=0) if len(places) == PLACES else 0
    assert len(places) <= PLACES
    assert sum(one.weight for one in places.values()) <= number
    assert lightest * PLACES <= number
    assert {one for one, often in exact.items() if often * PLACES > number} <= set(places)
    assert {one for one, often in exact.items() if often > lightest} <= set(places)
    assert all(one.weight - one.error <= exact[words] <= one.weight for words, one in places.items())


@given(batches)
def test_in_which_order_some_are_counted_at_once_makes_no_difference(came: list[dict[int, int]]) -> None:
    assert watched([dict(reversed(each.items())) for each in came]) == watched(came)


def test_those_that_came_first_keep_no_place_for_it() -> None:
    first = watched([dict.fromkeys(range(PLACES), 10)])
    assert set(first) == set(range(PLACES))
    later = watched([{77: 900}], first)
    assert (later[77].weight, later[77].error) == (910, 10)
    assert len(later) == PLACES


def test_a_place_of_which_no_weight_is_known_is_the_first_to_be_given_up() -> None:
    old = dict.fromkeys(range(PLACES), Place(after=7))
    now = watched([{0: 30, 77: 10, 78: 20}], old)
    assert now[0] == Place(after=7, weight=30)
    assert (now[77], now[78]) == (Place(after=0, weight=10), Place(after=0, weight=20))


def test_whoever_has_a_place_is_counted_from_where_it_got_it() -> None:
    assert watched([{1: 10}, {2: 10}, {1: 10}]) == {
        1: Place(after=0, weight=20),
        2: Place(after=1, weight=10),
    }
