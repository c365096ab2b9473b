"""The picture's arithmetic: one clock, cut where nothing happens; words that never lie over each other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gardefou.clock import HOUR, MINUTE
from gardefou.incidents import picture
from gardefou.incidents.picture import LaneIn, Mark, Span
from gardefou.incidents.scale import scale

INSTANTS = st.lists(st.integers(min_value=0, max_value=10**13), min_size=1, max_size=40)


@given(INSTANTS)
def test_clock_never_runs_backwards_and_stays_within_the_picture(instants: list[int]) -> None:
    clock = scale(instants)
    placed = [clock(at) for at in sorted(set(instants))]
    assert all(left < right for left, right in pairwise(placed))
    assert all(0 <= x <= 100 for x in placed)


def test_what_is_short_stands_to_scale_and_what_is_long_is_cut() -> None:
    clock = scale([0, 4 * MINUTE, 10 * MINUTE, 9 * HOUR], reference=10 * MINUTE)
    assert abs((clock(4 * MINUTE) - clock(0)) * 6 - (clock(10 * MINUTE) - clock(4 * MINUTE)) * 4) < 0.01
    assert len(clock.cuts) == 1
    assert clock(10 * MINUTE) < clock.cuts[0] < clock(9 * HOUR)


@given(INSTANTS)
def test_words_above_the_line_never_lie_over_each_other(instants: list[int]) -> None:
    clock = scale(instants)
    lane = LaneIn(title="", detail="", marks=[Mark(at=at, title="Twelve chars", detail="and more") for at in instants])
    drawn = picture.draw([lane], clock, ticks=[], day="").lanes[0]
    width = 12 * 6.9 / 8
    rows: dict[int, list[float]] = {}
    for one in drawn.words:
        rows.setdefault(one.y, []).append(one.x if one.anchor == "start" else one.x - width)
    for starts in rows.values():
        assert all(right - left >= width - 0.5 for left, right in pairwise(sorted(starts)))


def test_rail_stands_only_where_the_page_is_up() -> None:
    clock = scale([0, 10, 20, 30])
    lane = LaneIn(title="", detail="", marks=[], dark=[Span(since=10, until=20)])
    drawn = picture.draw([lane], clock, ticks=[], day="").lanes[0]
    assert [(box.x, round(box.end, 3)) for box in drawn.stands] == [(0.0, clock(10)), (clock(20), 99.5)]
