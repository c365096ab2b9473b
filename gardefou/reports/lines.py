"""The reports of a case one by one, the newest first, a page at a time: those that count, or those of one set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal, select
from sqlalchemy import case as either

from gardefou.reports.aside import Aside, in_one_of
from gardefou.reports.case import Case, Outcome
from gardefou.reports.categories import Category
from gardefou.reports.sums import within
from gardefou.reports.tables import report, report_post, reporter, tally
from gardefou.storage import Tx

MOST_LINES = 200
#: So many reports are looked through at a time, and where none of them is for the page so often; or it would have to
#: look through a whole storm that is set aside.
AT_A_TIME, TIMES = 10_000, 10
LOOKED_THROUGH = AT_A_TIME * TIMES
#: Among so many of the newest those in the same words are one.
NEWEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One report, with how its reporter's other cases were decided; how this one was is not in it.

    `alike` more are left out for it, where those in the same words are shown once.
    """

    id: int
    place: int
    reporter: str
    category: Category
    comment: str
    locale: str
    created_at: int
    posts: int
    filed_before: int
    upheld: int
    rejected: int
    alike: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A page of reports.

    Attributes:
        lines: the reports.
        before: the next page has those before this place; None at the end.
    """

    lines: tuple[ReportLine, ...]
    before: int | None


def reports_of(
    tx: Tx, *, case: Case, found: Sequence[Aside], only: Aside | None = None, limit: int = 50, before: int | None = None
) -> Lines:
    """Return a page of a case's reports.

    Args:
        tx: the open transaction.
        case: the case.
        found: what is set aside in it.
        only: the reports of this set; None for those that count.
        limit: how many.
        before: those before this place; None for the newest.
    """
    limit, last = max(1, min(limit, MOST_LINES)), case.reports if before is None else min(before - 1, case.reports)
    which = in_one_of([only]) if only else ~in_one_of(found)
    for first in _stretches(last):
        stretch = within(case.id, first, min(last, first + AT_A_TIME))
        lines = _lines(tx, case, select(report, literal(0).label("alike")).where(stretch & which), limit)
        if len(lines) == limit:
            return Lines(lines=lines, before=lines[-1].place)
        if lines:
            break
    return Lines(lines=lines, before=first + 1 if first > 0 else None)


def _stretches(last: int) -> Iterator[int]:
    """Return after which place each stretch begins that is looked through, the newest first; one at least."""
    for first in range(last - AT_A_TIME, last - LOOKED_THROUGH - 1, -AT_A_TIME):
        yield first
        if first <= 0:
            return


def sayings_of(tx: Tx, *, case: Case, found: Sequence[Aside], limit: int) -> tuple[ReportLine, ...]:
    """Return the newest reports of a case that count, those in the same words once: a storm is not read eight times.

    Args:
        tx: the open transaction.
        case: the case.
        found: what is set aside in it.
        limit: how many.
    """
    if not case.counting:
        return ()
    for first in _stretches(case.reports):
        sayings = _sayings(tx, case, within(case.id, first, first + AT_A_TIME) & ~in_one_of(found), limit)
        if sayings:
            break
    return sayings


def _sayings(tx: Tx, case: Case, counts: ColumnElement[bool], limit: int) -> tuple[ReportLine, ...]:
    last = report.c.place.desc()
    newest = select(report.c.id, report.c.place, report.c.words).where(counts).order_by(last).limit(NEWEST).subquery()
    # What has too few words to tell is like nothing but itself.
    alike = (newest.c.words, either((newest.c.words.is_(None), newest.c.id)))
    ranked = select(
        newest.c.id,
        func.row_number().over(partition_by=alike, order_by=newest.c.place.desc()).label("nth"),
        (func.count().over(partition_by=alike) - 1).label("alike"),
    ).subquery()
    page = select(report, ranked.c.alike).join(ranked, ranked.c.id == report.c.id).where(ranked.c.nth == 1)
    return _lines(tx, case, page, limit)


def _lines(tx: Tx, case: Case, which: Select[Any], limit: int) -> tuple[ReportLine, ...]:
    # The page is found first, and what is known of its few reporters afterwards.
    page = which.order_by(report.c.place.desc()).limit(limit).subquery()
    posts = select(func.count()).where(report_post.c.report_id == page.c.id).scalar_subquery().label("posts")
    asked = (
        select(page, posts, reporter.c.filed, reporter.c.upheld, reporter.c.rejected, _counted(page).label("counted"))
        .join(reporter, reporter.c.key == page.c.reporter)
        .order_by(page.c.place.desc())
    )
    return tuple(
        ReportLine(
            id=row["id"],
            place=row["place"],
            reporter=row["reporter"],
            category=Category(row["category"]),
            comment=row["comment"],
            locale=row["locale"],
            created_at=row["created_at"],
            posts=row["posts"],
            filed_before=max(0, row["filed"] - 1),
            upheld=max(0, row["upheld"] - (row["counted"] if case.outcome is Outcome.UPHELD else 0)),
            rejected=max(0, row["rejected"] - (row["counted"] if case.outcome is Outcome.REJECTED else 0)),
            alike=row["alike"],
        )
        for row in tx.all(asked)
    )


def _counted(page: FromClause) -> ColumnElement[int]:
    """Return how often the end of a case is counted for the author of a report: once, as far as that has come."""
    waits = select(tally.c.id).where(tally.c.case_id == page.c.case_id, tally.c.after < page.c.id).exists()
    return either((waits, literal(0)), else_=literal(1))
