"""Pages to read: timelines, a post and its past, a hashtag, and what a member keeps or likes. They change nothing."""

from dataclasses import replace
from typing import Any

from litestar import Response, get
from litestar.response import Template
from litestar.types import ControllerRouterHandler
from sqlalchemy import ColumnElement

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network import timelines
from gardefou.network.conversation import conversation
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.queries import (
    PER_PAGE,
    Member,
    one_shown_post,
    page_of,
    shown_account,
    shown_post,
    view,
)
from gardefou.network.tables import net_bookmark, net_favourite
from gardefou.network.text import tag_key
from gardefou.network.web.common import before_in, handle_in, id_in, page
from gardefou.network.web.composing import EMPTY, home_page, named
from gardefou.network.web.opengraph import of_post
from gardefou.network.web.showing import shown, shown_past
from gardefou.storage import Database
from gardefou.words.plain import storable

#: How much of a conversation stands around a post on its page.
AROUND = 60


@get("/", may=May.ANYONE, sync_to_thread=True)
def public(db: Database, clock: Clock, member: Member | None, before: str | None = None) -> Template:
    """Show everybody's posts."""
    with db.reading() as tx:
        reader = member.id if member else None
        found = timelines.page_of_everybody(tx, reader, now=clock.now(), before=before_in(before))
        posts = shown(tx, found.posts, reader=reader)
    return page("public", member=member, alike=True, posts=posts, before=found.before, first=not before)


@get("/home", may=May.MEMBER, sync_to_thread=True)
def home(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, before: str | None = None, reply: str = ""
) -> Response[Any]:
    """Show a member the posts of whom they follow, and where to write, or to answer a post."""
    with db.reading() as tx:
        draft = EMPTY
        if reply:
            answered = one_shown_post(tx, post_id=id_in(reply), reader=member.id)
            draft = replace(
                EMPTY,
                text=named(answered, member),
                reply_to=str(answered.id),
                visibility=answered.visibility.value,
                spoiler=answered.spoiler,
            )
        return home_page(tx, neighbours, member, now=clock.now(), before=before, draft=draft)


@get("/{name:str}/{number:str}", may=May.ANYONE, sync_to_thread=True)
def post_page(db: Database, clock: Clock, site: str, member: Member | None, name: str, number: str) -> Template:
    """Show one post with what it answers and what answers it."""
    reader = member.id if member else None
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        post = shown_post(tx, account_id=int(account["id"]), post_id=id_in(number), reader=reader)
        [item] = shown(tx, [post], reader=reader)
        around = conversation(tx, item.post, reader=reader, now=clock.now(), most=AROUND)
        above, below = (shown(tx, posts, reader=reader) for posts in (around.ancestors, around.descendants))
    about = of_post(item, account, site=site)
    return page("post", member=member, alike=True, account=account, item=item, above=above, below=below, about=about)


@get("/{name:str}/{number:str}/history", may=May.ANYONE, sync_to_thread=True)
def history_page(db: Database, member: Member | None, name: str, number: str) -> Template:
    """Show what one post has read, as it reads now first, to whoever may read it."""
    reader = member.id if member else None
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        post = shown_post(tx, account_id=int(account["id"]), post_id=id_in(number), reader=reader)
        if post.boost_of_id is not None:  # What passes something on says nothing itself.
            raise NoSuchPageError
        past = shown_past(tx, post)
    return page("history", member=member, account=account, post=post, past=past[::-1])


@get("/tags/{tag:str}", may=May.ANYONE, sync_to_thread=True)
def tag_page(db: Database, clock: Clock, member: Member | None, tag: str, before: str | None = None) -> Template:
    """Show what everybody says under a hashtag."""
    key = tag_key(storable(tag))
    if not key:
        raise NoSuchPageError
    reader = member.id if member else None
    with db.reading() as tx:
        found = page_of(
            tx, timelines.tagged(reader, clock.now(), timelines.Tagged(any=(key,))), before_in(before), PER_PAGE
        )
        posts = shown(tx, found.posts, reader=reader)
    return page("tag", member=member, alike=True, tag=key, posts=posts, before=found.before, first=not before)


@get("/bookmarks", may=May.MEMBER, sync_to_thread=True)
def bookmarks(db: Database, member: Member, before: str | None = None) -> Template:
    """Show a member what they keep, what they kept last first."""
    return _theirs(db, member, timelines.bookmarked(member.id), net_bookmark.c.id, before, which="bookmarks")


@get("/favourites", may=May.MEMBER, sync_to_thread=True)
def favourites(db: Database, member: Member, before: str | None = None) -> Template:
    """Show a member what they like, what they liked last first."""
    return _theirs(db, member, timelines.favourites(member.id), net_favourite.c.id, before, which="favourites")


def _theirs(
    db: Database,
    member: Member,
    wanted: timelines.Posts,
    key: ColumnElement[int],
    before: str | None,
    *,
    which: str,
) -> Template:
    """Return a list that is cut by when its posts came into it."""
    cut = before_in(before)
    if cut is not None:
        wanted = wanted.where(key < cut)
    with db.reading() as tx:
        rows = tx.all(wanted.order_by(key.desc()).limit(PER_PAGE + 1))
        posts = shown(tx, [view(row) for row in rows[:PER_PAGE]], reader=member.id)
    older = int(rows[PER_PAGE - 1]["cut_by"]) if len(rows) > PER_PAGE else None
    return page("kept", member=member, which=which, posts=posts, before=older, first=not before)


HANDLERS: list[ControllerRouterHandler] = [public, home, post_page, history_page, tag_page, bookmarks, favourites]
