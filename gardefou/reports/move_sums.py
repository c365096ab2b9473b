"""What is set aside goes out of the sums of its case, and comes back into them exactly as it went.

When reports came, by the minute, stays: a page shows those that are set aside in their place.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, text, update

from gardefou.reports.aside import Aside
from gardefou.reports.tables import aside_post, case_post, case_sum
from gardefou.storage import Tx


class Named(NamedTuple):
    """How many reports name a post, and how many reporters."""

    reports: int
    reporters: int


_LESS = (
    update(case_post)
    .where(case_post.c.case_id == bindparam("it"), case_post.c.post_id == bindparam("post"))
    .values(
        reports=case_post.c.reports - bindparam("fewer"),
        reporters=case_post.c.reporters - bindparam("fewer_reporters"),
    )
)
#: Both databases read this sentence alike.
_KEEP = text(
    "INSERT INTO aside_post (aside_id, post_id, reports, reporters) VALUES (:one, :post, :fewer, :fewer_reporters) "
    "ON CONFLICT (aside_id, post_id) DO UPDATE SET reports = aside_post.reports + excluded.reports, "
    "reporters = aside_post.reporters + excluded.reporters"
)


def move_kinds(tx: Tx, *, case_id: int, out: Mapping[str, int]) -> None:
    """Take so many reports of each kind out of the sums of a case, which is locked; fewer than none come back."""
    mine = case_sum.c.case_id == case_id
    found: dict[str, int] = json.loads(str(tx.scalar(select(case_sum.c.categories).where(mine))))
    left = {kind: found.get(kind, 0) - out.get(kind, 0) for kind in sorted({*found, *out})}
    kept = json.dumps({kind: number for kind, number in left.items() if number > 0})
    tx.execute(update(case_sum).where(mine).values(categories=kept))


def move_posts(tx: Tx, *, found: Aside, whole: int, posts: Mapping[int, Named]) -> None:
    """Take reports that name no post, and those that name some, out of the sums of their case, which is locked."""
    if whole:
        tx.execute(update(case_sum).where(case_sum.c.case_id == found.case_id).values(whole=case_sum.c.whole - whole))
    if posts:
        rows = [
            {"it": found.case_id, "one": found.id, "post": post, "fewer": one.reports, "fewer_reporters": one.reporters}
            for post, one in sorted(posts.items())
        ]
        tx.execute(_LESS, rows)
        tx.execute(_KEEP, rows)


def give_back(tx: Tx, found: Aside) -> None:
    """Put back into the sums of a case, which is locked, what was taken out of them for a set."""
    sums, mine = case_sum.c.case_id == found.case_id, aside_post.c.aside_id == found.id
    tx.execute(update(case_sum).where(sums).values(whole=case_sum.c.whole + found.whole))
    out = select(aside_post.c.reports).where(mine, aside_post.c.post_id == case_post.c.post_id).scalar_subquery()
    people = select(aside_post.c.reporters).where(mine, aside_post.c.post_id == case_post.c.post_id).scalar_subquery()
    theirs = case_post.c.case_id == found.case_id, case_post.c.post_id.in_(select(aside_post.c.post_id).where(mine))
    more = {"reports": case_post.c.reports + out, "reporters": case_post.c.reporters + people}
    tx.execute(update(case_post).where(*theirs).values(**more))
    tx.execute(delete(aside_post).where(mine))
