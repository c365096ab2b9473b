"""Search: accounts and hashtags for everybody; for members also posts, of those that are theirs to search."""

from litestar import get
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.hashtags import tags_like
from gardefou.network.queries import PER_PAGE, Member, page_of, search_accounts
from gardefou.network.text import tag_address
from gardefou.network.web.common import before_in, page
from gardefou.network.web.showing import shown, shown_accounts
from gardefou.storage import Database
from gardefou.words.plain import storable

KINDS = ("accounts", "posts", "tags")
LONGEST, MOST_WORDS, TAGS = 100, 8, 40


@get("/search", may=May.ANYONE, sync_to_thread=True)
def search(
    db: Database, member: Member | None, q: str = "", kind: str = "accounts", before: str | None = None
) -> Template:
    """Show what some words find, one kind at a time."""
    sought = " ".join(storable(q).split())[:LONGEST]
    kinds = KINDS if member else ("accounts", "tags")
    chosen = kind if kind in kinds else "accounts"
    accounts, posts, tags, older = [], [], [], None
    with db.reading() as tx:
        if chosen == "accounts":
            accounts = shown_accounts(tx, [int(row["id"]) for row in search_accounts(tx, sought)])
        elif chosen == "tags":
            tags = [
                (tag, tag_address(tag))
                for tag in tags_like(tx, sought, reader=member.id if member else None, limit=TAGS)
            ]
        elif member is not None and sought:
            found = page_of(tx, timelines.found(member.id, sought.split()[:MOST_WORDS]), before_in(before), PER_PAGE)
            posts, older = shown(tx, found.posts, reader=member.id), found.before
    return page(
        "search",
        member=member,
        sought=sought,
        kinds=kinds,
        chosen=chosen,
        accounts=accounts,
        posts=posts,
        tags=tags,
        before=older,
        first=not before,
    )


HANDLERS: list[ControllerRouterHandler] = [search]
