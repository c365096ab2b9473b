"""What a member was told, as a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import get
from litestar.response import Template
from sqlalchemy import RowMapping

from gardefou.clock import Clock, to_iso
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.errors import OwnerCannotActError
from gardefou.network.mark_read import mark_read
from gardefou.network.notices import TIMELINE, told_by_house, told_to
from gardefou.network.queries import PER_PAGE, Member, shown_posts
from gardefou.network.tables import net_house_notice, net_notification
from gardefou.network.web.common import AnyRequest, before_in, page
from gardefou.network.web.showing import ShownAccount, ShownPost, shown, shown_accounts
from gardefou.storage import Database, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """What a member was told, ready to show."""

    kind: str
    at: int
    iso: str
    by: ShownAccount | None = None
    item: ShownPost | None = None
    handle: str = ""
    leads_to: str = ""


@get("/notifications", may=May.MEMBER, sync_to_thread=True)
def notifications_page(
    request: AnyRequest, db: Database, clock: Clock, member: Member, before: str | None = None
) -> Template:
    """Show a member what others did that concerns them, and what the house tells them.

    What stands on the first page is read from here on.
    """
    cut = before_in(before)
    with db.reading() as tx:
        rows = _rows(tx, member, clock.now(), cut)
        page_rows = rows[:PER_PAGE]
        notices = _shown(tx, member, page_rows)
    if not before:
        _read(request, db, clock, member, page_rows)
    older = int(page_rows[-1]["id"]) if len(rows) > PER_PAGE else None
    return page("notifications", member=member, notices=notices, before=older, first=not before)


def _rows(tx: Tx, member: Member, now: int, cut: int | None) -> Sequence[RowMapping]:
    """Return what others did and what the house told, together and the latest first, and one more than a page."""
    found: list[RowMapping] = []
    both = (told_to(member.id, now), net_notification.c.id), (told_by_house(member.id), net_house_notice.c.id)
    for wanted, number in both:
        older = wanted if cut is None else wanted.where(number < cut)
        found += tx.all(older.order_by(number.desc()).limit(PER_PAGE + 1))
    return sorted(found, key=lambda row: int(row["id"]), reverse=True)[: PER_PAGE + 1]


def _shown(tx: Tx, member: Member, rows: Sequence[RowMapping]) -> list[ShownNotice]:
    theirs = [row for row in rows if "from_id" in row]
    accounts = {one.id: one for one in shown_accounts(tx, sorted({int(row["from_id"]) for row in theirs}))}
    about = sorted({row["post_id"] for row in theirs if row["post_id"] is not None})
    posts = shown(tx, shown_posts(tx, post_ids=about, reader=member.id), reader=member.id)
    by_id = {item.post.id: item for item in posts}
    return [
        ShownNotice(**_common(row), by=accounts[row["from_id"]], item=by_id.get(row["post_id"]))
        if "from_id" in row
        else ShownNotice(**_common(row), handle=row["handle"], leads_to=row["leads_to"])
        for row in rows
        if "from_id" not in row or row["from_id"] in accounts
    ]


def _common(row: RowMapping) -> dict[str, Any]:
    return {"kind": row["kind"], "at": row["created_at"], "iso": to_iso(row["created_at"])}


def _read(request: AnyRequest, db: Database, clock: Clock, member: Member, rows: Sequence[RowMapping]) -> None:
    """Keep that a member has read what they were told, down from the latest, unless a browser only looks ahead.

    This writes where it is only asked for: a mark that goes on alone, and never back, is the same however often the
    page is opened, and nothing that it is about is changed or lost by it. Who cannot act keeps the mark they have.
    """
    ahead = "prefetch" in request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    if ahead or not rows or not request.state.get("unread"):
        return
    try:
        with db.transaction() as tx:
            read = {TIMELINE: int(rows[0]["id"])}
            mark_read(tx, actor=Actor.member(member.id), now=clock.now(), read=read, back=False)
    except OwnerCannotActError:
        return
    request.state.unread = 0
