"""A case as a person looks at it: sums, never all of its reports at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

from sqlalchemy import Float, RowMapping, cast, func, select

from gardefou.accounts.queries import account as account_row
from gardefou.clock import DAY, HOUR, MINUTE
from gardefou.reports.case import Case, case_of
from gardefou.reports.categories import Category
from gardefou.reports.errors import UnknownCaseError
from gardefou.reports.leases import Lease, holder
from gardefou.reports.sums import Sums, sums_of
from gardefou.reports.tables import cases, report, report_post, reporter
from gardefou.storage import Tx
from gardefou.words import gettext as _

POSTS_SHOWN = 50
MOST_BUCKETS = 48
BUCKETS = (MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY)
#: A reporter of whom nothing is known weighs as one right in ten: a storm of newcomers weighs a tenth of its number.
RIGHT_ASSUMED, DECIDED_ASSUMED = 1.0, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPost:
    """A post as it was reported: how many reports name it, by how many reporters."""

    post_id: int
    excerpt: str
    posted_at: int
    reports: int
    reporters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporters:
    """Who reported, taken together.

    Attributes:
        distinct: how many reporters.
        newcomers: how many of them report for the first time.
        upheld: how many of their earlier cases were upheld.
        rejected: how many were rejected.
        weight: what they weigh together, each by how often they were right before; whole reporters.
    """

    distinct: int
    newcomers: int
    upheld: int
    rejected: int
    weight: int

    @property
    def right_in_100(self) -> int | None:
        """How often in a hundred they were right before, or None when nothing of theirs was ever decided."""
        decided = self.upheld + self.rejected
        return round(100 * self.upheld / decided) if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """When reports came: equal stretches from `start`, `bucket` microseconds each, empty ones included."""

    start: int
    bucket: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything the page of a case shows of its reports.

    Attributes:
        case: the case.
        account: the account's row.
        holder: who holds the case, or None.
        reporters: who reported, taken together.
        categories: what it is about, the most frequent first.
        posts: the posts reported, the most reported first; at most fifty.
        more_posts: how many posts are not shown.
        whole_account: how many reports name no post.
        arrivals: when they came.
    """

    case: Case
    account: RowMapping
    holder: Lease | None
    reporters: Reporters
    categories: tuple[tuple[Category, int], ...]
    posts: tuple[ReportedPost, ...]
    more_posts: int
    whole_account: int
    arrivals: Arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One report, with what is known of its reporter's earlier cases."""

    id: int
    reporter: str
    category: Category
    comment: str
    locale: str
    created_at: int
    posts: int
    filed_before: int
    upheld: int
    rejected: int


def case(tx: Tx, case_id: int) -> Case:
    """Return a case.

    Raises:
        UnknownCaseError: there is none by that number.
    """
    row = tx.first(select(cases).where(cases.c.id == case_id))
    if row is None:
        raise UnknownCaseError(_("There is no such case."), case=str(case_id))
    return case_of(row)


def open_case_of(tx: Tx, account_id: int) -> Case | None:
    """Return the open case on an account, or None."""
    row = tx.first(select(cases).where(cases.c.account_id == account_id, cases.c.state == "open"))
    return None if row is None else case_of(row)


def cases_of(tx: Tx, account_id: int, *, limit: int = 20) -> list[Case]:
    """Return the cases there have been on an account, the newest first."""
    statement = select(cases).where(cases.c.account_id == account_id).order_by(cases.c.id.desc()).limit(limit)
    return [case_of(row) for row in tx.all(statement)]


def case_view(tx: Tx, *, case_id: int, now: int) -> CaseView:
    """Return a case as its page shows it.

    Raises:
        UnknownCaseError: there is none by that number.
    """
    found = case(tx, case_id)
    sums = sums_of(tx, found)
    return CaseView(
        case=found,
        account=account_row(tx, found.account_id),
        holder=holder(tx, case_id, now),
        reporters=_reporters(tx, case_id),
        categories=_categories(sums),
        posts=_posts(sums),
        more_posts=max(0, len(sums.posts) - POSTS_SHOWN),
        whole_account=sums.whole,
        arrivals=_arrivals(sums),
    )


def _reporters(tx: Tx, case_id: int) -> Reporters:
    keys = select(report.c.reporter).where(report.c.case_id == case_id)
    right = cast(reporter.c.upheld, Float) + RIGHT_ASSUMED
    decided = cast(reporter.c.upheld + reporter.c.rejected, Float) + DECIDED_ASSUMED
    row = tx.first(
        select(
            func.count().label("distinct"),
            func.count().filter(reporter.c.filed <= 1).label("newcomers"),
            func.coalesce(func.sum(reporter.c.upheld), 0).label("upheld"),
            func.coalesce(func.sum(reporter.c.rejected), 0).label("rejected"),
            func.coalesce(func.sum(right / decided), 0.0).label("weight"),
        ).where(reporter.c.key.in_(keys))
    )
    if row is None:  # pragma: no cover
        return Reporters(distinct=0, newcomers=0, upheld=0, rejected=0, weight=0)
    weight = max(1, round(row["weight"])) if row["distinct"] else 0
    return Reporters(
        distinct=row["distinct"],
        newcomers=row["newcomers"],
        upheld=int(row["upheld"]),
        rejected=int(row["rejected"]),
        weight=weight,
    )


def _categories(sums: Sums) -> tuple[tuple[Category, int], ...]:
    found = sorted(sums.categories.items(), key=lambda one: (-one[1], one[0]))
    return tuple((Category(name), number) for name, number in found)


def _posts(sums: Sums) -> tuple[ReportedPost, ...]:
    shown = nsmallest(POSTS_SHOWN, sums.posts.items(), key=lambda one: (-one[1].reports, one[0]))
    return tuple(
        ReportedPost(
            post_id=post_id,
            excerpt=one.excerpt,
            posted_at=one.posted_at,
            reports=one.reports,
            reporters=one.reporters,
        )
        for post_id, one in shown
    )


def _arrivals(sums: Sums) -> Arrivals:
    if not sums.minutes:
        return Arrivals(start=0, bucket=BUCKETS[0], counts=())
    first, last = (MINUTE * edge(sums.minutes) for edge in (min, max))
    bucket = next((size for size in BUCKETS if last // size - first // size < MOST_BUCKETS), BUCKETS[-1])
    found: Counter[int] = Counter()
    for minute, number in sums.minutes.items():
        found[minute * MINUTE // bucket] += number
    begin = first // bucket
    return Arrivals(
        start=begin * bucket,
        bucket=bucket,
        counts=tuple(found[place] for place in range(begin, last // bucket + 1)),
    )


def reports_of(tx: Tx, *, case_id: int, limit: int = 50, before: int | None = None) -> Sequence[ReportLine]:
    """Return a page of a case's reports, the newest first, those with an id below `before`."""
    posts = select(func.count()).where(report_post.c.report_id == report.c.id).scalar_subquery().label("posts")
    statement = (
        select(report, posts, reporter.c.filed, reporter.c.upheld, reporter.c.rejected)
        .join(reporter, reporter.c.key == report.c.reporter)
        .where(report.c.case_id == case_id)
        .order_by(report.c.id.desc())
        .limit(max(1, min(limit, 200)))
    )
    if before is not None:
        statement = statement.where(report.c.id < before)
    return [
        ReportLine(
            id=row["id"],
            reporter=row["reporter"],
            category=Category(row["category"]),
            comment=row["comment"],
            locale=row["locale"],
            created_at=row["created_at"],
            posts=row["posts"],
            filed_before=max(0, row["filed"] - 1),
            upheld=row["upheld"],
            rejected=row["rejected"],
        )
        for row in tx.all(statement)
    ]
