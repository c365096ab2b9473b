"""Reports that were set aside together: which they are, and what else came that is like them.

A set is one row that says what its reports have in common and where they end. They stay as they were filed; whether one
is in the set follows from what was written down when it came, and never changes. So setting a million aside, and taking
it back, costs what one costs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, and_, false, func, or_, select

from gardefou.clock import MINUTE
from gardefou.reports.bursts import Burst, find_bursts, sum_of
from gardefou.reports.priority import Weighed
from gardefou.reports.sums import Minute, Sums, in_words, within
from gardefou.reports.tables import aside, report
from gardefou.reports.traits import RIGHT_BEFORE, YOUNG
from gardefou.storage import Tx

#: Words that a set's reports are written in, each with the place after which it counts.
Words = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which reports of a case: those that came from `since` and before `until`, up to a place, young or in these words.

    Nobody who was right before is among them.
    """

    case_id: int
    since: int
    until: int
    upto: int
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many they are: all, by accounts opened in the day before, and in the words; and the first one's place."""

    reports: int
    young: int
    same: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Reports that were set aside together.

    Attributes:
        id: the set.
        case_id: the case.
        since: they came from here.
        until: and before here.
        upto: the last place one of them can have.
        words: the words that are theirs.
        reports: how many they are.
        young: how many of them by accounts opened in the day before.
        same: how many in words that many share.
        set_by: who set them aside, as events name them.
        set_at: when, or when the last were added.
        weighed_to: up to this place its reporters are taken out of what the case weighs.
        taken_out: what they weighed.
    """

    id: int
    case_id: int
    since: int
    until: int
    upto: int
    words: Words
    reports: int
    young: int
    same: int
    set_by: str
    set_at: int
    weighed_to: int
    taken_out: Weighed

    @property
    def which(self) -> Which:
        """Which reports they are."""
        return Which(case_id=self.case_id, since=self.since, until=self.until, upto=self.upto, words=self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A burst, and what can be set aside of it.

    Attributes:
        burst: the burst, as far as it came.
        aside: what is set aside of it already; None where nothing is.
        since: what came from here can be set aside,
        until: and before here.
        more: how many reports of it can be, beside those that are.
    """

    burst: Burst
    aside: Aside | None
    since: int
    until: int
    more: int


def in_force(tx: Tx, case_id: int) -> tuple[Aside, ...]:
    """Return what is set aside in a case, the newest first."""
    mine = select(aside).where(aside.c.case_id == case_id, aside.c.taken_back_at.is_(None))
    return tuple(aside_of(row) for row in tx.all(mine.order_by(aside.c.id.desc())))


def aside_of(row: RowMapping) -> Aside:
    """Return a row as a value."""
    words = tuple((one, after) for one, after in json.loads(row["words"]))
    taken = {name: row[name] for name in Aside.__slots__ if name not in {"words", "taken_out"}}
    return Aside(words=words, taken_out=Weighed(**json.loads(row["taken_out"])), **taken)


def offers(sums: Sums, found: Sequence[Aside]) -> tuple[Offer, ...]:
    """Return the bursts of a case, the newest first, each with what can be set aside of it."""
    return tuple(_offer(burst, sums.minutes, found) for burst in find_bursts(sums.minutes))


def _offer(burst: Burst, minutes: Mapping[int, Minute], found: Sequence[Aside]) -> Offer:
    """Return a burst as it is offered; what is aside of it grows, and no report is in two sets."""
    these = [one for one in found if one.since < burst.until and burst.since < one.until]
    since = min([burst.since, *(one.since for one in these)])
    until = max([burst.until, *(one.until for one in these)])
    alike = sum_of(minutes, since // MINUTE, until // MINUTE).alike
    more = 0 if len(these) > 1 else max(0, alike - sum(one.reports for one in these))
    return Offer(burst=burst, aside=these[0] if these else None, since=since, until=until, more=more)


def in_set(which: Which) -> ColumnElement[bool]:
    """Return what holds of the reports of a set."""
    came = and_(report.c.created_at >= which.since, report.c.created_at < which.until)
    alike = or_(YOUNG, in_words(dict(which.words)))
    return and_(within(which.case_id, 0, which.upto), came, ~RIGHT_BEFORE, alike)


def in_one_of(found: Sequence[Aside]) -> ColumnElement[bool]:
    """Return what holds of the reports that are set aside."""
    return or_(false(), *(in_set(one.which) for one in found))


def count_set(tx: Tx, which: Which) -> Counted:
    """Count the reports of a set."""
    row = tx.first(
        select(
            func.count().label("reports"),
            func.count().filter(YOUNG).label("young"),
            func.count().filter(in_words(dict(which.words))).label("same"),
            func.coalesce(func.min(report.c.place), 0).label("first"),
        ).where(in_set(which))
    )
    return Counted(reports=0, young=0, same=0, first=0) if row is None else Counted(**row)
