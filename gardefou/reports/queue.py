"""The queue: which case next. Read by pages along a key, so that its length costs nothing.

Three groups: what is due soon, what reviewers decide, and the rest by gravity and then by `rank_at`, the instant that
priority.py reckons and intake keeps. A case's number of reports moves it nowhere (promise 18). Everybody who works on
cases sees all three: who may not decide a protected case may still look at it, try, and be told by which rule it is
refused. Whoever may decide it has it on top as any other once it is due soon.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import partial
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


class Part(Enum):
    """The two parts of the open cases, each with indexes of its own: who works on cases decides those, or reviewers."""

    FOR_ALL = auto()
    KEPT = auto()


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


def parts_of(group: Group, *, reviews: bool) -> tuple[Part, ...]:
    """Return in which parts of the open cases a group lies, for somebody who decides what reviewers decide, or not."""
    match group:
        case Group.DUE_SOON:
            return (Part.FOR_ALL, Part.KEPT) if reviews else (Part.FOR_ALL,)
        case Group.PROTECTED:
            return (Part.KEPT,)
        case Group.PRIORITY:
            return (Part.FOR_ALL,)


def belongs(
    group: Group, part: Part, soon: ColumnElement[int] | int, *, reviews: bool
) -> tuple[TextClause | ColumnElement[bool], ...]:
    """Return what holds of the cases of a group in one of its parts; what is due by `soon` is due soon."""
    words = text(FOR_ALL if part is Part.FOR_ALL else KEPT)
    match group:
        case Group.DUE_SOON:
            return (words, cases.c.due_at <= soon)
        case Group.PROTECTED if not reviews:
            return (words,)
        case Group.PROTECTED | Group.PRIORITY:
            return (words, cases.c.due_at > soon)


def reviews_among(roles: Collection[str]) -> bool:
    """Return whether someone with these roles decides what reviewers decide."""
    return not REVIEWERS.isdisjoint(roles)


def groups_for(roles: Collection[str]) -> tuple[Group, ...]:
    """Return the groups in the order in which someone with these roles works through them."""
    if reviews_among(roles):
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
        roles: the reader's roles; reviewers have protected cases before the rest, and among what is due soon; others
            have them after it.
        limit: how many rows.
        after: `next` of the page before.
        locale: only cases in this language.
        only: only this group.

    Raises:
        CursorError: `after` is no key of this queue.
    """
    limit = max(1, min(limit, PAGE_LIMIT))
    groups = groups_for(roles) if only is None else (Group(only),)
    # Whoever asks for the protected ones alone has all of them.
    reviews = reviews_among(roles) and groups != (Group.PROTECTED,)
    start, key = _read_cursor(after, groups)
    rows: list[QueueRow] = []
    for group in groups[groups.index(start) :]:
        severity, at, case_id = (key if group is start else None) or (None, None, None)
        most, found = limit + 1 - len(rows), list[RowMapping]()
        for part in parts_of(group, reviews=reviews):
            asked = _page(group, part, reviews, now, now + DUE_SOON, locale, severity, at, case_id, most)
            found += tx.all(*asked)
        rows += [_row(group, row) for row in sorted(found, key=partial(_key, group))[:most]]
        if len(rows) > limit:
            return Queue(rows=tuple(rows[:limit]), next=_cursor(rows[limit - 1]))
    return Queue(rows=tuple(rows), next=None)


@prepared
def _page(
    group: Group,
    part: Part,
    reviews: bool,  # noqa: FBT001  # a shape
    now: int,
    soon: int,
    locale: str | None,
    severity: int | None,
    at: int | None,
    case_id: int | None,
    most: int,
) -> Select[Any]:
    """Return a group's rows in one part, after the key where there is one; a group's key may leave out the gravity."""
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
        .where(*belongs(group, part, soon, reviews=reviews))
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


def _key(group: Group, row: RowMapping) -> tuple[int, ...]:
    return tuple(row[str(column.key)] for column in SORT[group])


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


def _soon(part: Part) -> ColumnElement[int]:
    return _counted(*belongs(Group.DUE_SOON, part, bindparam("soon", type_=Int64), reviews=True))


_COUNTS = select(
    _counted(text(FOR_ALL)).label("ordinary"),
    _counted(text(KEPT)).label("kept"),
    _soon(Part.FOR_ALL).label("soon"),
    _soon(Part.KEPT).label("kept_soon"),
)


@once
def counts(tx: Tx, *, now: int, roles: Collection[str]) -> Counts:
    """Return how many cases are open, in all and in each group as someone with these roles has it."""
    row = tx.first(_COUNTS, {"soon": now + DUE_SOON})
    names = ("ordinary", "kept", "soon", "kept_soon")
    ordinary, kept, soon, kept_soon = (int(row[name]) if row else 0 for name in names)
    theirs = kept_soon if reviews_among(roles) else 0
    return Counts(
        total=min(ordinary + kept, MOST_COUNTED),
        due_soon=min(soon + theirs, MOST_COUNTED),
        protected=min(kept - theirs, MOST_COUNTED),
        by_priority=min(ordinary - soon, MOST_COUNTED),
        more=ordinary + kept > MOST_COUNTED,
    )
