"""Every read of this room, under one name."""

from gardefou.reports.leases import holder
from gardefou.reports.queue import Counts, Group, Queue, QueueRow, count_open, counts, queue
from gardefou.reports.view import (
    Arrivals,
    CaseView,
    ReportedPost,
    ReportLine,
    case,
    case_view,
    cases_of,
    open_case_of,
    reports_of,
)

__all__ = [
    "Arrivals",
    "CaseView",
    "Counts",
    "Group",
    "Queue",
    "QueueRow",
    "ReportLine",
    "ReportedPost",
    "case",
    "case_view",
    "cases_of",
    "count_open",
    "counts",
    "holder",
    "open_case_of",
    "queue",
    "reports_of",
]
