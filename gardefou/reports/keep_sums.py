"""Add up the reports of a case that are not yet in its sums, once there are enough of them."""

import json
from dataclasses import asdict

from sqlalchemy import text

from gardefou.reports.keep_words import keep_words
from gardefou.reports.sums import counted, kept
from gardefou.storage import Tx

#: A case's reports are added up when so many more are there.
STEP = 1_000
#: Both databases read these sentences alike.
_SUM = text(
    "INSERT INTO case_sum (case_id, upto, whole, categories) VALUES (:it, :upto, :whole, :categories) ON CONFLICT "
    "(case_id) DO UPDATE SET upto = excluded.upto, whole = excluded.whole, categories = excluded.categories"
)
_MINUTE = text(
    "INSERT INTO case_minute (case_id, minute, reports, young, same, alike) "
    "VALUES (:it, :minute, :reports, :young, :same, :alike) ON CONFLICT (case_id, minute) DO UPDATE SET "
    "reports = case_minute.reports + excluded.reports, young = case_minute.young + excluded.young, "
    "same = case_minute.same + excluded.same, alike = case_minute.alike + excluded.alike"
)
_POST = text(
    "INSERT INTO case_post (case_id, post_id, reports, reporters, excerpt, posted_at) "
    "VALUES (:it, :post_id, :reports, :reporters, :excerpt, :posted_at) ON CONFLICT (case_id, post_id) DO UPDATE SET "
    "reports = case_post.reports + excluded.reports, reporters = case_post.reporters + excluded.reporters"
)


def sums_are_due(before: int, after: int) -> bool:
    """Return whether a case that had so many reports and now has more of them is to be added up."""
    return before // STEP < after // STEP


def keep_sums(tx: Tx, *, case_id: int, upto: int) -> None:
    """Add reports to the sums of their case, up to a place.

    Args:
        tx: the open transaction, in which the case is locked.
        case_id: the case.
        upto: the place of the last report to be in them.
    """
    before = kept(tx, case_id)
    if upto <= before.upto:
        return
    since = counted(tx, case_id=case_id, after=before.upto, upto=upto, known=before.words)
    whole, categories = before.whole + since.whole, json.dumps(before.categories + since.categories)
    tx.execute(_SUM, {"it": case_id, "upto": upto, "whole": whole, "categories": categories})
    minutes = [{"minute": minute} | asdict(one) for minute, one in since.minutes.items()]
    posts = [asdict(one) for one in since.posts.values()]
    for statement, rows in ((_MINUTE, minutes), (_POST, posts)):
        if rows:
            tx.execute(statement, [{"it": case_id} | row for row in rows])
    keep_words(tx, case_id=case_id, after=before.upto, upto=upto, words=since.words)
