"""Rotas as people keep them: offsets, zones, both edges of daylight saving, what repeats; a line for each slip."""

import pytest

from gardefou.clock import from_iso, to_iso
from gardefou.staff.rota.reading import read_rota
from gardefou.staff.rota.rows import RotaError, Rows

NOW = from_iso("2026-10-20T12:00:00Z")


def table(*lines: str, zone: str = "") -> Rows:
    return read_rota("r.csv", "\n".join(("person,starts,ends,zone", *lines)).encode(), zone=zone, now=NOW)


def calendar(*lines: str, zone: str = "", now: int = NOW) -> Rows:
    text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", *lines, "END:VCALENDAR", ""))
    return read_rota("r.ics", text.encode(), zone=zone, now=now)


def event(*lines: str, name: str = "Reviewer 1", uid: str = "1") -> tuple[str, ...]:
    return ("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{name}", *lines, "END:VEVENT")


def spans(rows: Rows) -> list[str]:
    assert rows.faults == []
    return [f"{to_iso(one.starts)}/{to_iso(one.ends)}" for one in rows.wanted]


def test_an_offset_a_zone_of_the_line_and_a_zone_of_the_file_all_say_when() -> None:
    rows = table(
        "Reviewer 1,2026-11-02T08:00+01:00,2026-11-02T16:00:00Z,",
        "Reviewer 2,2026-11-02 08:00,2026-11-02 16:00,America/New_York",
        "Reviewer 3,2026-11-02T08:00,2026-11-02T16:00,",
        zone="Europe/Paris",
    )
    assert spans(rows) == [
        "2026-11-02T07:00:00Z/2026-11-02T16:00:00Z",
        "2026-11-02T13:00:00Z/2026-11-02T21:00:00Z",
        "2026-11-02T07:00:00Z/2026-11-02T15:00:00Z",
    ]
    assert [one.told for one in rows.wanted] == [(), (), ()]


@pytest.mark.parametrize(
    ("starts", "ends", "span", "told"),
    [
        # Clocks go back: 02:30 comes twice, and the first is meant. Nine hours on the wall are ten.
        ("2026-10-25T02:30", "2026-10-25T08:00", "2026-10-25T00:30:00Z/2026-10-25T07:00:00Z", "comes twice"),
        ("2026-10-24T22:00", "2026-10-25T07:00", "2026-10-24T20:00:00Z/2026-10-25T06:00:00Z", ""),
        # Clocks go forward: 02:30 is skipped, and 03:30 is taken. Nine hours on the wall are eight.
        ("2027-03-28T02:30", "2027-03-28T08:00", "2027-03-28T01:30:00Z/2027-03-28T06:00:00Z", "taken as 03:30"),
        ("2027-03-27T22:00", "2027-03-28T07:00", "2027-03-27T21:00:00Z/2027-03-28T05:00:00Z", ""),
    ],
)
def test_both_edges_of_daylight_saving_are_decided_in_one_way_and_told(
    starts: str, ends: str, span: str, told: str
) -> None:
    rows = table(f"Reviewer 1,{starts},{ends},Europe/Paris")
    assert spans(rows) == [span]
    assert told in " ".join(rows.wanted[0].told)
    assert bool(told) is bool(rows.wanted[0].told)


def test_each_line_that_cannot_be_used_says_why() -> None:
    rows = table(
        ",2026-11-02T08:00Z,2026-11-02T16:00Z,",
        "A,tomorrow,2026-11-02T16:00Z,",
        "B,2026-11-02,2026-11-03,",
        "C,2026-11-02T08:00,2026-11-02T16:00,",
        "D,2026-11-02T08:00,2026-11-02T16:00,Mars/Olympus",
        "E,2026-11-02T16:00Z,2026-11-02T08:00Z,",
        "F,2027-03-28T02:30,2027-03-28T03:15,Europe/Paris",
        "G,2026-11-02T08:00,2026-11-02T16:00,../../etc/passwd",
    )
    assert rows.wanted == []
    found = [(fault.where, fault.words) for fault in rows.faults]
    assert [where for where, _ in found] == [f"line {number}" for number in range(2, 10)]
    for (_, words), expected in zip(
        found,
        [
            "names no person",
            "not a date and time",
            "no time of day",
            "no offset",
            "Mars/Olympus",
            "ends before it begins",
            "ends before it begins",
            "is no time zone",
        ],
        strict=True,
    ):
        assert expected in words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", b"who,when\n", "no column"),
        ("r.csv", b"", "no column"),
        ("r.csv", b"person,starts,ends\n\xff\xfe", "UTF-8"),
        ("r.csv", b'person,starts,ends\n"A,1', "no table"),
        ("r.ics", b"hello", "no iCalendar"),
        ("r.ics", b"", "no iCalendar"),
        ("r.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:A", "cut off"),
        ("r.ics", b"\xff\xfe\x00", "no iCalendar"),
        ("r.xlsx", b"", r"\.csv"),
        ("r.csv", b"x" * 1_000_001, "megabyte"),
    ],
)
def test_what_is_no_rota_is_refused_in_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(RotaError, match=words):
        read_rota(name, content, zone="", now=NOW)


def test_an_event_is_a_shift_of_each_who_attends_or_whom_its_summary_names() -> None:
    rows = calendar(
        *event("DTSTART:20261102T070000Z", "DTEND:20261102T150000Z"),
        *event(
            "DTSTART;TZID=Europe/Paris:20261102T080000",
            "DURATION:PT8H",
            "ATTENDEE:mailto:a@example.org",
            "ATTENDEE:mailto:b@example.org",
        ),
        *event("DTSTART:20261102T080000", "DTEND:20261102T160000", name="Floating"),
        zone="Europe/Paris",
    )
    assert spans(rows) == ["2026-11-02T07:00:00Z/2026-11-02T15:00:00Z"] * 4
    assert [one.who for one in rows.wanted] == ["Reviewer 1", "a@example.org", "b@example.org", "Floating"]


def test_what_repeats_does_so_on_the_wall_with_its_exceptions_and_what_was_moved() -> None:
    rows = calendar(
        *event(
            "DTSTART;TZID=Europe/Paris:20261022T220000",
            "DTEND;TZID=Europe/Paris:20261023T060000",
            "RRULE:FREQ=DAILY;COUNT=6",
            "EXDATE;TZID=Europe/Paris:20261023T220000",
        ),
        *event(
            "RECURRENCE-ID;TZID=Europe/Paris:20261026T220000",
            "DTSTART;TZID=Europe/Paris:20261026T230000",
            "DTEND;TZID=Europe/Paris:20261027T060000",
        ),
        *event("DTSTART:20261102T080000Z", "DTEND:20261102T160000Z", "STATUS:CANCELLED", uid="2"),
    )
    assert spans(rows) == [
        "2026-10-22T20:00:00Z/2026-10-23T04:00:00Z",
        "2026-10-24T20:00:00Z/2026-10-25T05:00:00Z",
        "2026-10-25T21:00:00Z/2026-10-26T05:00:00Z",
        "2026-10-27T21:00:00Z/2026-10-28T05:00:00Z",
        "2026-10-26T22:00:00Z/2026-10-27T05:00:00Z",
    ]
    assert [note.words for note in rows.told] == ["is cancelled and passed over"]


def test_a_rule_ends_when_it_says_and_is_never_followed_for_ever() -> None:
    until = event(
        "DTSTART;TZID=Europe/Paris:20261024T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20261026T070000Z"
    )
    assert spans(calendar(*until)) == [
        "2026-10-24T06:00:00Z/2026-10-24T07:00:00Z",
        "2026-10-25T07:00:00Z/2026-10-25T08:00:00Z",
        "2026-10-26T07:00:00Z/2026-10-26T08:00:00Z",
    ]
    endless = event("DTSTART:20200101T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=WE")
    assert 50 <= len(spans(calendar(*endless))) <= 54
    never = event("DTSTART:20200101T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9")
    assert spans(calendar(*never)) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("DTSTART;VALUE=DATE:20261102",), "whole day"),
        (("DTSTART:20261102T080000",), "neither an end nor a duration"),
        (("DTSTART:20261102T080000", "DTEND:20261102T160000"), "floats"),
        (("DTSTART;TZID=Nowhere/Land:20261102T080000", "DURATION:PT8H"), "Nowhere/Land"),
        (("DTSTART:20261102T080000Z", "DTEND:20261102T070000Z"), "ends before it begins"),
        (("DTSTART:20261102T080000Z", "DTEND:soon"), "DTEND cannot be read"),
        (("DTEND:20261102T080000Z",), "DTSTART is missing"),
        (("DTSTART:20261102T080000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"), "FREQ=SECONDLY is not read"),
        (("DTSTART:20261102T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=0"), "INTERVAL=0 is not read"),
        (("DTSTART:20261102T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYSECOND=1,2,3"), "BYSECOND is not read"),
        (("DTSTART:19000102T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"), "RRULE"),
        (("DTSTART:20261102T080000Z", "DURATION:PT1H", "RDATE:20261103T080000Z"), "RDATE"),
    ],
)
def test_an_event_that_is_no_shift_says_why(lines: tuple[str, ...], words: str) -> None:
    zone = "" if words == "floats" else "UTC"
    rows = calendar(*event(*lines), zone=zone)
    assert rows.wanted == []
    assert words in rows.faults[0].words
    assert rows.faults[0].where == "event 1, “Reviewer 1”"


@pytest.mark.promise(20)
def test_the_part_of_a_rule_that_is_not_read_is_named() -> None:
    for rule, named in (("FREQ=HOURLY", "FREQ=HOURLY"), ("FREQ=DAILY;BYHOUR=3", "BYHOUR")):
        rows = calendar(*event("DTSTART:20261102T070000Z", "DTEND:20261102T150000Z", f"RRULE:{rule}"))
        assert [fault.words.split(" ")[0] for fault in rows.faults] == [named]
