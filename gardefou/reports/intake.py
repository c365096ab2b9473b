"""Take in reports: the one door, whoever files them and from wherever, one or ten thousand in a transaction.

All open reports against one account are one case (promise 18). The accounts' rows are locked first, in one order, so
that those who report one in the same instant find or open the same case; the database's own index forbids a second.
A report is acknowledged by the caller only after its transaction has committed (promise 17). What it costs follows the
reports that come, never those that are there.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Select,
    bindparam,
    insert,
    literal_column,
    select,
    update,
)

from gardefou.accounts.queries import lock_those
from gardefou.clock import DAY
from gardefou.events import Actor, record
from gardefou.events.record import Body
from gardefou.reports.errors import UnknownReportedError
from gardefou.reports.filing import Filing, ReportedPost, filing
from gardefou.reports.gathering import Gathering
from gardefou.reports.keep_sums import keep_sums, sums_are_due
from gardefou.reports.priority import Known
from gardefou.reports.reporters import count_cases
from gardefou.reports.said import Said, said_before
from gardefou.reports.tables import cases, report, report_post
from gardefou.reports.traits import Trait, traits_of
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.bulk import MANY, insert_rows, update_rows
from gardefou.storage.prepared import prepared
from gardefou.words import gettext as _

#: Who says the same again within this time says it once, and is counted.
SAME_WITHIN = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What became of a report.

    Attributes:
        report_id: the report; the earlier one when the same was filed again.
        case_id: the case it belongs to.
        new_case: whether it opened that case.
        repeated: whether the very same report was there already.
    """

    report_id: int
    case_id: int
    new_case: bool
    repeated: bool = False


def file_report(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    account_id: int,
    category: str,
    comment: str = "",
    posts: Sequence[ReportedPost] = (),
    locale: str = "en",
    protected: bool = False,
    imported_key: str | None = None,
) -> Filed:
    """File one report against an account; `filing` says what each argument is.

    Raises:
        ReportError: the category is unknown, the comment too long, or the posts too many.
        UnknownReportedError: there is no such account.
    """
    one = filing(
        actor=actor,
        account_id=account_id,
        category=category,
        comment=comment,
        posts=posts,
        locale=locale,
        protected=protected,
        imported_key=imported_key,
    )
    (filed,) = file_reports(tx, now=now, filings=[one])
    if filed is None:
        raise UnknownReportedError(_("There is no such account to report."), account=str(account_id))
    return filed


def file_reports(tx: Tx, *, now: int, filings: Sequence[Filing]) -> list[Filed | None]:
    """File reports, each as if it came alone and in this order.

    The same reporter saying the same of the same posts in the same open case within a day is one report, which counts
    how often it was filed; with other words it is another, so that nothing anybody wrote is thrown away.

    Args:
        tx: the open transaction.
        now: the instant, microseconds.
        filings: the reports.

    Returns:
        What became of each; None where there is no such account.
    """
    there = lock_those(tx, {one.account_id for one in filings})
    desk = _Desk(tx, now, filings, there)
    found = [desk.take(one) if one.account_id in there else None for one in filings]
    desk.write()
    return found


#: A report's row but for its traits, by whom it is, and what is known of it so far, a `Trait` as a number.
_Written = tuple[tuple[Any, ...], str, int]


class _Desk:
    """Where reports are sorted before they are written, all at once."""

    def __init__(self, tx: Tx, now: int, filings: Sequence[Filing], there: Mapping[int, int]) -> None:
        """Look up everything that decides what becomes of them; `there` tells how many follow each account."""
        self._tx, self._now, self._followers = tx, now, there
        self._cases = _open_cases(tx, there)
        self._said = said_before(tx, {account: one.case_id for account, one in self._cases.items()}, filings)
        self._imported = _imported(tx, [one.imported_key for one in filings if one.imported_key is not None])
        self._reports: list[_Written] = []
        self._posts: list[tuple[Any, ...]] = []
        self._again: Counter[int] = Counter()
        self._reporters: Counter[str] = Counter()

    def take(self, one: Filing) -> Filed:
        """Take one report."""
        if one.imported_key in self._imported:
            return self._imported[one.imported_key]
        case = self._cases.get(one.account_id)
        opens = case is None
        if case is None:
            case = self._cases[one.account_id] = Gathering(self._tx.new_id(self._now), None)
        first = not self._said.has_anything(case.case_id, one.by)
        same = None if one.imported_key is not None else self._same(case.case_id, one)
        if same is not None:
            self._again[same.report_id] += 1
            return Filed(report_id=same.report_id, case_id=case.case_id, new_case=False, repeated=True)
        if first:
            case.reporters[one.by] = self._reporters[one.by]
            self._reporters[one.by] += 1  # Ten reports in one case weigh as one.
        report_id = self._write_down(one, case, first=first)
        self._said.note(case.case_id, one.by, one.about, one.comment, Said(report_id, self._now))
        if one.imported_key is not None:
            self._imported[one.imported_key] = Filed(
                report_id=report_id, case_id=case.case_id, new_case=False, repeated=True
            )
        return Filed(report_id=report_id, case_id=case.case_id, new_case=opens)

    def _same(self, case_id: int, one: Filing) -> Said | None:
        said = self._said.same(case_id, one)
        return said if said is not None and self._now - said.at < SAME_WITHIN else None

    def _write_down(self, one: Filing, case: Gathering, *, first: bool) -> int:
        report_id = self._tx.new_id(self._now)
        case.new.append(one)
        told = one.category.value, one.comment, one.locale, self._now, one.imported_key, one.about
        row = report_id, case.case_id, one.account_id, one.by, *told, 1, case.all_reports, one.words
        self._reports.append((row, one.by, Trait.FIRST.value if first else 0))
        self._posts += [(report_id, *post) for post in one.posts]
        return report_id

    def write(self) -> None:
        """Write what was taken, and say so to whoever watches."""
        known = count_cases(self._tx, now=self._now, filed=self._reporters)
        found = traits_of(self._tx, now=self._now, reporters={by for _row, by, _trait in self._reports}, known=known)
        traits = {by: trait.value for by, trait in found.items()}
        reports = [(*row, trait | traits.get(by, 0)) for row, by, trait in self._reports]
        gathered = sorted((case for case in self._cases.values() if case.new), key=lambda one: one.case_id)
        rows = [(case, self._row(case, known)) for case in gathered]
        opened = [self._opened(case) | row for case, row in rows if case.before is None]
        few = max(len(reports), len(self._posts)) < MANY
        with self._tx.at_once() if few else nullcontext():
            if opened:
                self._tx.execute(insert(cases), opened)
            update_rows(self._tx, cases, [{"id": case.case_id} | row for case, row in rows if case.before is not None])
            insert_rows(self._tx, report, _REPORT, reports)
            insert_rows(self._tx, report_post, _POST, self._posts)
            if self._again:
                self._tx.execute(_AGAIN, [{"it": number, "more": more} for number, more in sorted(self._again.items())])
        for case in gathered:
            if sums_are_due(case.all_reports - len(case.new), case.all_reports):
                keep_sums(self._tx, case_id=case.case_id, upto=case.all_reports)
            self._tell(case)

    def _row(self, case: Gathering, known: Mapping[str, Known]) -> dict[str, Any]:
        who = case.weighed(now=self._now, known=known, filed=self._reporters)
        return case.sums(now=self._now, followers=self._followers, who=who)

    def _opened(self, case: Gathering) -> dict[str, Any]:
        first = case.new[0]
        told = {"id": case.case_id, "account_id": first.account_id, "locale": first.locale}
        return told | {"state": "open", "opened_at": self._now}

    def _tell(self, case: Gathering) -> None:
        subject = f"case:{case.case_id}"
        account = str(case.new[0].account_id)
        told: Body = {"account": account, "reports": len(case.new), "counting": case.counting}
        if case.before is None:
            record(self._tx, now=self._now, kind="case.opened", subject=subject, body=told)
        record(self._tx, now=self._now, kind="report.filed", subject=subject, body=told)


_REPORT = (
    "id",
    "case_id",
    "account_id",
    "reporter",
    "category",
    "comment",
    "locale",
    "created_at",
    "imported_key",
    "about",
    "times",
    "place",
    "words",
    "traits",
)
_POST = ("report_id", "post_id", "excerpt", "posted_at")
_AGAIN = update(report).where(report.c.id == bindparam("it")).values(times=report.c.times + bindparam("more"))


def _open_cases(tx: Tx, account_ids: Collection[int]) -> dict[int, Gathering]:
    """Return the open case of each account that has one, locked."""
    return {int(row["account_id"]): Gathering(int(row["id"]), row) for row in tx.all(*_open_now(list(account_ids)))}


@prepared
def _open_now(account_ids: list[int]) -> Select[Any]:
    wanted = select(cases).where(among(cases.c.account_id, account_ids), cases.c.state == literal_column("'open'"))
    return wanted.order_by(cases.c.id).with_for_update()


def _imported(tx: Tx, keys: Sequence[str]) -> dict[str | None, Filed]:
    if not keys:
        return {}
    wanted = select(report.c.id, report.c.case_id, report.c.imported_key).where(among(report.c.imported_key, keys))
    return {
        row["imported_key"]: Filed(report_id=row["id"], case_id=row["case_id"], new_case=False, repeated=True)
        for row in tx.all(wanted)
    }
