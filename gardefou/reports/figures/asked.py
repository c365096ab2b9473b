"""What a figure is asked about: a span of time in whole hours or days, and perhaps one category or one language."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from gardefou.clock import DAY, HOUR, to_iso
from gardefou.reports.categories import Category
from gardefou.reports.errors import FigureError
from gardefou.words import LANGUAGES
from gardefou.words import gettext as _

#: The longest span anybody may ask for: what a page costs is what lies in it.
LONGEST_DAYS = 92
#: Up to so many days are told by the hour.
BY_THE_HOUR_DAYS = 2


class Last(StrEnum):
    """The spans that end now. Values stand in addresses."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Equal stretches of time, [since, until), aligned to whole hours or days in UTC; the last may be under way.

    Attributes:
        since: where the first begins.
        until: where the last ends.
        step: how long each is.
    """

    since: int
    until: int
    step: int

    @property
    def places(self) -> int:
        """How many stretches there are."""
        return (self.until - self.since) // self.step

    def starts(self) -> list[int]:
        """Return where each stretch begins."""
        return list(range(self.since, self.until, self.step))

    def within(self, at: ColumnElement[int]) -> ColumnElement[bool]:
        """Return whether an instant lies in the span."""
        return (at >= self.since) & (at < self.until)

    def place(self, at: ColumnElement[int]) -> ColumnElement[int]:
        """Return in which stretch an instant lies, from nought."""
        return at // self.step - self.since // self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: of when, and of what alone.

    Attributes:
        span: of when.
        category: only what is about this; None for everything.
        locale: only what is in this language; None for every one.
    """

    span: Span
    category: Category | None = None
    locale: str | None = None

    def only(self, table: FromClause) -> list[ColumnElement[bool]]:
        """Return the conditions on a table that has a category and a language."""
        columns: Any = table.c
        wanted: list[ColumnElement[bool]] = []
        if self.category is not None:
            wanted.append(columns.category == self.category.value)
        if self.locale is not None:
            wanted.append(columns.locale == self.locale)
        return wanted


def last(which: Last, now: int) -> Span:
    """Return the last whole hours or days and the one under way."""
    match which:
        case Last.DAY:
            return _back(now, HOUR, 24)
        case Last.WEEK:
            return _back(now, DAY, 7)
        case Last.MONTH:
            return _back(now, DAY, 30)


def _back(now: int, step: int, number: int) -> Span:
    under_way = now // step * step
    return Span(since=under_way - number * step, until=under_way + step, step=step)


def between(first: int, final: int, now: int) -> Span:
    """Return the span from one day to another, both included; a stretch that has not begun is left out.

    Raises:
        FigureError: the last day comes before the first, the first has not begun, or they are too far apart.
    """
    since, until = first // DAY * DAY, final // DAY * DAY + DAY
    if until <= since:
        raise FigureError(_("The last day comes before the first."), field="until")
    if since > now:
        raise FigureError(_("Nothing is counted of days that have not begun."), field="since")
    if until - since > LONGEST_DAYS * DAY:
        raise FigureError(_("%(days)s days are the most that can be shown at once.", days=LONGEST_DAYS), field="since")
    step = HOUR if until - since <= BY_THE_HOUR_DAYS * DAY else DAY
    return Span(since=since, until=min(until, now // step * step + step), step=step)


def category_of(text: str) -> Category | None:
    """Return the category a filter names; None of nothing.

    Raises:
        FigureError: there is none of that name.
    """
    if text and text not in set(Category):
        shown = text[:40]
        raise FigureError(_("“%(name)s” is not something a report can be about.", name=shown), field="category")
    return Category(text) if text else None


def locale_of(text: str) -> str | None:
    """Return the language a filter names; None of nothing.

    Raises:
        FigureError: it is none that reports are kept under.
    """
    if text and text not in LANGUAGES:
        raise FigureError(_("“%(name)s” is not a language reports are kept under.", name=text[:40]), field="language")
    return text or None


def spelt(span: Span) -> tuple[str, str]:
    """Return the first day of a span and its last, as they are typed."""
    return to_iso(span.since)[:10], to_iso(span.until - 1)[:10]
