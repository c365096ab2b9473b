"""Every read of this room, under one name."""

from gardefou.reports.arrivals import Arrivals
from gardefou.reports.aside import in_force
from gardefou.reports.leases import holder
from gardefou.reports.lines import ReportLine, reports_of, sayings_of
from gardefou.reports.queue import Counts, Group, Queue, QueueRow, counts, queue
from gardefou.reports.view import (
    CaseView,
    ReportedPost,
    case,
    case_view,
    cases_of,
    open_case_of,
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
    "counts",
    "holder",
    "in_force",
    "open_case_of",
    "queue",
    "reports_of",
    "sayings_of",
]
