"""When the reports of a case came, in few equal stretches, and how many of each are set aside."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, false, func, or_, select

from gardefou.clock import DAY, HOUR, MINUTE
from gardefou.reports.aside import Aside
from gardefou.reports.sums import Sums
from gardefou.reports.tables import case_minute
from gardefou.storage import Tx

MOST_BUCKETS = 48
BUCKETS = (MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """When reports came: equal stretches from `start`, `bucket` microseconds each, empty ones included.

    Attributes:
        start: where the first begins.
        bucket: how long each is.
        counts: how many reports came in each.
        aside: how many of these are set aside.
    """

    start: int
    bucket: int
    counts: tuple[int, ...]
    aside: tuple[int, ...]


def arrivals(tx: Tx, case_id: int, sums: Sums, found: Sequence[Aside]) -> Arrivals:
    """Return when the reports of a case came."""
    if not sums.minutes:
        return Arrivals(start=0, bucket=BUCKETS[0], counts=(), aside=())
    long_ago = sums.earliest
    first = min(sums.minutes) if long_ago is None else min(long_ago, *sums.minutes)
    last = max(sums.minutes)
    bucket = next((one for one in BUCKETS if _places(first, last, one) <= MOST_BUCKETS), BUCKETS[-1])
    size, came, apart = bucket // MINUTE, Counter[int](), Counter[int]()
    for minute, one in sums.minutes.items():
        came[minute // size] += one.reports
    for minute, number in _set_aside(sums, found):
        apart[minute // size] += number
    if long_ago is not None and long_ago < sums.first:
        _add_old(tx, case_id, sums.first, size, found, came, apart)
    places = range(first // size, last // size + 1)
    return Arrivals(
        start=first // size * bucket,
        bucket=bucket,
        counts=tuple(came[place] for place in places),
        aside=tuple(min(apart[place], came[place]) for place in places),
    )


def _places(first: int, last: int, bucket: int) -> int:
    return last // (bucket // MINUTE) - first // (bucket // MINUTE) + 1


def _set_aside(sums: Sums, found: Sequence[Aside]) -> Iterator[tuple[int, int]]:
    """Yield how many reports of each minute are set aside; what came since they were stands in the newest minutes."""
    for one in found:
        here = [minute for minute in sums.minutes if one.since <= minute * MINUTE < one.until]
        since = max(0, sum(sums.minutes[minute].alike for minute in here) - one.reports)
        for minute in sorted(here, reverse=True):
            alike = sums.minutes[minute].alike
            yield minute, alike - min(alike, since)
            since -= min(alike, since)


def _add_old(
    tx: Tx, case_id: int, before: int, size: int, found: Sequence[Aside], came: Counter[int], apart: Counter[int]
) -> None:
    """Count the minutes that the sums pass over because they lie too far back."""
    place = (case_minute.c.minute // size).label("place")
    at = case_minute.c.minute * MINUTE
    theirs = or_(false(), *(and_(at >= one.since, at < one.until) for one in found))
    asked = (
        select(
            place,
            func.sum(case_minute.c.reports).label("number"),
            func.coalesce(func.sum(case_minute.c.alike).filter(theirs), 0).label("apart"),
        )
        .where(case_minute.c.case_id == case_id, case_minute.c.minute < before)
        .group_by(place)
    )
    for row in tx.all(asked):
        came[int(row["place"])] += int(row["number"])
        apart[int(row["place"])] += int(row["apart"])
