"""Files that no program writes: each is answered in words, and none takes longer than somebody waits for a page."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gardefou.clock import from_iso
from gardefou.staff.rota.reading import LONGEST, read_rota
from gardefou.staff.rota.repeats import TooLongError
from gardefou.staff.rota.rows import MOST, RotaError, Rows
from gardefou.staff.rota.sifted import MOST_ATTENDEES

NOW = from_iso("2017-11-02T12:00:00Z")
#: Seconds of processor time for a megabyte of anything; a slow machine has twice what one should take.
PATIENCE = 4.0
NEVER = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
AT = "DTSTART:20171103T000000Z"


def calendar(*lines: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", "")).encode("utf-8", "replace")


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", "SUMMARY:a", *lines, "END:VEVENT")


def read(content: bytes, name: str = "r.ics", zone: str = "UTC") -> Rows:
    return read_rota(name, content, zone=zone, now=NOW)


def filled(*lines: str) -> bytes:
    """Return a megabyte of one event, again and again."""
    return _full(lambda count: calendar(*(event(*lines) * count)))


def one(line: str, *more: str) -> bytes:
    """Return a megabyte of one line of one event, again and again."""
    return _full(lambda count: calendar(*event(*more, *([line] * count))))


def long(before: str, again: str, after: str = "") -> bytes:
    """Return one event with a line of a megabyte."""
    return _full(lambda count: calendar(*event(AT, "DURATION:PT1H", before + again * count + after)))


def _full(made: Callable[[int], bytes]) -> bytes:
    each = len(made(2)) - len(made(1))
    return made((LONGEST - len(made(0))) // each)


MEGABYTES = {
    "a rule that never comes true": filled(AT, "DURATION:PT1H", NEVER),
    "a long rule that never comes true": filled(
        AT, "DURATION:PT1H", NEVER + ";BYDAY=MO;BYYEARDAY=366;BYSETPOS=1,2,3,4,5,6,7,8,9"
    ),
    "one that counts from long ago": filled("DTSTART:20000101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=9999"),
    "monthly rules": filled(AT, "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=-5MO;BYSETPOS=-1"),
    "daily, all attend": one("ATTENDEE:a", AT, "DURATION:PT1H", "RRULE:FREQ=DAILY"),
    "daily for each": filled(AT, "DURATION:PT1H", "RRULE:FREQ=DAILY"),
    "events": filled(),
    "shifts": filled(AT, "DURATION:PT1H"),
    "nested": _full(lambda count: calendar(*("BEGIN:VEVENT",) * count, *("END:VEVENT",) * count)),
    "zones nobody knows": filled("DTSTART;TZID=No/Where:20171103T000000", "DURATION:PT1H"),
    "paths for zones": filled("DTSTART;TZID=" + "/a" * 150 + ":20171103T000000", "DURATION:PT1H"),
    "a path for a zone": long("DTSTART;TZID=", "/a", ":20171103T000000"),
    "short lines": one("A:"),
    "short lines outside": _full(lambda count: calendar(*["A:"] * count)),
    "empty lines": _full(lambda count: b"\n" * count),
    "folds": long("ATTENDEE:", "\r\n a"),
    "exceptions": one("EXDATE:" + ",".join(["20171103T000000"] * 400), AT, "DURATION:PT1H", "RRULE:FREQ=DAILY"),
    "a list in a rule": long("RRULE:FREQ=DAILY;BYMONTHDAY=", "1,", "1"),
    "lists in rules": filled(AT, "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTHDAY=" + "1," * 300 + "1"),
    "places in rules": filled(AT, "DURATION:PT1H", NEVER + ";BYSETPOS=" + ",".join(map(str, range(1, 366)))),
    "parameters": long("ATTENDEE", ";A=1", ":a"),
    "quotes": long("ATTENDEE;A=", '"', ":a"),
    "semicolons": long("DTSTART", ";", ":a"),
    "backslashes": long("SUMMARY:", "\\"),
    "digits": long("RRULE:FREQ=DAILY;COUNT=", "9"),
    "a length": long("DURATION:P", "9", "D"),
    "no line": b"a" * LONGEST,
    "colons": b":" * LONGEST,
}
TABLES = {
    "short lines": "a,b,c\n" * 150_000,
    "empty lines": "\n" * 990_000,
    "commas": "," * 990_000,
    "a long cell": "a," + "9" * 130_000 + ",2017\n",
    "zones": "a,2017-11-03T08:00,2017-11-03T09:00,No/Where\n" * 22_000,
    "quotes": '"' * 990_000,
}


def tried(content: bytes, name: str) -> float:
    began = time.process_time()
    try:
        found = read(content, name)
    except RotaError:
        pass
    else:
        assert len(found.wanted) <= MOST
    return time.process_time() - began


@pytest.mark.parametrize("what", sorted(MEGABYTES))
def test_a_megabyte_of_anything_is_answered_at_once(what: str) -> None:
    assert len(MEGABYTES[what]) <= LONGEST
    assert tried(MEGABYTES[what], "r.ics") < PATIENCE


@pytest.mark.parametrize("what", sorted(TABLES))
def test_a_megabyte_of_any_table_is_answered_at_once(what: str) -> None:
    assert tried(("person,starts,ends,zone\n" + TABLES[what]).encode(), "r.csv") < PATIENCE


def test_what_one_file_may_hold_is_said_in_words() -> None:
    everybody = [f"ATTENDEE:mailto:a{number}@example.org" for number in range(MOST_ATTENDEES)]
    assert len(read(calendar(*event(AT, "DURATION:PT1H", *everybody))).wanted) == MOST_ATTENDEES
    with pytest.raises(RotaError, match=f"event 1: more than {MOST_ATTENDEES} attend it"):
        read(calendar(*event(AT, "DURATION:PT1H", *everybody, "ATTENDEE:b")))
    with pytest.raises(RotaError, match=f"More than {MOST} shifts"):
        read(calendar(*event(AT, "DURATION:PT1H", *everybody, "RRULE:FREQ=DAILY")))
    with pytest.raises(RotaError, match=f"More than {MOST} events"):
        read(calendar(*event() * (MOST + 1)))
    with pytest.raises(TooLongError, match="takes too long to follow"):
        read(calendar(*event(AT, "DURATION:PT1H", NEVER) * 1000))
    assert read(calendar(*event(AT, "DURATION:PT1H", NEVER))).wanted == []
    with pytest.raises(RotaError, match="A line of more than"):
        read(calendar(*event(AT, "DURATION:PT1H", "ATTENDEE:" + "a" * 9_000)))


def test_what_a_rota_has_no_use_for_may_be_long() -> None:
    notes = [f"DESCRIPTION:{'x' * 20_000}", "BEGIN:VALARM", "TRIGGER:-PT5M", "ACTION:DISPLAY", "END:VALARM"]
    zone = ["BEGIN:VTIMEZONE", "TZID:W. Europe Standard Time", "BEGIN:STANDARD", "DTSTART:16010101T030000"]
    zone += ["TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE"]
    for name in ("Europe/Berlin", "W. Europe Standard Time", "/example.org/20171101/Europe/Berlin", '"Europe/Berlin"'):
        times = (f"DTSTART;TZID={name}:20171103T080000", f"DTEND;TZID={name}:20171103T160000")
        found = read(calendar(*zone, *event(*notes, *times)))
        assert found.faults == []
        assert [one.starts for one in found.wanted] == [from_iso("2017-11-03T07:00:00Z")]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("DTSTART;TZID=Asia/Tokyo:20171103T000000", "DTEND;TZID=Asia/Tokyo:99991231T235959", "RRULE:FREQ=DAILY"),
         "year"),
        ((AT, "DURATION:PT1H", "DURATION:PT1H"), "DURATION cannot be read"),
        ((AT, AT, "DURATION:PT1H"), "DTSTART cannot be read"),
        ((AT, "DURATION:P999999999D"), "year"),
        (("DTSTART;TZID=Asia/Tokyo:00010101T000000", "DTEND;TZID=America/New_York:99991231T235959"), "year"),
        (("DTSTART;TZID=" + "a" * 5000 + ":20171103T000000", "DURATION:PT1H"), "is no time zone"),
        (("DTSTART;TZID=localtime:20171103T000000", "DURATION:PT1H"), "localtime is no time zone"),
        (("DTSTART;TZID=posixrules:20171103T000000", "DURATION:PT1H"), "posixrules is no time zone"),
        (("DTSTART;TZID=Factory:20171103T000000", "DURATION:PT1H"), "Factory is no time zone"),
        (("DTSTART;TZID=../../etc/passwd:20171103T000000", "DURATION:PT1H"), "is no time zone"),
        ((AT, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=" + "9" * 5000), "RRULE cannot be read"),
        ((AT, "DURATION:PT1H", "RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY"), "RRULE"),
    ],
)  # fmt: skip
def test_an_event_that_is_no_shift_of_this_world_says_why(lines: tuple[str, ...], words: str) -> None:
    found = read(calendar(*event(*lines)))
    assert found.wanted == []
    assert words in found.faults[0].words


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "", "a" * 5000, "a\0b", "/etc/passwd"])
def test_a_zone_that_is_no_place_is_none(zone: str) -> None:
    found = read(f"person,starts,ends,zone\na,2017-11-03T08:00,2017-11-03T09:00,{zone}\n".encode(), "r.csv", "")
    assert found.wanted == []
    if zone:
        with pytest.raises(RotaError, match="no time zone"):
            read(b"", "r.csv", zone)


@pytest.mark.parametrize("until", ["99991231T235959Z", "00010101T000000Z", "00010101", "99991231T235959"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_rule_that_ends_in_the_first_year_or_the_last_is_followed_as_any_other(zone: str, until: str) -> None:
    found = read(
        calendar(*event(f"DTSTART;TZID={zone}:20171103T000000", "DURATION:PT1H", f"RRULE:FREQ=DAILY;UNTIL={until}"))
    )
    assert found.faults == []
    assert len(found.wanted) == (366 if until.startswith("9") else 0)


VALUES = st.sampled_from(
    [
        "20171103T000000Z", "20171103T000000", "20171103", "99991231T235959Z", "00010101T000000", "20180325T023000",
        "PT1H", "-PT1H", "P9999999999999999W", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO", "FREQ=YEARLY;INTERVAL=9000",
        "FREQ=DAILY;UNTIL=99991231T235959Z", "FREQ=DAILY;UNTIL=00010101", "FREQ=MONTHLY;BYDAY=5MO;BYSETPOS=-1",
        "FREQ=DAILY;COUNT=0", "FREQ=;", "FREQ=DAILY;BYMONTHDAY=", "FREQ=YEARLY;BYMONTH=5L", "20171103T000000Z/PT1H",
        "CANCELLED", "", "9" * 50, "mailto:a@example.org",
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    ["DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "EXRULE", "RECURRENCE-ID", "UID", "SUMMARY", "STATUS",
     "ATTENDEE", "BEGIN", "END", "X-A"]
)  # fmt: skip
PARAMETERS = st.sampled_from(
    ["", ";TZID=Europe/Paris", ";TZID=Pacific/Apia", ";TZID=No/Where", ';TZID="', ";VALUE=DATE", ";VALUE=PERIOD",
     ";VALUE=X", ";TZID=", ";tzid=a,b", ";TZID=UTC;TZID=UTC", ";X", "\\;TZID=a"]
)  # fmt: skip
LINES = st.builds("{}{}:{}".format, NAMES, PARAMETERS, VALUES | st.text(max_size=20))


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(LINES | st.text(max_size=30), max_size=8), zone=st.sampled_from(["", "UTC", "Asia/Tokyo"]))
def test_no_calendar_is_answered_by_anything_but_words(lines: list[str], zone: str) -> None:
    try:
        read(calendar(*event("DTSTART:20171103T000000Z", "DURATION:PT1H")[:-1], *lines, "END:VEVENT"), zone=zone)
        read(calendar(*event(*lines)), zone=zone)
    except RotaError:
        return


@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=200), name=st.sampled_from(["r.csv", "r.ics", "r.tsv", "r", ""]))
def test_no_bytes_are_answered_by_anything_but_words(content: bytes, name: str) -> None:
    for found in (content, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + content + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"):
        try:
            read(found, name)
        except RotaError:
            continue


CELLS = st.sampled_from(
    ["agent", "2017-11-03T08:00", "2017-11-03T08:00Z", "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "2017", "",
     "2017-11-03T08:00+23:59:59.999999", "Europe/Paris", "Factory", '"', "9" * 40, "24:00"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CELLS | st.text(max_size=20), max_size=6), max_size=5))
def test_no_table_is_answered_by_anything_but_words(rows: list[list[str]]) -> None:
    text = "person,starts,ends,zone\n" + "\n".join(",".join(row) for row in rows)
    try:
        read(text.encode("utf-8", "replace"), "r.csv")
    except RotaError:
        return
