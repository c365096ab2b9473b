"""What a member was told, as a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import get
from litestar.response import Template
from sqlalchemy import RowMapping

from gardefou.clock import Clock, to_iso
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.errors import OwnerCannotActError
from gardefou.network.mark_read import mark_read
from gardefou.network.notices import TIMELINE, told_to
from gardefou.network.queries import PER_PAGE, Member, shown_posts
from gardefou.network.tables import net_notification
from gardefou.network.web.common import AnyRequest, before_in, page
from gardefou.network.web.showing import ShownAccount, ShownPost, shown, shown_accounts
from gardefou.storage import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """What a member was told, ready to show."""

    kind: str
    by: ShownAccount
    at: int
    iso: str
    item: ShownPost | None


@get("/notifications", may=May.MEMBER, sync_to_thread=True)
def notifications_page(
    request: AnyRequest, db: Database, clock: Clock, member: Member, before: str | None = None
) -> Template:
    """Show a member what others did that concerns them; what stands on the first page is read from here on."""
    wanted, cut = told_to(member.id, clock.now()), before_in(before)
    if cut is not None:
        wanted = wanted.where(net_notification.c.id < cut)
    with db.reading() as tx:
        rows = tx.all(wanted.order_by(net_notification.c.id.desc()).limit(PER_PAGE + 1))
        page_rows = rows[:PER_PAGE]
        by_whom = sorted({int(row["from_id"]) for row in page_rows})
        accounts = {account.id: account for account in shown_accounts(tx, by_whom)}
        about = sorted({row["post_id"] for row in page_rows if row["post_id"] is not None})
        posts = shown(tx, shown_posts(tx, post_ids=about, reader=member.id), reader=member.id)
    by_id = {item.post.id: item for item in posts}
    notices = [
        ShownNotice(
            kind=row["kind"],
            by=accounts[row["from_id"]],
            at=row["created_at"],
            iso=to_iso(row["created_at"]),
            item=by_id.get(row["post_id"]),
        )
        for row in page_rows
        if row["from_id"] in accounts
    ]
    if not before:
        _read(request, db, clock, member, page_rows)
    older = int(page_rows[-1]["id"]) if len(rows) > PER_PAGE else None
    return page("notifications", member=member, notices=notices, before=older, first=not before)


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
