"""The queue: which case next. Read by pages along a key, so that its length costs nothing.

Three groups: what is due soon, what reviewers decide, and the rest by gravity. A case's number of reports moves it
nowhere (promise 18). Everybody who works on cases sees all three: who may not decide a protected case may still look
at it, try, and be told by which rule it is refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from gardefou.accounts.tables import account
from gardefou.clock import MINUTE
from gardefou.reports.case import Case, case_of
from gardefou.reports.errors import CursorError
from gardefou.reports.leases import Lease
from gardefou.reports.tables import cases, lease
from gardefou.reports.workers import REVIEWERS
from gardefou.staff.tables import person
from gardefou.storage import Tx

DUE_SOON = 15 * MINUTE
PAGE_LIMIT = 200


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
        holder: who holds the case, or None.
    """

    group: Group
    case: Case
    handle: str
    display_name: str
    followers: int
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
    """How many open cases there are, in all and in each group."""

    total: int
    due_soon: int
    protected: int
    by_priority: int


_PROTECTED = (cases.c.protected == 1) | cases.c.handed_to.is_not(None)
_SORT: dict[Group, tuple[ColumnElement[int], ...]] = {
    Group.DUE_SOON: (cases.c.due_at, cases.c.id),
    Group.PROTECTED: (cases.c.due_at, cases.c.id),
    Group.PRIORITY: (cases.c.severity, cases.c.due_at, cases.c.id),
}


def _belongs(group: Group, now: int) -> ColumnElement[bool]:
    if group is Group.PROTECTED:
        return _PROTECTED
    soon = cases.c.due_at <= now + DUE_SOON
    return ~_PROTECTED & (soon if group is Group.DUE_SOON else ~soon)


def _groups(roles: Collection[str]) -> tuple[Group, ...]:
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
    groups = _groups(roles) if only is None else (Group(only),)
    start, key = _read_cursor(after, groups)
    rows: list[QueueRow] = []
    for group in groups[groups.index(start) :]:
        statement = _page(group, now, key if group is start else None, locale).limit(limit + 1 - len(rows))
        rows += [_row(group, row) for row in tx.all(statement)]
        if len(rows) > limit:
            return Queue(rows=tuple(rows[:limit]), next=_cursor(rows[limit - 1]))
    return Queue(rows=tuple(rows), next=None)


def _page(group: Group, now: int, key: Sequence[int] | None, locale: str | None) -> Select[Any]:
    columns = _SORT[group]
    statement = (
        select(
            cases,
            account.c.handle,
            account.c.display_name,
            account.c.followers,
            lease.c.person_id,
            lease.c.until,
            person.c.name,
        )
        .join(account, account.c.id == cases.c.account_id)
        .outerjoin(lease, (lease.c.case_id == cases.c.id) & (lease.c.until > now))
        .outerjoin(person, person.c.id == lease.c.person_id)
        .where(cases.c.state == "open", _belongs(group, now))
        .order_by(*columns)
    )
    if locale is not None:
        statement = statement.where(cases.c.locale == locale)
    if key is not None:
        statement = statement.where(tuple_(*columns) > tuple_(*key))
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
        holder=held,
    )


_LETTER = {Group.DUE_SOON: "d", Group.PROTECTED: "p", Group.PRIORITY: "g"}


def _cursor(row: QueueRow) -> str:
    values = {"severity": row.case.severity, "due_at": row.case.due_at, "id": row.case.id}
    return "-".join([_LETTER[row.group], *(str(values[str(column.key)]) for column in _SORT[row.group])])


def _read_cursor(after: str | None, groups: Sequence[Group]) -> tuple[Group, list[int] | None]:
    if after is None:
        return groups[0], None
    letter, *numbers = after[:80].split("-")
    group = next((group for group in groups if _LETTER[group] == letter), None)
    fits = group is not None and len(numbers) == len(_SORT[group])
    if group is None or not fits or not all(part.isascii() and part.isdigit() for part in numbers):
        raise CursorError
    key = [int(part) for part in numbers]
    if max(key) >= 1 << 63:
        raise CursorError
    return group, key


def counts(tx: Tx, *, now: int) -> Counts:
    """Return how many cases are open, in all and in each group."""
    soon, protected = _belongs(Group.DUE_SOON, now), _belongs(Group.PROTECTED, now)
    row = tx.first(
        select(
            func.count().label("total"),
            func.count().filter(soon).label("soon"),
            func.count().filter(protected).label("protected"),
        ).where(cases.c.state == "open")
    )
    total, due, kept = (row["total"], row["soon"], row["protected"]) if row else (0, 0, 0)
    return Counts(total=total, due_soon=due, protected=kept, by_priority=total - due - kept)
