"""The week as a picture: its gaps where they are, in words and in boxes."""

from gardefou.clock import DAY, HOUR, SimulatedClock
from gardefou.desk.week_view import drawn
from gardefou.guard.rules import Place
from gardefou.safeguards.week import SEEN, Gap


def test_gaps_stand_where_the_week_has_them_and_never_beyond_its_end(clock: SimulatedClock) -> None:
    now = clock.now()
    missing = (Place(role="reviewer"),)
    edges = ((now, now + 12 * HOUR), (now + 3 * DAY, now + 3 * DAY + 1), (now + 6 * DAY, now + SEEN))
    found = [Gap(rules=("a", "b"), starts=starts, ends=ends, missing=missing) for starts, ends in edges]
    card = drawn(found, now)
    (row,) = card.rows
    assert row.boxes == ((0.0, 7.14), (42.86, 0.4), (85.71, 14.29))
    assert [when for _rules, when, _needs in card.said] == [
        "from now to Fri 3 Nov, 07:00 UTC",
        "from Sun 5 Nov, 19:00 to Sun 5 Nov, 19:00 UTC",
        "from Wed 8 Nov, 19:00 UTC on",
    ]
    assert [name for _x, name in card.days][:2] == ["Fri 3", "Sat 4"]
