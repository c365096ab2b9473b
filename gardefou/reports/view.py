"""A case as a person looks at it: sums, never all of its reports at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Float, RowMapping, cast, func, select

from gardefou.accounts.queries import account as account_row
from gardefou.reports.arrivals import Arrivals, arrivals
from gardefou.reports.aside import Aside, Offer, in_force, offers
from gardefou.reports.case import Case, case_of
from gardefou.reports.categories import Category
from gardefou.reports.errors import UnknownCaseError
from gardefou.reports.leases import Lease, holder
from gardefou.reports.sums import POSTS_SHOWN, PostSum, of_case, post_count
from gardefou.reports.tables import cases, report, reporter
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: A reporter of whom nothing is known weighs as one right in ten: a storm of newcomers weighs a tenth of its number.
RIGHT_ASSUMED, DECIDED_ASSUMED = 1.0, 10.0

#: A post as it was reported.
ReportedPost = PostSum


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
        bursts: the bursts among them, the newest first.
        aside: what was set aside of them together, and is still, the newest first.
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
    bursts: tuple[Offer, ...]
    aside: tuple[Aside, ...]


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
    sums = of_case(tx, found)
    posts, apart = _posts(sums.posts), in_force(tx, case_id)
    return CaseView(
        case=found,
        account=account_row(tx, found.account_id),
        holder=holder(tx, case_id, now),
        reporters=_reporters(tx, case_id),
        categories=_categories(sums.categories),
        posts=posts,
        more_posts=post_count(tx, case_id, sums.posts) - len(posts),
        whole_account=sums.whole,
        arrivals=arrivals(tx, case_id, sums, apart),
        bursts=offers(sums, apart),
        aside=apart,
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


def _categories(found: Mapping[str, int]) -> tuple[tuple[Category, int], ...]:
    most = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return tuple((Category(name), number) for name, number in most)


def _posts(found: Mapping[int, PostSum]) -> tuple[ReportedPost, ...]:
    return tuple(sorted(found.values(), key=lambda one: (-one.reports, one.post_id))[:POSTS_SHOWN])
