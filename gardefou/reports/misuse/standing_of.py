"""Whose reports are not processed, and until when: asked once for all who report at the same time."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select, text

from gardefou.reports.misuse.criteria import WARNED_FOR
from gardefou.reports.misuse.measure import SUSPENSION, WARNING, Measure, measure_of
from gardefou.reports.misuse.tables import STANDS, measure
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared


def not_processed(tx: Tx, *, now: int, reporters: Collection[str]) -> Mapping[str, int]:
    """Return of these reporters those whose reports are not processed now, and until when."""
    if not reporters:
        return {}
    return {row["reporter"]: int(row["until"]) for row in tx.all(*_suspended(sorted(set(reporters)), now))}


@prepared
def _suspended(reporters: list[str], now: int) -> Select[Any]:
    here = among(measure.c.reporter, reporters), measure.c.until > now
    # In these very words, by which a database sees that its small index fits.
    last = func.max(measure.c.until).label("until")
    return select(measure.c.reporter, last).where(*here, text(STANDS)).group_by(measure.c.reporter)


def in_force(tx: Tx, *, now: int, reporters: Collection[str]) -> dict[str, list[Measure]]:
    """Return what stands against each of these reporters, the newest first; those without anything are left out."""
    recent = (measure.c.until > now) | ((measure.c.kind == WARNING) & (measure.c.at > now - WARNED_FOR))
    wanted = select(measure).where(among(measure.c.reporter, reporters), measure.c.lifted_at.is_(None), recent)
    found: dict[str, list[Measure]] = {}
    for row in tx.all(wanted.order_by(measure.c.id.desc())):
        found.setdefault(row["reporter"], []).append(measure_of(row))
    return found


def warning_among(standing: Sequence[Measure]) -> Measure | None:
    """Return the warning that stands; None without one."""
    return next((one for one in standing if one.kind == WARNING), None)


def suspension_among(standing: Sequence[Measure]) -> Measure | None:
    """Return the suspension that stands; None without one."""
    return next((one for one in standing if one.kind == SUSPENSION), None)
