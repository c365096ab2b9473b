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
from gardefou.reports.leads import Kind
from gardefou.reports.priority import Weighed
from gardefou.reports.sums import Minute, Sums, in_words, within
from gardefou.reports.tables import aside, case_words_past, report
from gardefou.reports.traits import RIGHT_BEFORE, YOUNG
from gardefou.storage import Tx

#: Words that were watched when a set was made, each with the place after which it counts. Its reports are written in
#: these, or in some that gave up their place before.
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
    """How many the reports of a set are, and what its case is without them.

    Attributes:
        reports: how many.
        young: how many by accounts opened in the day before.
        same: how many in the words.
        first: the first one's place.
        kinds: which kinds of complaint they are.
        left: when the first of each kind came among those that count without them.
    """

    reports: int
    young: int
    same: int
    first: int
    kinds: tuple[Kind, ...]
    left: Mapping[str, int]


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
        kinds: which kinds of complaint they are.
        whole: up to that place too, those that name no post are taken out of the sums of the case: so many.
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
    kinds: tuple[Kind, ...]
    whole: int

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
    kinds = tuple(Kind(*one) for one in json.loads(row["kinds"]))
    taken = {name: row[name] for name in Aside.__slots__ if name not in {"words", "taken_out", "kinds"}}
    return Aside(words=words, taken_out=Weighed(**json.loads(row["taken_out"])), kinds=kinds, **taken)


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
    alike = or_(YOUNG, _same(which))
    return and_(within(which.case_id, 0, which.upto), came, ~RIGHT_BEFORE, alike)


#: What holds of a report in words that counted when it came, and have given up their place since.
_IN_PAST = (
    select(case_words_past.c.words)
    .where(case_words_past.c.case_id == report.c.case_id, case_words_past.c.words == report.c.words)
    .where(case_words_past.c.after < report.c.place, case_words_past.c.upto >= report.c.place)
    .exists()
)


def _same(which: Which) -> ColumnElement[bool]:
    """Return what holds of the reports in words that many share, whether they are still watched or were."""
    return or_(in_words(dict(which.words)), _IN_PAST)


def in_one_of(found: Sequence[Aside]) -> ColumnElement[bool]:
    """Return what holds of the reports that are set aside."""
    return or_(false(), *(in_set(one.which) for one in found))


def count_set(tx: Tx, which: Which, *, beside: Sequence[Aside], reports: int) -> Counted:
    """Count the reports of a set, and see what counts without them, in one walk.

    Args:
        tx: the open transaction.
        which: which they are.
        beside: what else is set aside in the case.
        reports: how many reports it has.
    """
    mine, left = in_set(which), ~or_(in_set(which), in_one_of(beside))
    asked = select(
        report.c.category,
        func.count().filter(mine).label("reports"),
        func.count().filter(mine, YOUNG).label("young"),
        func.count().filter(mine, _same(which)).label("same"),
        func.min(report.c.place).filter(mine).label("first"),
        func.min(report.c.created_at).filter(mine).label("first_at"),
        func.min(report.c.created_at).filter(left).label("left"),
    )
    rows = tx.all(asked.where(within(which.case_id, 0, reports)).group_by(report.c.category))
    those = [row for row in rows if row["reports"]]
    return Counted(
        reports=sum(row["reports"] for row in those),
        young=sum(row["young"] for row in those),
        same=sum(row["same"] for row in those),
        first=min((row["first"] for row in those), default=0),
        kinds=tuple(sorted(Kind(row["category"], row["reports"], row["first_at"]) for row in those)),
        left={row["category"]: row["left"] for row in rows if row["left"] is not None},
    )


def first_of_each(tx: Tx, case_id: int, *, after: int, upto: int) -> dict[str, int]:
    """Return when the first report of each kind came, of those that stand after one place and not after another."""
    if upto <= after:
        return {}
    asked = select(report.c.category, func.min(report.c.created_at).label("at"))
    rows = tx.all(asked.where(within(case_id, after, upto)).group_by(report.c.category))
    return {row["category"]: row["at"] for row in rows}
