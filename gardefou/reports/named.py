"""Which posts the reports of a case name."""

from collections.abc import Sequence

from sqlalchemy import select

from gardefou.reports.tables import report, report_post
from gardefou.storage import Tx


def names_any(tx: Tx, *, case_id: int, post_ids: Sequence[int]) -> bool:
    """Return whether a report of a case names one of a few posts."""
    named = select(report.c.id).join(report_post, report_post.c.report_id == report.c.id)
    those = (report.c.case_id == case_id) & report_post.c.post_id.in_(post_ids)
    return tx.first(named.where(those).limit(1)) is not None
