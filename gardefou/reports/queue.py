"""The queue: which case next. Read by pages along a key, so that its length costs nothing.

Three groups: what is due soon, what reviewers decide, and the rest by gravity and then by `rank_at`, the instant that
priority.py reckons and intake keeps. A case's number of reports moves it nowhere (promise 18). Everybody who works on
cases sees all three: who may not decide a protected case may still look at it, try, and be told by which rule it is
refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    TextClause,
    bindparam,
    func,
    literal_column,
    select,
    text,
    tuple_,
)

from gardefou.accounts.queries import FACTS
from gardefou.accounts.tables import account
from gardefou.clock import MINUTE
from gardefou.reports.case import Case, case_of
from gardefou.reports.errors import CursorError
from gardefou.reports.leases import Lease, running
from gardefou.reports.tables import FOR_ALL, KEPT, cases, lease
from gardefou.reports.workers import REVIEWERS
from gardefou.staff.tables import person
from gardefou.storage import Tx
from gardefou.storage.metadata import Int64
from gardefou.storage.once import once
from gardefou.storage.prepared import prepared

DUE_SOON = 15 * MINUTE
PAGE_LIMIT = 200
#: Cases are counted up to here: nobody works through more in a day, and counting a hundred thousand takes as long as
#: reading the queue a hundred times.
MOST_COUNTED = 1_000


class Group(StrEnum):
    """The groups of the queue."""

    DUE_SOON = "due soon"
    PROTECTED = "protected"
    PRIORITY = "by priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One line of the queue.

    Attributes:
        group: where it stands.
        case: the case.
        handle: the account's.
        display_name: the account's.
        followers: the account's.
        facts: a row that has what rules are told of the account, `accounts.queries.FACTS`.
        holder: who holds the case, or None.
    """

    group: Group
    case: Case
    handle: str
    display_name: str
    followers: int
    facts: RowMapping
    holder: Lease | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of the queue, and the key of the next one (None at the end)."""

    rows: tuple[QueueRow, ...]
    next: str | None

    def of(self, group: Group | str) -> tuple[QueueRow, ...]:
        """Return the rows of one group."""
        return tuple(row for row in self.rows if row.group == group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many open cases there are, in all and in each group, each counted up to `MOST_COUNTED`.

    Attributes:
        more: whether there are more than were counted.
    """

    total: int
    due_soon: int
    protected: int
    by_priority: int
    more: bool = False


#: What stands first in each group.
SORT: dict[Group, tuple[ColumnElement[int], ...]] = {
    Group.DUE_SOON: (cases.c.due_at, cases.c.id),
    Group.PROTECTED: (cases.c.due_at, cases.c.id),
    Group.PRIORITY: (cases.c.severity, cases.c.rank_at, cases.c.id),
}


def belongs(group: Group, soon: ColumnElement[int] | int) -> tuple[TextClause | ColumnElement[bool], ...]:
    """Return what holds of the open cases of a group; what is due by `soon` is due soon."""
    match group:
        case Group.PROTECTED:
            return (text(KEPT),)
        case Group.DUE_SOON:
            return (text(FOR_ALL), cases.c.due_at <= soon)
        case Group.PRIORITY:
            return (text(FOR_ALL), cases.c.due_at > soon)


def groups_for(roles: Collection[str]) -> tuple[Group, ...]:
    """Return the groups in the order in which someone with these roles works through them."""
    if set(roles) & REVIEWERS:
        return (Group.DUE_SOON, Group.PROTECTED, Group.PRIORITY)
    return (Group.DUE_SOON, Group.PRIORITY, Group.PROTECTED)


def queue(
    tx: Tx,
    *,
    now: int,
    roles: Collection[str],
    limit: int = 50,
    after: str | None = None,
    locale: str | None = None,
    only: Group | str | None = None,
) -> Queue:
    """Return a page of open cases.

    Args:
        tx: the open transaction.
        now: the instant; what is due soon depends on it.
        roles: the reader's roles; reviewers have protected cases before the rest, others after it.
        limit: how many rows.
        after: `next` of the page before.
        locale: only cases in this language.
        only: only this group.

    Raises:
        CursorError: `after` is no key of this queue.
    """
    limit = max(1, min(limit, PAGE_LIMIT))
    groups = groups_for(roles) if only is None else (Group(only),)
    start, key = _read_cursor(after, groups)
    rows: list[QueueRow] = []
    for group in groups[groups.index(start) :]:
        severity, at, case_id = (key if group is start else None) or (None, None, None)
        asked = _page(group, now, now + DUE_SOON, locale, severity, at, case_id, limit + 1 - len(rows))
        rows += [_row(group, row) for row in tx.all(*asked)]
        if len(rows) > limit:
            return Queue(rows=tuple(rows[:limit]), next=_cursor(rows[limit - 1]))
    return Queue(rows=tuple(rows), next=None)


@prepared
def _page(
    group: Group,
    now: int,
    soon: int,
    locale: str | None,
    severity: int | None,
    at: int | None,
    case_id: int | None,
    most: int,
) -> Select[Any]:
    """Return the rows of a group, those after the key where there is one; a group's key may leave out the gravity."""
    statement = (
        select(
            cases,
            account.c.handle,
            account.c.display_name,
            *FACTS,
            lease.c.person_id,
            lease.c.until,
            person.c.name,
        )
        .join(account, account.c.id == cases.c.account_id)
        .outerjoin(lease, (lease.c.case_id == cases.c.id) & running(now))
        .outerjoin(person, person.c.id == lease.c.person_id)
        .where(*belongs(group, soon))
        .order_by(*SORT[group])
        .limit(most)
    )
    if locale is not None:
        statement = statement.where(cases.c.locale == locale)
    if case_id is not None:
        key = {"severity": severity, "due_at": at, "rank_at": at, "id": case_id}
        statement = statement.where(tuple_(*SORT[group]) > tuple_(*(key[str(column.key)] for column in SORT[group])))
    return statement


def _row(group: Group, row: Any) -> QueueRow:
    held = None
    if row["person_id"] is not None:
        held = Lease(case_id=row["id"], person_id=row["person_id"], name=row["name"], until=row["until"])
    return QueueRow(
        group=group,
        case=case_of(row),
        handle=row["handle"],
        display_name=row["display_name"],
        followers=row["followers"],
        facts=row,
        holder=held,
    )


_LETTER = {Group.DUE_SOON: "d", Group.PROTECTED: "p", Group.PRIORITY: "g"}


def _cursor(row: QueueRow) -> str:
    return "-".join([_LETTER[row.group], *(str(getattr(row.case, str(column.key))) for column in SORT[row.group])])


def _read_cursor(after: str | None, groups: Sequence[Group]) -> tuple[Group, tuple[int | None, int, int] | None]:
    """Return where a page begins: its group, and the key before its first row, gravity, instant and number."""
    if after is None:
        return groups[0], None
    letter, *numbers = after[:80].split("-")
    group = next((group for group in groups if _LETTER[group] == letter), None)
    fits = group is not None and len(numbers) == len(SORT[group])
    if group is None or not fits or not all(part.isascii() and part.isdigit() for part in numbers):
        raise CursorError
    key = [int(part) for part in numbers]
    if max(key) >= 1 << 63:
        raise CursorError
    *severity, at, case_id = key
    return group, (severity[0] if severity else None, at, case_id)


def _counted(*wanted: TextClause | ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many cases there are of a sort, counted up to one more than the most."""
    some = select(literal_column("1").label("one")).select_from(cases).where(*wanted).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


_COUNTS = select(
    _counted(text(FOR_ALL)).label("ordinary"),
    _counted(text(KEPT)).label("kept"),
    _counted(*belongs(Group.DUE_SOON, bindparam("soon", type_=Int64))).label("soon"),
)


@once
def counts(tx: Tx, *, now: int) -> Counts:
    """Return how many cases are open, in all and in each group."""
    row = tx.first(_COUNTS, {"soon": now + DUE_SOON})
    ordinary, kept, soon = (row["ordinary"], row["kept"], row["soon"]) if row else (0, 0, 0)
    return Counts(
        total=min(ordinary + kept, MOST_COUNTED),
        due_soon=min(soon, MOST_COUNTED),
        protected=min(kept, MOST_COUNTED),
        by_priority=min(ordinary - soon, MOST_COUNTED),
        more=ordinary + kept > MOST_COUNTED,
    )
