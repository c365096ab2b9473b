"""Pages to read: timelines, profile, single post, hashtag, search. They change nothing."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network.acting import reread
from gardefou.network.conversation import conversation
from gardefou.network.errors import NoSuchPageError
from gardefou.network.home import home_timeline
from gardefou.network.initials import initials
from gardefou.network.ports import Neighbours
from gardefou.network.post import LONGEST
from gardefou.network.queries import (
    PER_PAGE,
    Member,
    PostView,
    follows,
    one_shown_post,
    page_of,
    profile_posts,
    public_timeline,
    search_accounts,
    shown_account,
    shown_post,
    shown_posts,
)
from gardefou.network.text import tag_key
from gardefou.network.timelines import Tagged, tagged
from gardefou.network.visibility import SILENCED
from gardefou.network.web.common import before_in, handle_in, id_in, page, shown
from gardefou.storage import Database, Tx
from gardefou.words.plain import storable

#: How much of a conversation stands around a post on its page.
AROUND = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a member has typed and not yet posted."""

    text: str = ""
    spoiler: str = ""
    visibility: str = ""
    reply_to: str = ""


EMPTY = Draft()


@get("/", may=May.ANYONE, sync_to_thread=True)
def public(db: Database, member: Member | None, before: str | None = None) -> Template:
    """Show everybody's posts."""
    with db.reading() as tx:
        reader = member.id if member else None
        found = public_timeline(tx, before=before_in(before), reader=reader)
        posts = shown(tx, found.posts, reader=reader)
    return page("public", member=member, posts=posts, before=found.before, first=not before)


@get("/home", may=May.MEMBER, sync_to_thread=True)
def home(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, before: str | None = None, reply: str = ""
) -> Response[Any]:
    """Show a member the posts of whom they follow, and where to write, or to answer a post."""
    with db.reading() as tx:
        draft = EMPTY
        if reply:
            answered = one_shown_post(tx, post_id=id_in(reply), reader=member.id)
            draft = Draft(
                text=_named(answered, member), reply_to=str(answered.id), visibility=answered.visibility.value
            )
        return home_page(tx, neighbours, member, now=clock.now(), before=before, draft=draft)


def _named(answered: PostView, member: Member) -> str:
    """Return how an answer begins: with whom it answers."""
    return "" if answered.account_id == member.id else f"@{answered.handle} "


def home_page(
    tx: Tx,
    neighbours: Neighbours,
    member: Member,
    *,
    now: int,
    before: str | None = None,
    status: int = 200,
    draft: Draft = EMPTY,
    error: str | None = None,
) -> Template:
    """Return a member's home; an owner who cannot act reads why instead of finding the form."""
    found = home_timeline(tx, member.id, now=now, before=before_in(before))
    silenced = member.standing in SILENCED
    answered = shown_posts(tx, post_ids=[id_in(draft.reply_to)], reader=member.id) if draft.reply_to else []
    account = reread(tx, member.id)
    return page(
        "home",
        member=member,
        status=status,
        posts=shown(tx, found.posts, reader=member.id),
        before=found.before,
        first=not before,
        silenced=silenced,
        why=neighbours.explain_standing(tx, account_id=member.id) if silenced else None,
        draft=draft,
        chosen=draft.visibility or account["posts_visibility"],
        answered=shown(tx, answered, reader=member.id),
        error=error,
        longest=LONGEST,
    )


@get("/search", may=May.ANYONE, sync_to_thread=True)
def search(db: Database, member: Member | None, q: str = "") -> Template:
    """Show the accounts that match some words."""
    sought = storable(q)[:100]
    with db.reading() as tx:
        accounts = search_accounts(tx, sought)
    return page("search", member=member, sought=sought, accounts=accounts, initials=initials)


@get("/{name:str}", may=May.ANYONE, sync_to_thread=True)
def profile(db: Database, member: Member | None, name: str, before: str | None = None) -> Template:
    """Show an account and a page of its posts."""
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        account_id, reader = int(account["id"]), member.id if member else None
        found = profile_posts(tx, account_id, before=before_in(before), reader=reader)
        posts = shown(tx, found.posts, reader=reader)
        following = member is not None and follows(tx, follower_id=member.id, followee_id=account_id)
    return page(
        "profile",
        member=member,
        account=account,
        initials=initials(account["display_name"]),
        posts=posts,
        before=found.before,
        first=not before,
        following=following,
        own=member is not None and member.id == account_id,
    )


@get("/{name:str}/{number:str}", may=May.ANYONE, sync_to_thread=True)
def post_page(db: Database, clock: Clock, member: Member | None, name: str, number: str) -> Template:
    """Show one post with what it answers and what answers it."""
    reader = member.id if member else None
    with db.reading() as tx:
        account = shown_account(tx, handle_in(name))
        post = shown_post(tx, account_id=int(account["id"]), post_id=id_in(number), reader=reader)
        [item] = shown(tx, [post], reader=reader)
        around = conversation(tx, item.post, reader=reader, now=clock.now(), most=AROUND)
        above, below = (shown(tx, posts, reader=reader) for posts in (around.ancestors, around.descendants))
    return page("post", member=member, account=account, item=item, above=above, below=below)


@get("/tags/{tag:str}", may=May.ANYONE, sync_to_thread=True)
def tag_page(db: Database, clock: Clock, member: Member | None, tag: str, before: str | None = None) -> Template:
    """Show what everybody says under a hashtag."""
    key = tag_key(storable(tag))
    if not key:
        raise NoSuchPageError
    reader = member.id if member else None
    with db.reading() as tx:
        found = page_of(tx, tagged(reader, clock.now(), Tagged(any=(key,))), before_in(before), PER_PAGE)
        posts = shown(tx, found.posts, reader=reader)
    return page("tag", member=member, tag=key, posts=posts, before=found.before, first=not before)
