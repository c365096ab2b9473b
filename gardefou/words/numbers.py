"""Numbers, instants and lengths of time as people read them, in the language spoken now."""

import re
from functools import lru_cache

from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_decimal

from gardefou.clock import DAY, HOUR, MINUTE, SECOND, to_datetime
from gardefou.words.language import current, gettext, locale, ngettext

#: A date whose day of the month is the first: « 1 nov. », « sam. 1 nov. ».
_IS_FIRST = re.compile(r"\D*1\b(?!:)")
_COMPACT_FROM = 1_000_000
#: Beyond this a time of day alone could be taken for today's.
_FAR = 20 * HOUR
#: So near to none or to all a share is told to a tenth of a percent.
_WHOLE_PERCENT = 10


def number(value: int) -> str:
    """Return `36,000`, « 36 000 »."""
    return format_decimal(value, locale=locale())


def thousandths(value: int) -> str:
    """Return `2.6`, « 2,6 », of 2,600 thousandths; two decimals at most."""
    return format_decimal(value // 10 / 100, format="#,##0.##", locale=locale())


def percent(share: float) -> str:
    """Return `96%`, « 96 % », of a share from 0 to 1; with one decimal where a whole number would hide it."""
    value = 100 * share
    near_an_end = 0 < value < _WHOLE_PERCENT or 100 - _WHOLE_PERCENT < value < 100  # noqa: PLR2004  # per cent
    text = format_decimal(round(value, 1 if near_an_end else 0), locale=locale())
    return f"{text}\N{NARROW NO-BREAK SPACE}%" if current() == "fr" else f"{text}%"


def people(value: int) -> str:
    """Return `41.7 million`, « 41,7 millions », `36,000` below a million."""
    if value < _COMPACT_FROM:
        return number(value)
    return format_compact_decimal(value, format_type="long", locale=locale(), fraction_digits=1).replace(".0 ", " ")


def short(value: int) -> str:
    """Return `41.7M`, « 41,7 M »: for counters."""
    if value < _COMPACT_FROM:
        return number(value)
    return format_compact_decimal(value, format_type="short", locale=locale(), fraction_digits=1)


def followers(value: int) -> str:
    """Return `41.7 million followers`, « 41,7 millions d’abonnés »."""
    if value < _COMPACT_FROM:
        return ngettext("%(count)s follower", "%(count)s followers", value)
    return gettext("%(millions)s followers", millions=people(value))


def clock_time(at: int, *, seconds: bool = False) -> str:
    """Return `19:13` or `19:13:14`, UTC, 24 hours."""
    return to_datetime(at).strftime("%H:%M:%S" if seconds else "%H:%M")


def _first(date: str) -> str:
    """Return a date as French writes it: the first of a month is « 1er », every other day a plain number."""
    return re.sub(r"\b1\b", "1er", date, count=1) if current() == "fr" and _IS_FIRST.match(date) else date


def day(at: int) -> str:
    """Return `2 November 2017`, « 2 novembre 2017 »."""
    return _first(format_date(to_datetime(at).date(), format="d MMMM y", locale=locale()))


def day_and_time(at: int, *, seconds: bool = False) -> str:
    """Return `2 Nov 2017, 22:35 UTC`, « 2 nov. 2017, 22:35 UTC »; a line never ends between a time and its zone."""
    return _day_and_time(at if seconds else at // MINUTE * MINUTE, current(), seconds=seconds)


@lru_cache(maxsize=4096)
def _day_and_time(at: int, _language: str, *, seconds: bool) -> str:
    pattern = "d MMM y, HH:mm:ss\N{NO-BREAK SPACE}'UTC'" if seconds else "d MMM y, HH:mm\N{NO-BREAK SPACE}'UTC'"
    return _first(format_datetime(to_datetime(at), pattern, locale=locale()))


def is_far(at: int, now: int) -> bool:
    """Return whether a time of day alone would not say which day is meant."""
    return at - now > _FAR


def weekday_and_time(at: int) -> str:
    """Return `Sat 4 Nov, 13:46`, « sam. 4 nov., 13:46 », UTC: for the days ahead."""
    return _first(format_datetime(to_datetime(at), "EEE d MMM, HH:mm", locale=locale()))


def weekday_and_day(at: int) -> str:
    """Return `Sat 4 Nov`, « sam. 4 nov. », where the year stands beside it."""
    return _first(format_date(to_datetime(at).date(), format="EEE d MMM", locale=locale()))


def weekday_date(at: int) -> str:
    """Return `Sat 4 Nov 2017`, « sam. 4 nov. 2017 »: a day that nobody could take for another year's."""
    return _first(format_date(to_datetime(at).date(), format="EEE d MMM y", locale=locale()))


def weekday(at: int) -> str:
    """Return `Sat 4`, « sam. 4 »: where days stand beside each other."""
    return _first(format_date(to_datetime(at).date(), format="EEE d", locale=locale()))


def day_of_month(at: int) -> str:
    """Return `2 Nov`, « 2 nov. »: below a chart, whose year is said elsewhere."""
    return _first(format_date(to_datetime(at).date(), format="d MMM", locale=locale()))


def month(at: int) -> str:
    """Return `Nov`, « nov. »: where months stand beside each other."""
    return format_date(to_datetime(at).date(), format="LLL", locale=locale())


def countdown(micros: int) -> str:
    """Return `6:48`, `1:54:03`; never below zero."""
    whole = max(0, -(-micros // SECOND))
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def duration(micros: int) -> str:
    """Return `41 s`, `10 min`, `2 h 5 min`, `3 days`: at most two units, rounded down."""
    if micros < MINUTE:
        return f"{_trim(micros / SECOND)} s"
    if micros < HOUR:
        minutes, rest = divmod(micros, MINUTE)
        return f"{minutes} min" + (f" {rest // SECOND} s" if rest >= SECOND else "")
    if micros < 2 * DAY:
        hours, rest = divmod(micros, HOUR)
        return f"{hours} h" + (f" {rest // MINUTE} min" if rest >= MINUTE else "")
    return ngettext("%(count)s day", "%(count)s days", micros // DAY)


def _trim(seconds: float) -> str:
    text = f"{seconds:.1f}".removesuffix(".0")
    return text.replace(".", ",") if current() == "fr" else text
