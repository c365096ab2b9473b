"""Whoever filed only what is set aside weighs nothing in its case; taken back, they weigh what they did.

So with the posts that they name, and with those that name none: they are out of the sums that its page shows.

They are taken out along the places of the set's reports, a slice at a time: a small set in the step that sets it aside,
a storm's by the worker. What was taken out is kept with the set, so that taking it back is one row whatever the set's
size, and gives back exactly what was there (count_aside.py). A reporter is weighed at their first report in the case,
and stays weighed while any other report of theirs is not in the set.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, func, select, update

from gardefou.events import Actor, record
from gardefou.reports.aside import Aside, Which, aside_of, in_set
from gardefou.reports.case import Case
from gardefou.reports.locked import locked
from gardefou.reports.move_sums import Named, move_posts
from gardefou.reports.priority import Known, Weighed, rank_at, weighed
from gardefou.reports.sums import NAMED_FIRST, NAMES_ONE
from gardefou.reports.tables import aside, cases, report, report_post, reporter
from gardefou.reports.traits import FIRST
from gardefou.storage import Tx
from gardefou.storage.among import among

#: So many reports of a case are gone through at once.
SLICE = 1_000

_WAITS = select(aside).where(aside.c.taken_back_at.is_(None), aside.c.weighed_to < aside.c.upto)
_NEXT = _WAITS.order_by(aside.c.id).limit(1)


def waits_to_be_taken_out(tx: Tx) -> bool:
    """Return whether anybody is still weighed whose reports are set aside."""
    return tx.first(_NEXT) is not None


def take_out_next(tx: Tx, *, actor: Actor, now: int) -> bool:
    """Take the next slice of those out whose reports are set aside.

    Args:
        tx: the open transaction.
        actor: the machine of the house that does it.
        now: the instant, microseconds.

    Returns:
        Whether anything waited.
    """
    row = tx.first(_NEXT)
    if row is None:
        return False
    found = aside_of(row)
    # Reckoned before anything is locked: those who report meanwhile do not wait for it.
    out = _slice(tx, now, found)
    case = locked(tx, found.case_id)
    as_it_is = tx.first(select(aside).where(aside.c.id == found.id, aside.c.taken_back_at.is_(None)).with_for_update())
    if as_it_is is None or aside_of(as_it_is) != found:
        return True  # It was taken back, or has grown: what waits now is another set.
    _write(tx, now, case, found, out)
    if out.upto == found.upto:
        record(tx, now=now, kind="case.weighed", subject=case.subject, body={"set": str(found.id), "by": str(actor)})
    return True


def take_out_few(tx: Tx, *, actor: Actor, now: int, found: Aside) -> None:  # noqa: ARG001  # every write names its actor
    """Take those of a set out at once, where they are few; else it is left to the worker.

    Args:
        tx: the open transaction, in which the case is locked.
        actor: who set them aside.
        now: the instant.
        found: the set, of whom nobody is taken out yet.
    """
    if found.upto - found.weighed_to <= SLICE:
        _write(tx, now, locked(tx, found.case_id), found, _slice(tx, now, found))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """What goes out next: up to which place, who, how many that name no post, and those that name each."""

    upto: int
    who: Weighed
    whole: int
    posts: Mapping[int, Named]


def _slice(tx: Tx, now: int, found: Aside) -> _Slice:
    """Return the next slice of a set, and those in it who weigh nothing any more."""
    upto = min(found.upto, found.weighed_to + SLICE)
    earlier = report.alias()
    before = select(earlier.c.id).where(earlier.c.reporter == report.c.reporter, earlier.c.id < report.c.id).exists()
    here = in_set(found.which) & (report.c.place > found.weighed_to) & (report.c.place <= upto)
    rows = tx.all(select(report.c.reporter, before.label("before")).where(here, FIRST))
    new = {str(row["reporter"]): not row["before"] for row in rows}
    gone = set(new) - _counting(tx, found.which, new)
    return _Slice(
        upto=upto,
        who=weighed(((key, known, new[key]) for key, known in _known(tx, gone)), now),
        whole=int(tx.scalar(select(func.count()).select_from(report).where(here, ~NAMES_ONE))),
        posts=_posts(tx, found.which, here),
    )


def _posts(tx: Tx, which: Which, here: ColumnElement[bool]) -> dict[int, Named]:
    """Return the posts that a slice names; who names one in what is not in the set still counts for it."""
    names = select(report_post.c.post_id, report.c.reporter).join(report, report.c.id == report_post.c.report_id)
    rows = tx.all(names.add_columns(NAMED_FIRST.label("anew")).where(here))
    reports = Counter(int(row["post_id"]) for row in rows)
    anew = {(int(row["post_id"]), str(row["reporter"])) for row in rows if row["anew"]}
    if anew:
        theirs = report.c.case_id == which.case_id, among(report.c.reporter, sorted({who for _post, who in anew}))
        left = tx.all(names.where(*theirs, ~in_set(which)).distinct())
        anew -= {(int(row["post_id"]), str(row["reporter"])) for row in left}
    people = Counter(post for post, _who in anew)
    return {post: Named(number, people[post]) for post, number in reports.items()}


def _counting(tx: Tx, which: Which, reporters: Collection[str]) -> set[str]:
    """Return those of some reporters who have filed something in the case that is not in the set."""
    if not reporters:
        return set()
    mine = report.c.case_id == which.case_id, among(report.c.reporter, reporters)
    rows = tx.all(select(report.c.reporter).where(*mine, ~in_set(which)).distinct())
    return {str(row["reporter"]) for row in rows}


def _known(tx: Tx, reporters: Collection[str]) -> Iterator[tuple[str, Known]]:
    """Yield what was known of reporters in a set when they filed: nobody in it had been right before."""
    if not reporters:
        return
    known = select(reporter.c.key, reporter.c.filed, reporter.c.rejected, reporter.c.decided_at)
    for row in tx.all(known.where(among(reporter.c.key, reporters))):
        yield str(row["key"]), Known(row["filed"], 0, row["rejected"], row["decided_at"])


def _write(tx: Tx, now: int, case: Case, found: Aside, out: _Slice) -> None:
    """Take a slice out of its case, which is locked, and keep with the set what is gone: never more than was there."""
    gone = out.who.at_most(case.who)
    taken_out, whole = json.dumps(asdict(found.taken_out + gone)), found.whole + out.whole
    kept = {"weighed_to": out.upto, "taken_out": taken_out, "whole": whole}
    move_posts(tx, found=found, whole=out.whole, posts=out.posts)
    tx.execute(update(aside).where(aside.c.id == found.id).values(**kept))
    left = case.who - gone
    rank = rank_at(due_at=case.due_at, who=left, reach=case.reach)
    changed = {**asdict(left), "rank_at": rank, "updated_at": now}
    tx.execute(update(cases).where(cases.c.id == case.id).values(**changed))
