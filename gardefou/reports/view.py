"""A case as a person looks at it: sums, never all of its reports at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, select

from gardefou.accounts.queries import account as account_row
from gardefou.clock import DAY, HOUR, MINUTE
from gardefou.reports.case import Case, case_of
from gardefou.reports.categories import Category
from gardefou.reports.errors import UnknownCaseError
from gardefou.reports.leases import Lease, holder
from gardefou.reports.tables import cases, report, report_post, reporter
from gardefou.storage import Tx
from gardefou.words import gettext as _

POSTS_SHOWN = 50
MOST_BUCKETS = 48
BUCKETS = (MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPost:
    """A post as it was reported: how many reports name it, by how many reporters."""

    post_id: int
    excerpt: str
    posted_at: int
    reports: int
    reporters: int


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
        categories: what it is about, the most frequent first.
        posts: the posts reported, the most reported first; at most fifty.
        more_posts: how many posts are not shown.
        whole_account: how many reports name no post.
        arrivals: when they came.
    """

    case: Case
    account: RowMapping
    holder: Lease | None
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
    posts = _posts(tx, case_id)
    return CaseView(
        case=found,
        account=account_row(tx, found.account_id),
        holder=holder(tx, case_id, now),
        categories=_categories(tx, case_id),
        posts=posts,
        more_posts=_distinct_posts(tx, case_id) - len(posts),
        whole_account=_whole_account(tx, case_id),
        arrivals=_arrivals(tx, case_id),
    )


def _categories(tx: Tx, case_id: int) -> tuple[tuple[Category, int], ...]:
    number = func.count().label("number")
    rows = tx.all(
        select(report.c.category, number)
        .where(report.c.case_id == case_id)
        .group_by(report.c.category)
        .order_by(number.desc(), report.c.category)
    )
    return tuple((Category(row["category"]), row["number"]) for row in rows)


def _posts(tx: Tx, case_id: int) -> tuple[ReportedPost, ...]:
    number = func.count().label("reports")
    rows = tx.all(
        select(
            report_post.c.post_id,
            func.min(report_post.c.excerpt).label("excerpt"),
            func.min(report_post.c.posted_at).label("posted_at"),
            number,
            func.count(report.c.reporter.distinct()).label("reporters"),
        )
        .join(report, report.c.id == report_post.c.report_id)
        .where(report.c.case_id == case_id)
        .group_by(report_post.c.post_id)
        .order_by(number.desc(), report_post.c.post_id)
        .limit(POSTS_SHOWN)
    )
    return tuple(ReportedPost(**row) for row in rows)


def _distinct_posts(tx: Tx, case_id: int) -> int:
    return int(
        tx.scalar(
            select(func.count(report_post.c.post_id.distinct()))
            .join(report, report.c.id == report_post.c.report_id)
            .where(report.c.case_id == case_id)
        )
    )


def _whole_account(tx: Tx, case_id: int) -> int:
    names_one = select(report_post.c.report_id).where(report_post.c.report_id == report.c.id).exists()
    return int(tx.scalar(select(func.count()).select_from(report).where(report.c.case_id == case_id, ~names_one)))


def _arrivals(tx: Tx, case_id: int) -> Arrivals:
    here = report.c.case_id == case_id
    row = tx.first(
        select(func.min(report.c.created_at).label("a"), func.max(report.c.created_at).label("z")).where(here)
    )
    if row is None or row["a"] is None:
        return Arrivals(start=0, bucket=BUCKETS[0], counts=())
    first, last = int(row["a"]), int(row["z"])
    bucket = next((size for size in BUCKETS if last // size - first // size < MOST_BUCKETS), BUCKETS[-1])
    place = (report.c.created_at // bucket).label("place")
    found = {
        int(row["place"]): int(row["number"])
        for row in tx.all(select(place, func.count().label("number")).where(here).group_by(place))
    }
    begin = first // bucket
    return Arrivals(
        start=begin * bucket,
        bucket=bucket,
        counts=tuple(found.get(place, 0) for place in range(begin, last // bucket + 1)),
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
