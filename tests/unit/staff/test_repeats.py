"""What repeats is followed as another program follows it, and never for longer than anybody waits."""

from datetime import date, datetime, time, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.prop import vRecur

from gardefou.staff.rota.repeats import MOST_DAYS, TooLongError, Walk, days, rule_of
from gardefou.staff.rota.rows import RotaError

NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST, LAST = date(2024, 1, 31), date(2030, 12, 31)


def some(low: int, high: int) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high).filter(bool)
    return st.lists(numbers, min_size=1, max_size=4, unique=True).map(lambda found: ",".join(map(str, found)))


WEEKDAYS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).map(",".join)
#: `2MO,-1FR`; each with a number, since the other program takes a list of both for those that are both.
NUMBERED = st.lists(
    st.builds("{}{}".format, st.integers(-5, 5).filter(bool), st.sampled_from(NAMES)), min_size=1, max_size=3
).map(",".join)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Return a rule as calendars have them, or as somebody has thought them out."""
    every = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = {"FREQ": every, "INTERVAL": str(draw(st.integers(1, 5)))}
    if draw(st.booleans()):
        parts["BYMONTH"] = draw(some(1, 12))
    if every in ("MONTHLY", "YEARLY"):
        by = draw(st.sampled_from(("", "BYMONTHDAY", "BYDAY", "NUMBERED")))
        if by == "BYMONTHDAY":
            parts[by] = draw(some(-31, 31))
        elif by:
            parts["BYDAY"] = draw(WEEKDAYS if by == "BYDAY" else NUMBERED)
        if by and draw(st.booleans()):
            parts["BYSETPOS"] = draw(some(-4, 4))
    elif draw(st.booleans()):
        parts["BYDAY"] = draw(WEEKDAYS)
    if every == "WEEKLY":
        parts["WKST"] = draw(st.sampled_from(NAMES))
    return ";".join(f"{name}={value}" for name, value in parts.items())


def ours(text: str, first: date, since: date = FIRST, last: date = LAST) -> list[date]:
    return list(days(rule_of(vRecur.from_ical(text), first), first=first, since=since, last=last, walk=Walk()))


def theirs(text: str, first: date) -> list[date]:
    # Its own end keeps the other program from walking on once it has yielded what lies after.
    walked = rrulestr(f"{text};UNTIL={LAST + timedelta(days=1):%Y%m%d}", dtstart=datetime.combine(first, time()))
    return [at.date() for at in takewhile(lambda at: at.date() <= LAST, walked)]


@settings(max_examples=40, deadline=None)
@given(text=rules(), later=st.integers(0, 800))
def test_a_rule_is_followed_as_another_program_follows_it(text: str, later: int) -> None:
    first = FIRST + timedelta(days=later)
    try:
        # One that never comes true would be walked there for seconds; it is tried below.
        expected = theirs(text, first) if ours(text, first) else []
    except RotaError:
        raise AssertionError(text) from None
    assert ours(text, first) == expected
    # From the middle on it is the same rule.
    middle = date(2027, 3, 14)
    assert ours(text, first, since=middle) == [day for day in expected if day >= middle]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", ["2026-05-11", "2027-05-17"]),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", ["2026-12-28", "2027-12-27"]),
        ("FREQ=YEARLY;BYYEARDAY=1,-1", ["2026-12-31", "2027-01-01", "2027-12-31"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["2026-05-18", "2027-05-17"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;BYMONTH=2", ["2026-02-24", "2027-02-23"]),
        # A list of both kinds is the one and the other.
        ("FREQ=MONTHLY;BYDAY=1MO,FR;BYMONTH=2;INTERVAL=12", []),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR;BYMONTH=1;INTERVAL=12", ["2027-01-04", "2027-01-29"]),
    ],
)
def test_rules_of_weeks_and_days_of_a_year(text: str, expected: list[str]) -> None:
    found = ours(text, date(2026, 1, 31), last=date(2027, 12, 31))
    assert [day.isoformat() for day in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYHOUR=1",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=MONTHLY;BYWEEKNO=2",
        "FREQ=YEARLY;BYWEEKNO=2;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=2;WKST=SU",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=YEARLY;BYMONTH=5L",
    ],
)
def test_a_rule_that_no_rota_has_is_refused(text: str) -> None:
    with pytest.raises(RotaError, match="is not read here"):
        rule_of(vRecur.from_ical(text), FIRST)
    with pytest.raises(RotaError, match="RRULE is not read here"):
        rule_of([vRecur.from_ical("FREQ=DAILY")], FIRST)


@pytest.mark.parametrize("every", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_a_rule_that_never_comes_true_ends(every: str) -> None:
    assert ours(f"FREQ={every};BYMONTH=2;BYMONTHDAY=30", FIRST) == []
    assert ours(f"FREQ={every};INTERVAL={10**9};BYMONTH=2;BYMONTHDAY=30", FIRST) == []


def test_all_rules_of_a_file_together_are_followed_through_so_many_days() -> None:
    walk, rule = Walk(), rule_of(vRecur.from_ical("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), FIRST)
    once = (LAST - FIRST).days + 1
    for _time in range(MOST_DAYS // once):
        assert list(days(rule, first=FIRST, since=FIRST, last=LAST, walk=walk)) == []
    with pytest.raises(TooLongError, match="too long"):
        list(days(rule, first=FIRST, since=FIRST, last=LAST, walk=walk))
