"""A case as a person looks at it: sums, never all of its reports at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, bindparam, select

from gardefou.accounts.queries import account as account_row
from gardefou.reports.arrivals import Arrivals, arrivals
from gardefou.reports.aside import Aside, Offer, in_force, offers
from gardefou.reports.case import Case, case_of
from gardefou.reports.categories import Category
from gardefou.reports.errors import UnknownCaseError
from gardefou.reports.leases import Lease, deciding
from gardefou.reports.sums import POSTS_SHOWN, PostSum, of_case
from gardefou.reports.tables import cases
from gardefou.storage import Tx
from gardefou.storage.once import once
from gardefou.words import gettext as _

#: A post as it was reported.
ReportedPost = PostSum


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
        bursts: the bursts among them, the newest first.
        aside: what was set aside of them together, and is still, the newest first.
    """

    case: Case
    account: RowMapping
    holder: Lease | None
    categories: tuple[tuple[Category, int], ...]
    posts: tuple[ReportedPost, ...]
    more_posts: int
    whole_account: int
    arrivals: Arrivals
    bursts: tuple[Offer, ...]
    aside: tuple[Aside, ...]


_CASE = select(cases).where(cases.c.id == bindparam("case_id"))


@once
def case(tx: Tx, case_id: int) -> Case:
    """Return a case.

    Raises:
        UnknownCaseError: there is none by that number.
    """
    row = tx.first(_CASE, {"case_id": case_id})
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
        holder=deciding(tx, found, now),
        categories=_categories(sums.categories),
        posts=posts,
        more_posts=sums.all_posts - len(posts),
        whole_account=sums.whole,
        arrivals=arrivals(tx, case_id, sums, apart),
        bursts=offers(sums, apart),
        aside=apart,
    )


def _categories(found: Mapping[str, int]) -> tuple[tuple[Category, int], ...]:
    most = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return tuple((Category(name), number) for name, number in most)


def _posts(found: Mapping[int, PostSum]) -> tuple[ReportedPost, ...]:
    return tuple(sorted(found.values(), key=lambda one: (-one.reports, one.post_id))[:POSTS_SHOWN])
