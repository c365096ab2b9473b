"""Every read of what is proposed and decided about reporters."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select

from gardefou.reports.errors import UnknownMeasureError
from gardefou.reports.misuse.criteria import READ_AGAIN, WARNED_FOR, enough
from gardefou.reports.misuse.measure import SUSPENSION, WARNING, Measure, measure_of
from gardefou.reports.misuse.records import Record, records
from gardefou.reports.misuse.standing_of import in_force, suspension_among, warning_among
from gardefou.reports.misuse.tables import measure, misuse
from gardefou.reports.tables import cases, report
from gardefou.reports.tables import reporter as reporter_table
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: The lists of the desk.
CONTESTED, STANDING, OVER = "contested", "in force", "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A reporter about whom the house proposes to decide, by their record as it is now.

    Attributes:
        reporter: who, as a report keeps them.
        noted: how many were rejected when it was proposed: the order of the list.
        record: how it is now.
        warning: the warning that stands; then a suspension is proposed, else a warning.
        suspension: the suspension that stands; then nothing is.
        since: when somebody last decided about them or let them be; only what came after it counts. 0 before that.
        holds: whether the numbers are reason enough still.
    """

    reporter: str
    noted: int
    record: Record
    warning: Measure | None
    suspension: Measure | None
    since: int

    @property
    def holds(self) -> bool:
        """Whether the numbers are reason enough still."""
        record = self.record
        return self.suspension is None and enough(record.decided, record.rejected, warned=self.warning is not None)


def proposals(tx: Tx, *, now: int, limit: int, after: tuple[int, str] | None = None) -> list[Proposal]:
    """Return a page of what is proposed, those with the most rejected first.

    Args:
        tx: an open transaction.
        now: the instant.
        limit: how many at most.
        after: the last of the page before, by what was noted of it and its reporter.
    """
    row = misuse.c
    wanted = select(row.reporter, row.rejected).where(row.state == "proposed")
    if after is not None:
        further = and_(row.rejected == after[0], row.reporter > after[1])
        wanted = wanted.where(or_(row.rejected < after[0], further))
    rows = tx.all(wanted.order_by(row.rejected.desc(), row.reporter).limit(limit))
    return _as_they_are(tx, now, [(str(one["reporter"]), int(one["rejected"])) for one in rows])


def proposal(tx: Tx, *, now: int, reporter: str) -> Proposal:
    """Return how it stands with one reporter, proposed or not."""
    (found,) = _as_they_are(tx, now, [(reporter, 0)])
    return found


def _as_they_are(tx: Tx, now: int, noted: Sequence[tuple[str, int]]) -> list[Proposal]:
    keys = [key for key, _rejected in noted]
    looked = tx.all(select(misuse.c.reporter, misuse.c.since).where(misuse.c.reporter.in_(keys)))
    since = {str(row["reporter"]): int(row["since"]) for row in looked}
    found, standing = records(tx, now=now, reporters=keys), in_force(tx, now=now, reporters=keys)
    return [
        Proposal(
            reporter=key,
            noted=rejected,
            record=found.get(key, Record()),
            warning=warning_among(standing.get(key, [])),
            suspension=suspension_among(standing.get(key, [])),
            since=since.get(key, 0),
        )
        for key, rejected in noted
    ]


def measures(tx: Tx, *, now: int, only: str, limit: int, before: int | None = None) -> list[Measure]:
    """Return a page of what was decided, the newest first: what is contested, what stands, or what is over."""
    wanted = select(measure).where(_only(only, now))
    if before is not None:
        wanted = wanted.where(measure.c.id < before)
    return [measure_of(row) for row in tx.all(wanted.order_by(measure.c.id.desc()).limit(limit))]


def _only(which: str, now: int) -> ColumnElement[bool]:
    row = measure.c
    suspended = and_(row.kind == SUSPENSION, row.until > now)
    stands = and_(row.lifted_at.is_(None), or_(suspended, and_(row.kind == WARNING, row.at > now - WARNED_FOR)))
    asked = and_(row.contested_at.is_not(None), row.answered_at.is_(None))
    return {CONTESTED: asked, STANDING: stands, OVER: ~stands}[which]


def read_measure(tx: Tx, measure_id: int) -> Measure:
    """Return a warning or a suspension.

    Raises:
        UnknownMeasureError: there is none by that number.
    """
    row = tx.first(select(measure).where(measure.c.id == measure_id))
    if row is None:
        raise UnknownMeasureError(_("Nothing was decided about a reporter under that number."))
    return measure_of(row)


def measures_on(tx: Tx, *, reporter: str, limit: int = 20) -> list[Measure]:
    """Return what was ever decided about a reporter, the newest first."""
    wanted = select(measure).where(measure.c.reporter == reporter)
    return [measure_of(row) for row in tx.all(wanted.order_by(measure.c.id.desc()).limit(limit))]


def has_reported(tx: Tx, reporter: str) -> bool:
    """Return whether anybody by that key ever reported anything."""
    return tx.first(select(reporter_table.c.key).where(reporter_table.c.key == reporter)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One report that was rejected, to be read again."""

    id: int
    case_id: int
    account_id: int
    category: str
    comment: str
    created_at: int


def rejected_reports(tx: Tx, *, reporter: str, limit: int = READ_AGAIN) -> list[Rejected]:
    """Return the last reports of somebody that were rejected, the newest first."""
    wanted = (
        select(
            report.c.id,
            report.c.case_id,
            report.c.account_id,
            report.c.category,
            report.c.comment,
            report.c.created_at,
        )
        .join(cases, cases.c.id == report.c.case_id)
        .where(report.c.reporter == reporter, cases.c.outcome == "rejected")
        .order_by(report.c.id.desc())
        .limit(limit)
    )
    return [Rejected(**row) for row in tx.all(wanted)]
