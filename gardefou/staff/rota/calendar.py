"""A rota as iCalendar (RFC 5545): each event is a shift of whoever attends it, or of whoever its summary names.

What repeats is worked out on the wall: a night from 22:00 to 06:00 is from 22:00 to 06:00 on the night clocks change,
too. An event with a DURATION instead of an end lasts that long, whatever the clocks do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from gardefou.staff.rota.repeats import TooLongError, Walk, days, rule_of
from gardefou.staff.rota.rows import MOST, Fault, RotaError, Rows, Wanted
from gardefou.staff.rota.sifted import UNKNOWN_ZONE, sifted
from gardefou.staff.rota.table import checked
from gardefou.staff.rota.zones import instant_of, zone_named
from gardefou.words import gettext as _

#: What the library raises where a file is none: it names no error of its own for most of it.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError)
_MICROSECOND = timedelta(microseconds=1)
#: What repeats is followed this far past the last day anybody may be put on duty for.
AHEAD = timedelta(days=366)
#: The library types a property as any of thirty classes; which it is, is asked here of each value.
_Event = Any
_OLDEST = datetime(2000, 1, 1)  # noqa: DTZ001  # a time on the wall


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How the times of one event are read: on which wall, and how long it lasts there, or anywhere."""

    starts: datetime
    zone: ZoneInfo | None
    on_the_wall: timedelta | None
    lasts: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What every event of one file is read with.

    Attributes:
        zone: of times that float.
        now: on a clock in UTC, without a zone.
        moved: for each event that repeats, the times that another one stands for.
        walk: how far what repeats is still followed.
    """

    zone: ZoneInfo | None
    now: datetime
    moved: Mapping[str, frozenset[Any]]
    walk: Walk


def rows_of_calendar(content: bytes, zone: ZoneInfo | None, *, now: datetime) -> Rows:
    """Read a calendar.

    Args:
        content: the file.
        zone: of times that float: those with neither an offset nor a TZID.
        now: on a clock in UTC, without a zone: what repeats is followed from two days before it, for a year.

    Raises:
        RotaError: it is no calendar, or holds too many shifts.
    """
    try:
        events: list[_Event] = list(Calendar.from_ical(sifted(content)).walk("VEVENT"))
    except _BROKEN as problem:
        raise RotaError(_broken(content)) from problem
    reading = _Reading(zone=zone, now=now, moved=_moved(events), walk=Walk())
    found = Rows()
    for number, event in enumerate(events, start=1):
        where = _("event %(number)s, “%(name)s”", number=number, name=str(event.get("SUMMARY", ""))[:40])
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            found.told.append(Fault(where, _("is cancelled and passed over")))
            continue
        try:
            found.wanted.extend(islice(_shifts(event, where, reading), MOST + 1 - len(found.wanted)))
        except TooLongError:
            raise
        except RotaError as problem:
            found.faults.append(Fault(where, problem.message))
        if len(found.wanted) > MOST:
            raise RotaError(_("More than %(most)s shifts in one file; split it", most=MOST))
    return found


def _broken(content: bytes) -> str:
    """Return what is wrong with a file that cannot be read; the library's own words are for programmers."""
    said = content.upper()
    if b"BEGIN:VCALENDAR" not in said:
        return _("This is no iCalendar file: it has no line BEGIN:VCALENDAR")
    if b"END:VCALENDAR" not in said:
        return _("This calendar is cut off: it has no line END:VCALENDAR")
    return _("This calendar cannot be read; save it anew from the program it comes from")


def _moved(events: Sequence[_Event]) -> Mapping[str, frozenset[Any]]:
    """Return, for each event that repeats, the times of it that another event in the file stands for."""
    found: dict[str, set[Any]] = {}
    for event in events:
        stands_for = None if event.errors else getattr(event.get("RECURRENCE-ID"), "dt", None)
        if stands_for is not None:
            found.setdefault(str(event.get("UID", "")), set()).add(_on_the_wall(stands_for))
    return {uid: frozenset(times) for uid, times in found.items()}


def _on_the_wall(moment: object) -> object:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _shifts(event: _Event, where: str, reading: _Reading) -> Iterator[Wanted]:
    """Yield every shift that an event stands for."""
    broken = event.errors
    if broken:
        raise RotaError(_("%(name)s cannot be read", name=str(broken[0][0] or "VEVENT")))
    people, shape = _people(event), _shape(event, reading.zone)
    passed = reading.moved.get(str(event.get("UID", "")), frozenset()) if "RECURRENCE-ID" not in event else frozenset()
    for wall in _repeats(event, shape, reading):
        if wall not in passed:
            for who in people:
                yield _wanted(where, who, wall, shape)


def _people(event: _Event) -> tuple[str, ...]:
    """Return who attends; whom the summary names, where nobody does."""
    said = event.get("ATTENDEE", ())
    listed = said if isinstance(said, list) else [said] if said else []
    people = tuple(str(one).strip().removeprefix("mailto:").removeprefix("MAILTO:") for one in listed)
    if not people:
        people = (str(event.get("SUMMARY", "")).strip(),)
    if not all(people):
        raise RotaError(_("names no person: neither an attendee nor a summary"))
    return people


def _shape(event: _Event, zone: ZoneInfo | None) -> _Shape:
    starts, mine = _time(event, "DTSTART", zone)
    if "DURATION" in event:
        lasts = getattr(event["DURATION"], "dt", None)
        if not isinstance(lasts, timedelta):
            raise RotaError(_("%(name)s cannot be read", name="DURATION"))
        return _Shape(starts=starts, zone=mine, on_the_wall=None, lasts=lasts)
    if "DTEND" not in event:
        raise RotaError(_("has neither an end nor a duration"))
    ends, other = _time(event, "DTEND", zone)
    if other != mine:  # It ends on another wall: a flight, or a slip. Its length is what is meant.
        length = instant_of(ends, other)[0] - instant_of(starts, mine)[0]
        return _Shape(starts=starts, zone=mine, on_the_wall=None, lasts=timedelta(microseconds=length))
    return _Shape(starts=starts, zone=mine, on_the_wall=ends - starts, lasts=None)


def _time(event: _Event, name: str, zone: ZoneInfo | None) -> tuple[datetime, ZoneInfo]:
    """Return a time on the wall, and where that stands.

    Raises:
        RotaError: it is a whole day, in no zone that is known, or floats where none was named.
    """
    if name not in event:
        raise RotaError(_("%(name)s is missing", name=name))
    said = event[name]
    read = getattr(said, "dt", None)
    if isinstance(read, date) and not isinstance(read, datetime):
        raise RotaError(_("is a whole day; a shift has hours"))
    if not isinstance(read, datetime):
        raise RotaError(_("%(name)s cannot be read", name=name))
    wall = read.replace(tzinfo=None)
    if read.tzinfo is not None:
        utc = read.utcoffset() == timedelta(0) and "TZID" not in said.params
        return wall, zone_named("UTC" if utc else str(getattr(read.tzinfo, "key", "")))
    if UNKNOWN_ZONE in said.params:
        return wall, zone_named(str(said.params[UNKNOWN_ZONE]))
    if zone is None:
        raise RotaError(_("%(name)s floats: it has neither an offset nor a zone, and none is named for it", name=name))
    return wall, zone


def _repeats(event: _Event, shape: _Shape, reading: _Reading) -> Iterator[datetime]:
    """Yield when an event begins, on its wall, each time: what repeats, from two days ago for a year.

    The past is gone through only where a rule counts from its beginning.
    """
    if "RDATE" in event or "EXRULE" in event:
        raise RotaError(_("%(name)s is not read here; list each shift as an event", name="RDATE, EXRULE"))
    if "RRULE" not in event:
        yield shape.starts
        return
    left_out = {_on_the_wall(one.dt) for listed in _lists(event.get("EXDATE")) for one in listed.dts}
    first, last = reading.now - timedelta(days=2), reading.now + AHEAD
    rule = rule_of(event["RRULE"], shape.starts.date())
    if shape.starts < _OLDEST:
        raise RotaError(_("%(name)s is not read here; list each shift as an event", name="RRULE"))
    last = min([last, *(_until(one, shape) for one in event["RRULE"].get("UNTIL", [])[:1])])
    begins = shape.starts.date()
    since = begins if rule.count else first.date()
    for number, day in enumerate(days(rule, first=begins, since=since, last=last.date(), walk=reading.walk), start=1):
        wall = datetime.combine(day, shape.starts.time())
        if wall > last or (rule.count and number > rule.count):
            return
        if wall >= first and wall not in left_out:
            yield wall


def _lists(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def _until(said: object, shape: _Shape) -> datetime:
    """Return the last time of a rule on its own wall."""
    if isinstance(said, datetime):
        if said.tzinfo is None or shape.zone is None:
            return said.replace(tzinfo=None)
        try:
            return said.astimezone(shape.zone).replace(tzinfo=None)
        except OverflowError:  # The first day of all years, or the last.
            return said.replace(tzinfo=None)
    if isinstance(said, date):
        return datetime(said.year, said.month, said.day, 23, 59, 59)  # noqa: DTZ001  # a time on the wall
    raise RotaError(_("%(name)s cannot be read", name="RRULE"))


def _wanted(where: str, who: str, wall: datetime, shape: _Shape) -> Wanted:
    zone = shape.zone or ZoneInfo("UTC")
    starts, first = instant_of(wall, zone)
    if shape.on_the_wall is not None:
        ends, second = instant_of(_later(wall, shape.on_the_wall), zone)
    else:
        ends, second = starts + (shape.lasts or timedelta(0)) // _MICROSECOND, ""
    told = tuple(words for words in (first, second) if words)
    return checked(Wanted(where=where, who=who, starts=starts, ends=ends, told=told))


def _later(wall: datetime, lasts: timedelta) -> datetime:
    try:
        return wall + lasts
    except OverflowError as problem:
        raise RotaError(_("is in no year that is kept here")) from problem
