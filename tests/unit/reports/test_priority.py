"""How reporters are weighed and a case's place is reckoned: the arithmetic that docs/priority.md tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardefou.clock import DAY, HOUR, MINUTE
from gardefou.reports.priority import (
    FRESH,
    Known,
    Weighed,
    minutes_for_reach,
    minutes_for_reporters,
    rank_at,
    weighed,
    weight_of,
)

NOW = 1_509_649_200_000_000
COUNTS = st.integers(min_value=0, max_value=10_000)
WEIGHED = st.builds(
    Weighed,
    reporters=COUNTS,
    newcomers=COUNTS,
    proven=COUNTS,
    proven_weight=st.integers(min_value=0, max_value=10_000_000),
    others_weight=st.integers(min_value=0, max_value=10_000_000),
    right_before=COUNTS,
    wrong_before=COUNTS,
)


def known(right: int, wrong: int, *, ago: int = DAY) -> Known:
    return Known(right + wrong + 1, right, wrong, NOW - ago if right + wrong else None)


@pytest.mark.promise(18)
@pytest.mark.parametrize(
    ("right", "wrong", "weight"),
    [
        (0, 0, 100),
        (1, 0, 250),
        (3, 0, 437),
        (4, 0, 500),
        (16, 0, 785),
        (5, 1, 500),
        (9, 9, 413),
        (0, 1, 83),
        (0, 45, 10),
    ],
)
def test_one_weighs_by_how_often_they_were_right_as_far_as_that_is_known(right: int, wrong: int, weight: int) -> None:
    """(right + ½) of (decided + 5): whom nobody knows weighs a tenth, and one case upheld makes nobody reliable."""
    assert weight_of(known(right, wrong), NOW) == weight


def test_what_was_decided_more_than_a_year_ago_counts_half() -> None:
    assert weight_of(known(8, 0, ago=FRESH), NOW) == 653
    assert weight_of(known(8, 0, ago=FRESH + 1), NOW) == weight_of(known(4, 0), NOW) == 500


def test_who_is_usually_right_is_counted_apart_and_a_machine_never_is() -> None:
    those = [
        ("member:1", known(4, 0), False),
        ("visitor:x", known(0, 0), True),
        ("machine:importer", known(90, 0), False),
    ]
    assert weighed(those, NOW) == Weighed(
        reporters=3,
        newcomers=1,
        proven=1,
        proven_weight=500,
        others_weight=100 + 952,
        right_before=94,
        wrong_before=0,
    )


@pytest.mark.promise(18)
@given(st.integers(min_value=0, max_value=10_000_000))
def test_any_number_of_others_count_as_one_reporter_who_gives_no_head_start(others: int) -> None:
    who = Weighed(reporters=others, others_weight=100 * others)
    assert who.weight <= 1_000
    assert rank_at(due_at=NOW, who=who, reach=0) == NOW


@pytest.mark.parametrize(
    ("weight", "minutes"), [(0, 0), (1_000, 0), (1_500, 17), (2_000, 30), (4_000, 60), (16_000, 120), (10**9, 120)]
)
def test_reporters_give_half_an_hour_for_each_doubling_and_two_hours_at_most(weight: int, minutes: int) -> None:
    assert minutes_for_reporters(weight) == minutes


@pytest.mark.parametrize(
    ("followers", "minutes"),
    [(0, 0), (1_000, 0), (1_100, 0), (10_000, 15), (12_000, 16), (41_700_000, 69), (10**12, 75)],
)
def test_reach_gives_a_quarter_of_an_hour_for_each_power_of_ten_beyond_a_thousand(followers: int, minutes: int) -> None:
    assert minutes_for_reach(followers) == minutes


@pytest.mark.promise(18)
@given(WEIGHED, WEIGHED, st.integers(0, 10**8), st.integers(0, 10**8))
def test_whatever_comes_never_moves_a_case_back_nor_by_more_than_the_most(
    who: Weighed, more: Weighed, reach: int, wider: int
) -> None:
    before = rank_at(due_at=NOW, who=who, reach=reach)
    after = rank_at(due_at=NOW, who=who + more, reach=reach + wider)
    assert after <= before <= NOW
    assert NOW - after <= 3 * HOUR + 15 * MINUTE


@given(COUNTS, COUNTS, st.integers(min_value=0, max_value=10 * FRESH))
def test_being_right_once_more_never_weighs_less_and_wrong_once_more_never_weighs_more(
    right: int, wrong: int, ago: int
) -> None:
    weight = weight_of(known(right, wrong, ago=ago), NOW)
    assert weight_of(known(right + 1, wrong, ago=ago), NOW) >= min(weight, 1_000 - 1)
    if right + wrong:
        assert weight_of(known(right, wrong + 1, ago=ago), NOW) <= weight
    assert 0 <= weight < 1_000
