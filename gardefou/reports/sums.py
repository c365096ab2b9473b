"""What the reports of a case come to, without reading all of them again at each look.

Of a case with many reports a process remembers what the older ones come to, and reads those after them. The case's own
row says how many there are; where that does not agree, as when a report was written later than its number says,
everything is read anew. What is remembered follows the categories, minutes and posts of a case, not its reports.
"""

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, and_, case, func, select

from gardefou.clock import MINUTE, SECOND
from gardefou.reports.case import Case
from gardefou.reports.tables import report, report_post
from gardefou.storage import Tx
from gardefou.storage.ids import BIGGEST, EPOCH, NODE_BITS

#: So many reports are read at each look; with more, what they come to is remembered.
READ_AGAIN = 2_000
#: Reports of the last moments are always read: in another process one may be about to be written.
SLACK = 5 * SECOND
#: Of so many cases something is remembered.
CASES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSum:
    """A reported post: its words, when it was posted, how many reports name it, and of how many people."""

    excerpt: str
    posted_at: int
    reports: int
    reporters: int

    def __add__(self, later: "PostSum") -> "PostSum":
        """Return both together; `later` counts only reporters who are not in this one."""
        return PostSum(
            excerpt=min(self.excerpt, later.excerpt),
            posted_at=min(self.posted_at, later.posted_at),
            reports=self.reports + later.reports,
            reporters=self.reporters + later.reporters,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the reports of a case come to.

    Attributes:
        up_to: the number of the last report that may be in them.
        categories: how many reports of each.
        minutes: how many came in each minute, counted from the epoch.
        whole: how many name no post.
        posts: the reported posts.
    """

    up_to: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    minutes: Counter[int] = field(default_factory=Counter)
    whole: int = 0
    posts: dict[int, PostSum] = field(default_factory=dict)

    @property
    def reports(self) -> int:
        """How many reports there are."""
        return self.categories.total()

    def __add__(self, later: "Sums") -> "Sums":
        """Return both together."""
        posts = dict(self.posts)
        for post_id, one in later.posts.items():
            posts[post_id] = posts[post_id] + one if post_id in posts else one
        return Sums(
            up_to=later.up_to,
            categories=self.categories + later.categories,
            minutes=self.minutes + later.minutes,
            whole=self.whole + later.whole,
            posts=posts,
        )


_lock = threading.Lock()
_remembered: WeakKeyDictionary[Engine, OrderedDict[int, Sums]] = WeakKeyDictionary()


def sums_of(tx: Tx, found: Case) -> Sums:
    """Return what the reports of a case come to, in the very instant of the transaction."""
    known = _recall(tx, found.id)
    sums = _with_the_newest(tx, found, known)
    return sums if sums.reports == found.reports or not known.up_to else _with_the_newest(tx, found, Sums())


def _with_the_newest(tx: Tx, found: Case, known: Sums) -> Sums:
    edge = (found.updated_at - SLACK - EPOCH) << NODE_BITS
    if found.reports - known.reports > READ_AGAIN and edge > known.up_to:
        known = known + _read(tx, found.id, known.up_to, edge)
        _remember(tx, found.id, known)
    return known + _read(tx, found.id, known.up_to, BIGGEST)


def _recall(tx: Tx, case_id: int) -> Sums:
    with _lock:
        kept = _remembered.get(tx.connection.engine)
        return Sums() if kept is None else kept.get(case_id, Sums())


def _remember(tx: Tx, case_id: int, sums: Sums) -> None:
    with _lock:
        kept = _remembered.setdefault(tx.connection.engine, OrderedDict())
        kept[case_id] = sums
        kept.move_to_end(case_id)
        if len(kept) > CASES:
            kept.popitem(last=False)


def _read(tx: Tx, case_id: int, after: int, up_to: int) -> Sums:
    """Return what the reports come to whose numbers are after one and up to another."""
    these = and_(report.c.case_id == case_id, report.c.id > after, report.c.id <= up_to)
    names_one = select(report_post.c.report_id).where(report_post.c.report_id == report.c.id).exists()
    minute = (report.c.created_at // MINUTE).label("minute")
    categories: Counter[str] = Counter()
    minutes: Counter[int] = Counter()
    whole = 0
    for row in tx.all(
        select(
            report.c.category,
            minute,
            func.count().label("reports"),
            func.sum(case((names_one, 0), else_=1)).label("whole"),
        )
        .where(these)
        .group_by(report.c.category, minute)
    ):
        categories[row["category"]] += int(row["reports"])
        minutes[int(row["minute"])] += int(row["reports"])
        whole += int(row["whole"])
    posts = {int(row["post_id"]): _post(row) for row in tx.all(_posts(these, case_id, after))}
    return Sums(up_to=up_to, categories=categories, minutes=minutes, whole=whole, posts=posts)


def _posts(these: Any, case_id: int, after: int) -> Select[Any]:
    who: Any = report.c.reporter
    if after:
        before, named = report.alias("before"), report_post.alias("named")
        counted = (
            select(before.c.id)
            .join(named, named.c.report_id == before.c.id)
            .where(before.c.reporter == report.c.reporter, before.c.case_id == case_id, before.c.id <= after)
            .where(named.c.post_id == report_post.c.post_id)
            .exists()
        )
        who = case((~counted, report.c.reporter))
    return (
        select(
            report_post.c.post_id,
            func.min(report_post.c.excerpt).label("excerpt"),
            func.min(report_post.c.posted_at).label("posted_at"),
            func.count().label("reports"),
            func.count(who.distinct()).label("reporters"),
        )
        .join(report, report.c.id == report_post.c.report_id)
        .where(these)
        .group_by(report_post.c.post_id)
    )


def _post(row: Any) -> PostSum:
    return PostSum(**{name: row[name] for name in ("excerpt", "posted_at", "reports", "reporters")})
