"""What repeats (RFC 5545, RRULE), day by day between two dates, so that a rule which never comes true has an end.

Each day of the periods a rule takes is looked at once; how many are looked at for one file is counted, in all.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import Any

from gardefou.staff.rota.rows import RotaError
from gardefou.words import gettext as _

#: The rules of one file are followed through so many days: three hundred that repeat daily, each for a year, fit.
MOST_DAYS = 120_000
#: Rules that repeat more often than daily are no rota.
_EVERY = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_BY = frozenset({"BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYSETPOS"})
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NONE: frozenset[int] = frozenset()
_ONE = timedelta(days=1)
_WEEK = 7


class Walk:
    """How many days are still looked at for one file."""

    def __init__(self) -> None:
        """Begin with all of them."""
        self._left = MOST_DAYS

    def step(self) -> None:
        """Look at one more.

        Raises:
            RotaError: it is one too many.
        """
        self._left -= 1
        if self._left < 0:
            raise TooLongError(_("What repeats in this file takes too long to follow; list each shift as an event"))


class TooLongError(RotaError):
    """A whole file is refused, since one event of it would be followed for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. Without a part that says which days, those are meant that its first day names."""

    every: str
    step: int
    count: int | None
    week_starts: int
    months: frozenset[int]
    month_days: frozenset[int]
    year_days: frozenset[int]
    weeks: frozenset[int]
    days: frozenset[tuple[int, int]]
    places: frozenset[int]


def rule_of(said: Any, first: date) -> Rule:
    """Return a rule as it was read from a file.

    Args:
        said: a `vRecur`, or whatever stands in its place.
        first: the day on which the event begins.

    Raises:
        RotaError: it is none that a rota has.
    """
    if not isinstance(said, Mapping):
        raise _not_read()
    every = str(next(iter(said.get("FREQ", [])), "")).upper()
    if every not in _EVERY:
        raise _not_read(f"FREQ={every[:20]}")
    unread = sorted(str(part)[:20] for part in set(said) - (_PARTS | _BY))
    if unread:
        raise _not_read(", ".join(unread))
    rule = Rule(
        every=every,
        step=_one(said, "INTERVAL", 1),
        count=_one(said, "COUNT", 1) if "COUNT" in said else None,
        week_starts=_week_starts(said),
        months=_numbers(said, "BYMONTH"),
        month_days=_numbers(said, "BYMONTHDAY"),
        year_days=_numbers(said, "BYYEARDAY"),
        weeks=_numbers(said, "BYWEEKNO"),
        days=frozenset(_day(one) for one in said.get("BYDAY", [])),
        places=_numbers(said, "BYSETPOS"),
    )
    counted = any(number for number, _weekday in rule.days)
    if (counted and (every in ("DAILY", "WEEKLY") or rule.weeks)) or (
        rule.weeks and (every != "YEARLY" or rule.week_starts)
    ):
        raise _not_read()
    return _completed(rule, first)


def _completed(rule: Rule, first: date) -> Rule:
    if rule.weeks or rule.year_days or rule.month_days or rule.days:
        return rule
    match rule.every:
        case "WEEKLY":
            return replace(rule, days=frozenset({(0, first.weekday())}))
        case "MONTHLY":
            return replace(rule, month_days=frozenset({first.day}))
        case "YEARLY":
            return replace(rule, months=rule.months or frozenset({first.month}), month_days=frozenset({first.day}))
    return rule


def _not_read(what: str = "RRULE") -> RotaError:
    """Say which part of a rule no rota has."""
    return RotaError(_("%(name)s is not read here; list each shift as an event", name=what))


def _one(said: Mapping[str, Any], name: str, default: int) -> int:
    found = int(next(iter(said.get(name, [])), default))
    if found < 1:
        raise _not_read(f"{name}={found}")
    return found


def _numbers(said: Mapping[str, Any], name: str) -> frozenset[int]:
    listed = said.get(name, [])
    if any(getattr(one, "leap", False) for one in listed):
        raise _not_read()
    return frozenset(int(one) for one in listed)


def _week_starts(said: Mapping[str, Any]) -> int:
    name = str(next(iter(said.get("WKST", [])), "MO")).upper()
    if name not in _DAYS:
        raise _not_read()
    return _DAYS.index(name)


def _day(said: object) -> tuple[int, int]:
    found = _DAY.fullmatch(str(said).upper())
    if found is None:
        raise _not_read()
    return int(found[1] or 0), _DAYS.index(found[2])


def days(rule: Rule, *, first: date, since: date, last: date, walk: Walk) -> Iterator[date]:
    """Yield the days of a rule in order, from the later of `first` and `since` until `last`.

    Raises:
        TooLongError: more days would be looked at than anybody waits for.
    """
    since = max(first, since)
    for begins, ends in _periods(rule, first, since, last):
        if rule.places:  # They count within the whole period.
            yield from (day for day in _placed(rule, _fitting(rule, begins, ends, walk)) if since <= day <= last)
        else:
            yield from _fitting(rule, max(begins, since), min(ends, last), walk)


def _fitting(rule: Rule, begins: date, ends: date, walk: Walk) -> Iterator[date]:
    for number in range((ends - begins).days + 1):
        walk.step()
        day = begins + timedelta(days=number)
        if _fits(rule, day):
            yield day


def _placed(rule: Rule, fitting: Iterator[date]) -> list[date]:
    found = list(fitting)
    count = len(found)
    return [day for place, day in enumerate(found) if {place + 1, place - count} & rule.places]


def _periods(rule: Rule, first: date, since: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the days, weeks, months or years that a rule takes, each by its first and last day."""
    if last < since:
        return
    origin = _number_of(rule, first)
    number = origin + ceil((_number_of(rule, since) - origin) / rule.step) * rule.step
    until = _number_of(rule, last)
    while number <= until:
        begins = _begins(rule, number)
        yield begins, _begins(rule, number + 1) - _ONE
        number += rule.step


def _number_of(rule: Rule, day: date) -> int:
    """Return the number of the period that a day lies in."""
    match rule.every:
        case "DAILY":
            return day.toordinal()
        case "WEEKLY":
            return (day.toordinal() - 1 - rule.week_starts) // _WEEK
        case "MONTHLY":
            return day.year * 12 + day.month - 1
    return day.year


def _begins(rule: Rule, number: int) -> date:
    match rule.every:
        case "DAILY":
            return date.fromordinal(number)
        case "WEEKLY":
            return date.fromordinal(number * _WEEK + 1 + rule.week_starts)
        case "MONTHLY":
            return date(number // 12, number % 12 + 1, 1)
    return date(number, 1, 1)


def _fits(rule: Rule, day: date) -> bool:
    """Return whether a day is one of those that a rule names."""
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not rule.month_days & {day.day, day.day - 1 - _length_of_month(day)}:
        return False
    in_year, length = day.timetuple().tm_yday, date(day.year, 12, 31).timetuple().tm_yday
    if rule.year_days and not rule.year_days & {in_year, in_year - 1 - length}:
        return False
    if rule.weeks:
        year, week, _weekday = day.isocalendar()
        if not rule.weeks & {week, week - 1 - date(year, 12, 28).isocalendar().week}:
            return False
    return not rule.days or _named(rule, day, in_year, length)


def _named(rule: Rule, day: date, in_year: int, length: int) -> bool:
    """Return whether BYDAY names a day: each Monday, or the second, or the last but one, of its month or year."""
    weekday = day.weekday()
    if (0, weekday) in rule.days:
        return True
    if rule.every == "MONTHLY" or rule.months:
        in_year, length = day.day, _length_of_month(day)
    from_start, from_end = (in_year - 1) // _WEEK + 1, -((length - in_year) // _WEEK + 1)
    return (from_start, weekday) in rule.days or (from_end, weekday) in rule.days


def _length_of_month(day: date) -> int:
    return (date(day.year + day.month // 12, day.month % 12 + 1, 1) - _ONE).day
