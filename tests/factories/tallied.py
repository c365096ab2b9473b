"""Counts what a storm left behind: every report answered with success is there, none twice, and all sums agree."""

import json
from collections import Counter
from typing import Any

from sqlalchemy import Select, func, select

from gardefou.events.tables import event
from gardefou.reports.tables import cases, report, reporter
from gardefou.storage import Database, Tx
from tests.factories.storm import Storm


def tally(db: Database, *storms: Storm) -> list[str]:
    """Return what is wrong, in words; nothing when all is well. Nobody else may have reported anything."""
    with db.reading() as tx:
        return [*_kept(tx, storms), *_once(tx), *_sums(tx), *_told(tx)]


def _kept(tx: Tx, storms: tuple[Storm, ...]) -> list[str]:
    there = {row[0] for row in tx.execute(select(report.c.comment))}
    lost = sorted(set().union(*(one.kept for one in storms)) - there)
    return [f"answered with success and not there: {len(lost)}, as {lost[:3]}"] if lost else []


def _once(tx: Tx) -> list[str]:
    wrong = []
    number = func.count()
    twice = tx.all(select(report.c.comment, number).group_by(report.c.comment).having(number > 1))
    if twice:
        wrong.append(f"there twice: {len(twice)}, as {twice[0]['comment']}")
    again = tx.all(select(report.c.comment, report.c.times).where(report.c.times != 1))
    if again:
        wrong.append(f"sent once and counted more often: {len(again)}, as {again[0]['comment']}")
    several = tx.all(
        select(cases.c.account_id).where(cases.c.state == "open").group_by("account_id").having(number > 1)
    )
    return [*wrong, *(f"two open cases of account {row['account_id']}" for row in several)]


def _counted(tx: Tx, statement: Select[Any]) -> dict[Any, int]:
    """Return the numbers beside what they are of."""
    return {what: int(number) for what, number in map(tuple, tx.execute(statement))}


def _sums(tx: Tx) -> list[str]:
    """Hold what is written beside the reports against the reports."""
    number = func.count()
    rows = _counted(tx, select(report.c.case_id, number).group_by(report.c.case_id))
    said = _counted(tx, select(cases.c.id, cases.c.reports))
    differ = [one for one in rows | said if rows.get(one) != said.get(one)]
    wrong = [f"case {one} says {said.get(one)} reports and has {rows.get(one)}" for one in differ]
    pairs = select(report.c.reporter, report.c.case_id).distinct().subquery()
    each = _counted(tx, select(pairs.c.reporter, number).group_by(pairs.c.reporter))
    if each != _counted(tx, select(reporter.c.key, reporter.c.filed)):
        wrong.append("reporters are counted wrongly")
    return wrong


def _told(tx: Tx) -> list[str]:
    """Hold what was told to the desks against the reports."""
    told: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    for row in tx.all(select(event).where(event.c.kind.in_(["report.filed", "case.opened"]))):
        if row["kind"] == "case.opened":
            opened[row["subject"]] += 1
        else:
            told[row["subject"]] += json.loads(row["body"]).get("reports", 1)
    rows = {f"case:{one}": number for one, number in _counted(tx, select(cases.c.id, cases.c.reports)).items()}
    wrong = [] if told == rows else ["the events tell of other numbers of reports than there are"]
    return [*wrong, *(f"{one} was opened {number} times" for one, number in opened.items() if number > 1)]
