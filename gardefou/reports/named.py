"""Which posts the reports of a case name."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from gardefou.clock import DAY
from gardefou.reports.tables import cases, report, report_post
from gardefou.storage import Tx
from gardefou.storage.among import among

#: How long after it closed a case may still be opened again with all that it had.
MAY_REOPEN = DAY


def names_any(tx: Tx, *, case_id: int, post_ids: Sequence[int]) -> bool:
    """Return whether a report of a case names one of a few posts."""
    named = select(report.c.id).join(report_post, report_post.c.report_id == report.c.id)
    those = (report.c.case_id == case_id) & report_post.c.post_id.in_(post_ids)
    return tx.first(named.where(those).limit(1)) is not None


def in_question(tx: Tx, *, now: int, post_ids: Collection[int], case_ids: Collection[int]) -> set[int]:
    """Return those of the posts that are named by a case that is open or was lately, or that is one of these."""
    lasting = or_(
        cases.c.state == "open", cases.c.closed_at > now - MAY_REOPEN, among(cases.c.id, sorted(set(case_ids)))
    )
    named = (
        select(report_post.c.post_id)
        .join(report, report.c.id == report_post.c.report_id)
        .join(cases, cases.c.id == report.c.case_id)
        .where(among(report_post.c.post_id, sorted(set(post_ids))), lasting)
        .distinct()
    )
    return set(tx.ids(named))
