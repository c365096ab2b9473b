"""A burst is many reports in a short time that are alike; an ordinary day is none, nor are many honest people."""

from math import exp, factorial
from random import Random

import pytest

from gardefou.clock import MINUTE
from gardefou.reports.bursts import LEAST_ALIKE, find_bursts
from gardefou.reports.same_words import same_words
from gardefou.reports.sums import Minute

DAY = 24 * 60


def minute(reports: int, *, young: int = 0, same: int = 0, alike: int | None = None) -> Minute:
    return Minute(reports=reports, young=young, same=same, alike=max(young, same) if alike is None else alike)


def quiet(rate: float, minutes: int, seed: int) -> dict[int, Minute]:
    """Return minutes to which reports come independently of each other, so many in each in the mean."""
    chance, found = Random(seed), {}  # noqa: S311  # reports, not secrets
    for place in range(minutes):
        left, came, tail = chance.random(), 0, exp(-rate)
        while left > tail and came < 60:
            left, came = left - tail, came + 1
            tail = exp(-rate) * rate**came / factorial(came)
        if came:
            found[place] = minute(came)
    return found


@pytest.mark.promise(18)
def test_an_organised_storm_is_found_with_its_numbers() -> None:
    minutes = quiet(0.02, DAY, 1) | {DAY + place: minute(530, young=510, same=430, alike=525) for place in range(9)}
    (found,) = find_bursts(minutes)
    assert (found.since, found.until) == (DAY * MINUTE, (DAY + 9) * MINUTE)
    assert (found.reports, found.young, found.same, found.alike) == (4_770, 4_590, 3_870, 4_725)
    assert found.usual < 0.03


@pytest.mark.promise(18)
@pytest.mark.parametrize("rate", [0.02, 0.2, 1.0, 5.0, 20.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_day_on_which_people_report_as_usual_is_a_burst(rate: float, seed: int) -> None:
    """Not even where all of them are new: what is usual is usual."""
    minutes = {at: minute(one.reports, young=one.reports) for at, one in quiet(rate, 3 * DAY, seed).items()}
    warm = {at: one for at, one in minutes.items() if at >= DAY}
    busy = [one for one in find_bursts(minutes) if one.since >= DAY * MINUTE]
    assert busy == []
    assert warm


@pytest.mark.promise(18)
def test_many_honest_people_at_once_are_no_burst() -> None:
    """Five thousand in an hour after something was said: two in a hundred are new, and each has words of their own."""
    minutes = quiet(0.1, DAY, 3) | {DAY + place: minute(83, young=2, same=1, alike=3) for place in range(60)}
    assert find_bursts(minutes) == ()


def test_a_few_alike_are_no_burst_and_one_more_is() -> None:
    below = {0: minute(LEAST_ALIKE - 1, same=LEAST_ALIKE - 1)}
    assert find_bursts(below) == ()
    assert len(find_bursts({0: minute(LEAST_ALIKE, same=LEAST_ALIKE)})) == 1


def test_half_of_them_must_be_alike() -> None:
    assert find_bursts({0: minute(201, same=100)}) == ()
    assert len(find_bursts({0: minute(200, same=100)})) == 1


def test_a_pause_of_five_minutes_is_bridged_and_a_longer_one_parts_two_bursts() -> None:
    loud = minute(100, young=100)
    assert len(find_bursts({0: loud, 6: loud})) == 1
    found = find_bursts({0: loud, 7: loud})
    assert [one.since for one in found] == [7 * MINUTE, 0]


def test_a_burst_does_not_make_the_next_one_usual() -> None:
    loud = minute(100, young=100)
    first, second = dict.fromkeys(range(60), loud), dict.fromkeys(range(120, 180), loud)
    assert len(find_bursts(first | second)) == 2


@pytest.mark.parametrize(
    "other",
    [
        "THIS ACCOUNT must go now -- report it, and pass it on (17)",
        "this account must go now. report it and pass it on 🔥🔥",
        "This ac\u00adcount must g\u200bo now. Re.port it and pass it o8n!",
        "Thís  accòunt\nmust go now… Report it; and pass it on!!!",
    ],
)
def test_the_same_words_are_the_same_however_they_are_set(other: str) -> None:
    assert same_words(other) == same_words("This account must go now. Report it and pass it on!")


def test_other_words_are_others_and_few_letters_are_none() -> None:
    assert same_words("This account must go now. Report it and pass it on!") != same_words(
        "This account must stay here"
    )
    assert [same_words(text) for text in ("", "spam", "12345 67890 12345 67890", "!!! ??? … ———————————")] == [None] * 4
    assert same_words("这个账号应该关闭了吧") is not None


def test_a_storm_has_its_quieter_edges_and_not_what_is_unlike_beside_it() -> None:
    loud, thin, other = minute(100, young=100), minute(3, young=2), minute(3)
    (found,) = find_bursts({0: other, 1: thin, 4: loud, 5: loud, 9: thin, 10: other, 12: thin, 30: thin})
    assert (found.since, found.until, found.reports) == (MINUTE, 13 * MINUTE, 212)
