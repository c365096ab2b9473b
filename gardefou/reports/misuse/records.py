"""What became of the reports of some reporters lately: the numbers that a proposal rests on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select

from gardefou.reports.misuse.criteria import WINDOW
from gardefou.reports.misuse.tables import misuse
from gardefou.reports.tables import cases, report
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How many of the cases somebody reported in were decided, and how many of these rejected; each counted once.

    Only what was decided within the window counts, and only what was reported after anybody last looked into it.
    """

    decided: int = 0
    rejected: int = 0


def records(tx: Tx, *, now: int, reporters: Collection[str]) -> dict[str, Record]:
    """Return the record of each of these reporters; one without any is left out."""
    if not reporters:
        return {}
    return {
        row["reporter"]: Record(decided=int(row["decided"]), rejected=int(row["rejected"]))
        for row in tx.all(*_asked(sorted(reporters), now - WINDOW))
    }


@prepared
def _asked(reporters: list[str], closed_after: int) -> Select[Any]:
    rejected = case((cases.c.outcome == "rejected", cases.c.id)).distinct()
    fresh = report.c.created_at > func.coalesce(misuse.c.since, 0)
    joined = report.join(cases, cases.c.id == report.c.case_id).outerjoin(
        misuse, misuse.c.reporter == report.c.reporter
    )
    return (
        select(
            report.c.reporter,
            func.count(cases.c.id.distinct()).label("decided"),
            func.count(rejected).label("rejected"),
        )
        .select_from(joined)
        .where(among(report.c.reporter, reporters), cases.c.state == "closed", cases.c.closed_at > closed_after, fresh)
        .group_by(report.c.reporter)
    )
