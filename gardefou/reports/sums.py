"""What the reports of a case add up to: read from sums that are kept, and counted only in the few that came since.

A case with few reports is counted when it is looked at. In a storm `keep_sums` adds them up, a thousand at a time, and
a page reads the sums and the rest: it costs the same for a thousand reports and for a million.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, false, func, or_, select

from gardefou.clock import DAY, MINUTE
from gardefou.reports.case import Case
from gardefou.reports.tables import case_minute, case_post, case_sum, case_words, report, report_post
from gardefou.reports.traits import FIRST, RIGHT_BEFORE, YOUNG
from gardefou.storage import Tx
from gardefou.storage.among import among

#: Words that so many of the reports added up together share are shared words, whatever was shared before them. No more
#: than this many can be shared by ten of a thousand; where more are added up together, those that most of them share.
SHARED_BY, MOST_SHARED = 10, 100
#: Minutes are read this far back from the newest report; when reports came is shown from the first on.
LOOK_BACK = 4 * DAY
POSTS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """The reports of one minute.

    Attributes:
        reports: how many.
        young: how many of them by accounts opened the day before.
        same: how many in words that many share.
        alike: how many of either sort. Nobody is in these three who was right before.
    """

    reports: int = 0
    young: int = 0
    same: int = 0
    alike: int = 0

    def __add__(self, other: "Minute") -> "Minute":
        """Return both together."""
        return Minute(
            reports=self.reports + other.reports,
            young=self.young + other.young,
            same=self.same + other.same,
            alike=self.alike + other.alike,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSum:
    """A post as it was reported: how many reports name it, by how many reporters."""

    post_id: int
    excerpt: str
    posted_at: int
    reports: int
    reporters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What reports of a case add up to: all of them by the minute, and else those that are not set aside.

    Attributes:
        upto: the place of the last of them.
        first: kept minutes before this one are not among `minutes`; they are too far back.
        earliest: the first minute that is kept; None where none is.
        minutes: when they came, by the minute since 1970.
        categories: how many are about what.
        whole: how many name no post.
        posts: the posts they name, by number; of many those that most of them name, and those named lately.
        all_posts: how many posts they name.
        words: words that count as shared in the newest of them, each with the place after which it does.
    """

    upto: int = 0
    first: int = 0
    earliest: int | None = None
    minutes: Mapping[int, Minute] = field(default_factory=dict)
    categories: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    posts: Mapping[int, PostSum] = field(default_factory=dict)
    all_posts: int = 0
    words: Mapping[int, int] = field(default_factory=dict)


#: What holds of a report that names a post.
NAMES_ONE = select(report_post.c.report_id).where(report_post.c.report_id == report.c.id).exists()
_KEPT = (
    select(case_sum.c.upto, case_sum.c.whole, case_sum.c.categories, case_words.c.words, case_words.c.after)
    .outerjoin(case_words, case_words.c.case_id == case_sum.c.case_id)
    .where(case_sum.c.case_id == bindparam("case_id"))
)


def kept(tx: Tx, case_id: int) -> Sums:
    """Return the sums that are kept of a case, but for its minutes and posts: there can be many of these."""
    rows = tx.all(_KEPT, {"case_id": case_id})
    if not rows:
        return Sums()
    return Sums(
        upto=rows[0]["upto"],
        categories=Counter(json.loads(rows[0]["categories"])),
        whole=rows[0]["whole"],
        words={row["words"]: row["after"] for row in rows if row["words"] is not None},
    )


def of_case(tx: Tx, case: Case) -> Sums:
    """Return what the reports of a case add up to: its newest minutes, and the posts that most of them name."""
    before = kept(tx, case.id)
    since = counted(tx, case_id=case.id, after=before.upto, upto=case.reports, known=before.words)
    times, posts = _both_minutes(tx, case.id, since.minutes), _both_posts(tx, case.id, since.posts)
    return replace(
        since,
        first=times.first,
        earliest=times.earliest,
        minutes=times.minutes,
        categories=before.categories + since.categories,
        whole=before.whole + since.whole,
        posts=posts.posts,
        all_posts=posts.all_posts,
    )


def counted(tx: Tx, *, case_id: int, after: int, upto: int, known: Mapping[int, int]) -> Sums:
    """Count reports of a case.

    Args:
        tx: the open transaction.
        case_id: the case.
        after: the place after which they stand.
        upto: the last place.
        known: words that are watched by then, each with the place after which it is.
    """
    if upto <= after:
        return Sums(upto=upto, words=known)
    here = within(case_id, after, upto)
    words = {**dict.fromkeys(_shared(tx, here), after), **known}
    number = func.count().label("number")
    of_each = tx.all(select(report.c.category, number).where(here).group_by(report.c.category))
    return Sums(
        upto=upto,
        minutes=_minutes(tx, here, words),
        categories=Counter({row["category"]: row["number"] for row in of_each}),
        whole=int(tx.scalar(select(func.count()).select_from(report).where(here, ~NAMES_ONE))),
        posts=_posts(tx, here),
        words=words,
    )


def within(case_id: int, after: int, upto: int) -> ColumnElement[bool]:
    """Return what holds of the reports of a case that stand after one place and not after another."""
    return and_(report.c.case_id == case_id, report.c.place > after, report.c.place <= upto)


def in_words(words: Mapping[int, int]) -> ColumnElement[bool]:
    """Return what holds of a report in one of these words, each from its place on."""
    from_there: dict[int, list[int]] = {}
    for one, after in words.items():
        from_there.setdefault(after, []).append(one)
    these = ((report.c.place > after) & among(report.c.words, those) for after, those in sorted(from_there.items()))
    return or_(false(), *these)


def _shared(tx: Tx, here: ColumnElement[bool]) -> list[int]:
    """Return the words that many share in these reports."""
    number = func.count()
    several = select(report.c.words).where(here, report.c.words.is_not(None)).group_by(report.c.words)
    most = several.having(number >= SHARED_BY).order_by(number.desc(), report.c.words).limit(MOST_SHARED)
    return tx.ids(most)


def _minutes(tx: Tx, here: ColumnElement[bool], words: Mapping[int, int]) -> dict[int, Minute]:
    same = in_words(words)
    minute = (report.c.created_at // MINUTE).label("minute")
    asked = select(
        minute,
        func.count().label("reports"),
        func.count().filter(~RIGHT_BEFORE, YOUNG).label("young"),
        func.count().filter(~RIGHT_BEFORE, same).label("same"),
        func.count().filter(~RIGHT_BEFORE, or_(YOUNG, same)).label("alike"),
    )
    return {row["minute"]: _minute_of(row) for row in tx.all(asked.where(here).group_by(minute))}


def _minute_of(row: RowMapping) -> Minute:
    return Minute(reports=row["reports"], young=row["young"], same=row["same"], alike=row["alike"])


# Of what is kept of a case, its newest minutes, and beside each the first of all.
_mine, _every = case_minute.c.case_id == bindparam("case_id"), case_minute.alias()
_theirs = _every.c.case_id == bindparam("case_id")
_NEWEST_MINUTES = select(
    case_minute, select(func.min(_every.c.minute)).where(_theirs).scalar_subquery().label("earliest")
).where(
    _mine,
    case_minute.c.minute >= select(func.max(_every.c.minute)).where(_theirs).scalar_subquery() - LOOK_BACK // MINUTE,
)


def _both_minutes(tx: Tx, case_id: int, since: Mapping[int, Minute]) -> Sums:
    """Return the newest minutes, those that are kept and others together."""
    rows = tx.all(_NEWEST_MINUTES, {"case_id": case_id})
    if not rows:
        return Sums(minutes=since)
    first = max([*since, *(row["minute"] for row in rows)]) - LOOK_BACK // MINUTE
    found = {row["minute"]: _minute_of(row) for row in rows if row["minute"] >= first}
    for minute, one in since.items():
        found[minute] = found.get(minute, Minute()) + one
    return Sums(first=first, earliest=rows[0]["earliest"], minutes=found)


def _named_first() -> ColumnElement[bool]:
    """Return what holds of a report that names a post which its reporter has not named before in the case."""
    earlier, named = report.alias(), report_post.alias()
    before = (
        select(earlier.c.id)
        .join(named, named.c.report_id == earlier.c.id)
        .where(earlier.c.reporter == report.c.reporter, earlier.c.case_id == report.c.case_id)
        .where(earlier.c.place < report.c.place, named.c.post_id == report_post.c.post_id)
        .exists()
    )
    return or_(FIRST, ~before)


NAMED_FIRST = _named_first()


def _posts(tx: Tx, here: ColumnElement[bool]) -> dict[int, PostSum]:
    """Return the posts that reports name; a reporter who has named one before is not counted again."""
    asked = (
        select(
            report_post.c.post_id,
            func.min(report_post.c.excerpt).label("excerpt"),
            func.min(report_post.c.posted_at).label("posted_at"),
            func.count().label("reports"),
            func.count().filter(NAMED_FIRST).label("reporters"),
        )
        .join(report, report.c.id == report_post.c.report_id)
        .where(here)
        .group_by(report_post.c.post_id)
    )
    return {row["post_id"]: PostSum(**row) for row in tx.all(asked)}


_POST = tuple(case_post.c[name] for name in ("post_id", "reports", "reporters", "excerpt", "posted_at"))
# Of what is set aside nothing is left.
_COUNTS = case_post.c.reports > 0
_MOST_NAMED = (
    select(*_POST, func.count().over().label("kept"))
    .where(case_post.c.case_id == bindparam("case_id"), _COUNTS)
    .order_by(case_post.c.reports.desc(), case_post.c.post_id)
    .limit(POSTS_SHOWN)
)
_NAMED = select(*_POST).where(
    case_post.c.case_id == bindparam("case_id"), _COUNTS, among(case_post.c.post_id, bindparam("posts"))
)


def _both_posts(tx: Tx, case_id: int, since: Mapping[int, PostSum]) -> Sums:
    """Return the posts that reports came for lately and those that most name, each with all of its reports."""
    rows = tx.all(_MOST_NAMED, {"case_id": case_id})
    named = tx.all(_NAMED, {"case_id": case_id, "posts": sorted(since)}) if since else ()
    found = dict(since)
    for row in {row["post_id"]: row for row in (*rows, *named)}.values():
        more = since.get(row["post_id"])
        found[row["post_id"]] = PostSum(
            post_id=row["post_id"],
            excerpt=row["excerpt"],
            posted_at=row["posted_at"],
            reports=row["reports"] + (more.reports if more else 0),
            reporters=row["reporters"] + (more.reporters if more else 0),
        )
    known = rows[0]["kept"] if rows else 0
    return Sums(posts=found, all_posts=known + len(since) - len(named))
