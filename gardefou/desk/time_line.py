"""Engagements on a time line: half a year back and ahead, a picture for each person, with words beside it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from gardefou.clock import DAY, from_datetime, to_datetime
from gardefou.staff.tables import engagement
from gardefou.storage import Tx
from gardefou.words.numbers import month

BACK = AHEAD = 182 * DAY
#: The last days, in which nobody signs on protected accounts under the rulebook that ships.
LAST_DAYS = 14 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One engagement, in hundredths: where it begins, how wide it is, and what is said of it by its colour.

    Attributes:
        x: where it begins.
        width: how wide it is.
        over: whether it has ended.
        last_x: where its last days begin; None when no end is in sight.
        notice_x: where notice was given; None when it was not.
    """

    x: float
    width: float
    over: bool
    last_x: float | None
    notice_x: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """The stretch of time that is shown.

    Attributes:
        now: the instant in its middle.
        months: where each month begins, in hundredths, and what it is called.
    """

    now: int
    months: tuple[tuple[float, str], ...]

    def at(self, instant: int) -> float:
        """Return where an instant stands, in hundredths."""
        inside = min(max(instant, self.now - BACK), self.now + AHEAD)
        return round(100 * (inside - self.now + BACK) / (BACK + AHEAD), 2)

    def bars(self, bonds: Iterable[RowMapping]) -> tuple[Bar, ...]:
        """Return the engagements that lie within the stretch."""
        return tuple(self._bar(row) for row in bonds if self._shown(row))

    def _shown(self, row: RowMapping) -> bool:
        return row["starts"] < self.now + AHEAD and (row["ends"] is None or row["ends"] > self.now - BACK)

    def _bar(self, row: RowMapping) -> Bar:
        ends = row["ends"]
        x, until = self.at(row["starts"]), self.at(self.now + AHEAD if ends is None else ends)
        over = ends is not None and ends <= self.now
        soon = ends is not None and not over and ends < self.now + AHEAD
        given = row["notice_given_at"]
        return Bar(
            x=x,
            width=max(0.5, round(until - x, 2)),
            over=over,
            last_x=max(x, self.at(ends - LAST_DAYS)) if soon else None,
            notice_x=None if given is None or given < self.now - BACK else self.at(given),
        )


def time_line(now: int) -> TimeLine:
    """Return the stretch about an instant."""
    whole = TimeLine(now=now, months=())
    first = to_datetime(now - BACK).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    year, number = first.year, first.month
    for _month in range(12):
        number += 1
        if number > 12:  # noqa: PLR2004  # months of a year
            year, number = year + 1, 1
        at = from_datetime(first.replace(year=year, month=number))
        found.append((whole.at(at), month(at)))
    return TimeLine(now=now, months=tuple(found))


def bonds_by_person(tx: Tx, ids: Collection[int]) -> dict[int, list[RowMapping]]:
    """Return the engagements of these people, the first of each first."""
    found: dict[int, list[RowMapping]] = {}
    for row in tx.all(select(engagement).where(engagement.c.person_id.in_(ids)).order_by(engagement.c.starts)):
        found.setdefault(int(row["person_id"]), []).append(row)
    return found
