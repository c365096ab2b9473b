"""What a reporter has said in a case: the last of each kind, so that looking costs the same however much it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, Text, cast, func, null, select, union_all

from gardefou.reports.filing import Filing
from gardefou.reports.tables import report
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared


@dataclass(frozen=True, slots=True)
class Said:
    """A report that is there, or will be when all of them are written."""

    report_id: int
    at: int


class Spoken:
    """What a reporter has said in a case."""

    def __init__(self) -> None:
        """They have said nothing."""
        self._of: dict[int | None, Said] = {}
        self._in_words: dict[tuple[int | None, str], Said] = {}

    def __bool__(self) -> bool:
        """Return whether they have said anything."""
        return bool(self._of)

    def note(self, said: Said, about: int | None, comment: str | None) -> None:
        """Take note of a report; of one that was there before, its words where they are known."""
        last = self._of.get(about)
        if last is None or said.at >= last.at:
            self._of[about] = said
        if comment is not None:
            self._in_words[about, comment] = said

    def same(self, one: Filing) -> Said | None:
        """Return the last report of the same, to which this one adds no words."""
        return self._in_words.get((one.about, one.comment)) if one.comment else self._of.get(one.about)


def said_before(tx: Tx, case_ids: Sequence[int], filings: Sequence[Filing]) -> dict[tuple[int, str], Spoken]:
    """Return what those who file now have said in these cases, as far as they might say it again."""
    found: dict[tuple[int, str], Spoken] = defaultdict(Spoken)
    if not case_ids:
        return found
    reporters, words = sorted({one.by for one in filings}), sorted({one.comment for one in filings if one.comment})
    for row in tx.all(*_said_by(reporters, list(case_ids), words or None)):
        said = Said(int(row["id"]), int(row["at"]))
        found[int(row["case_id"]), row["reporter"]].note(said, row["about"], row["comment"])
    return found


@prepared
def _said_by(reporters: list[str], case_ids: list[int], words: list[str] | None) -> Select[Any] | CompoundSelect[Any]:
    """Return the last report of each kind by each, and the last in the same words: a row each, whatever is there."""
    said = report.c
    theirs = among(said.reporter, reporters), among(said.case_id, case_ids)
    last, kind = (func.max(said.id).label("id"), func.max(said.created_at).label("at")), (said.about,)
    of_each = select(*last, said.case_id, said.reporter, *kind, cast(null(), Text).label("comment")).where(*theirs)
    of_each = of_each.group_by(said.case_id, said.reporter, said.about)
    if words is None:
        return of_each
    in_words = select(*last, said.case_id, said.reporter, *kind, said.comment).where(
        *theirs, among(said.comment, words)
    )
    return union_all(of_each, in_words.group_by(said.case_id, said.reporter, said.about, said.comment))
