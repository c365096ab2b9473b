"""Posts as clients read them, a page at a time: one question to the database for each thing, none for each post."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from gardefou.clock import to_iso
from gardefou.network.api.entities.accounts import accounts
from gardefou.network.api.entities.media import media
from gardefou.network.done import DONE, done_with
from gardefou.network.past import past_of
from gardefou.network.queries import PostView, shown_handles, shown_posts
from gardefou.network.tables import (
    net_account,
    net_app,
    net_media,
    net_mention,
    net_tag,
)
from gardefou.network.text import linked, mentioned, tag_address
from gardefou.network.visibility import account_shown
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.prepared import prepared

Entity = dict[str, Any]


@dataclass(kw_only=True)
class _Around:
    """What belongs to a page of posts, by post."""

    site: str
    reader: int | None
    accounts: dict[int, Entity]
    #: The mentions that lead to a page.
    handles: dict[str, str]
    mentions: dict[int, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[int, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    media: dict[int, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    apps: dict[int, Entity] = field(default_factory=dict)
    #: What the reader did, by post.
    done: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def statuses(tx: Tx, posts: Sequence[PostView], *, reader: int | None, site: str) -> list[Entity]:
    """Return posts as statuses, a boost around what it passes on.

    Args:
        tx: an open transaction.
        posts: from `queries`, so that this reader may see them.
        reader: who reads; None is whoever is not signed in.
        site: where people reach us, without a slash at the end.
    """
    wanted = sorted({post.boost_of_id for post in posts if post.boost_of_id is not None})
    originals = {post.id: post for post in shown_posts(tx, post_ids=wanted, reader=reader)}
    around = _gathered(tx, [*posts, *originals.values()], reader=reader, site=site)
    found = []
    for post in posts:
        original = None if post.boost_of_id is None else originals.get(post.boost_of_id)
        if post.boost_of_id is None or original is not None:
            reblog = None if original is None else _status(original, around, reblog=None)
            found.append(_status(post, around, reblog=reblog))
    return found


def said_to(entity: Entity, deeds: frozenset[str]) -> Entity:
    """Return a status as somebody else gets it, who did this with it; not its author."""
    did = {kind: kind in deeds for kind in DONE}
    inner = entity["reblog"]
    return entity | did | ({} if inner is None else {"reblog": inner | did})


def history(tx: Tx, post: PostView, *, reader: int | None, site: str) -> list[Entity]:
    """Return what a post has read, the oldest first, as it reads now last."""
    around = _gathered(tx, [post], reader=reader, site=site)
    past = past_of(tx, post)
    handles = shown_handles(tx, mentioned(version.text for version in past))
    return [
        {
            "content": f"<p>{linked(version.text, handles, site=site)}</p>" if version.text else "",
            "spoiler_text": version.spoiler,
            "sensitive": version.sensitive,
            "created_at": to_iso(version.at),
            "account": around.accounts[post.account_id],
            "media_attachments": around.media.get(post.id, []),
            "emojis": [],
            "poll": None,
        }
        for version in past
    ]


def _gathered(tx: Tx, posts: Sequence[PostView], *, reader: int | None, site: str) -> _Around:
    ids = [post.id for post in posts]
    around = _Around(
        site=site,
        reader=reader,
        accounts=accounts(tx, {post.account_id for post in posts}, site=site),
        handles=shown_handles(tx, mentioned(post.text for post in posts)),
    )
    if not ids:
        return around
    for row in tx.all(*_named(ids)):
        named = {"id": str(row["id"]), "username": row["handle"], "acct": row["handle"]}
        around.mentions[row["post_id"]].append({**named, "url": f"{site}/@{row['handle']}"})
    for row in tx.all(*_tagged(ids)):
        around.tags[row["post_id"]].append({"name": row["tag"], "url": tag_address(row["tag"], site=site)})
    for row in tx.all(*_shown_with(ids)):
        around.media[row["post_id"]].append(media(row, site=site))
    apps = sorted({post.app_id for post in posts if post.app_id is not None})
    for row in tx.all(*_sent_by(apps)) if apps else ():
        around.apps[row["id"]] = {"name": row["name"], "website": row["website"]}
    if reader is not None:
        for row in tx.all(*done_with(ids, reader)):
            around.done[int(row["post_id"])].add(row["kind"])
    return around


@prepared
def _named(ids: list[int]) -> Select[Any]:
    joined = select(net_mention.c.post_id, net_account.c.id, net_account.c.handle).join(
        net_account, net_account.c.id == net_mention.c.account_id
    )
    wanted = joined.where(among(net_mention.c.post_id, ids), account_shown(net_account.c.id))
    return wanted.order_by(net_account.c.id)


@prepared
def _tagged(ids: list[int]) -> Select[Any]:
    return select(net_tag).where(among(net_tag.c.post_id, ids)).order_by(net_tag.c.tag)


@prepared
def _shown_with(ids: list[int]) -> Select[Any]:
    return select(net_media).where(among(net_media.c.post_id, ids)).order_by(net_media.c.place)


@prepared
def _sent_by(ids: list[int]) -> Select[Any]:
    return select(net_app).where(among(net_app.c.id, ids))


def _status(post: PostView, around: _Around, *, reblog: Entity | None) -> Entity:
    author = around.accounts[post.account_id]
    url = f"{author['url']}/{post.id}"
    # A boost shows what its reader did with what it passes on.
    about = post.id if post.boost_of_id is None else post.boost_of_id
    entity: Entity = {
        "id": str(post.id),
        "created_at": to_iso(post.created_at),
        "in_reply_to_id": _text(post.reply_to_id),
        "in_reply_to_account_id": _text(post.reply_to_account_id),
        "sensitive": post.sensitive,
        "spoiler_text": post.spoiler,
        "visibility": post.visibility.value,
        "language": post.locale,
        "uri": url,
        "url": url,
        "replies_count": post.replies,
        "reblogs_count": post.reposts,
        "favourites_count": post.likes,
        "edited_at": None if post.edited_at is None else to_iso(post.edited_at),
        "content": _content(post, around),
        "reblog": reblog,
        "account": author,
        "media_attachments": around.media.get(post.id, []),
        "mentions": around.mentions.get(post.id, []),
        "tags": around.tags.get(post.id, []),
        "emojis": [],
        "card": None,
        "poll": None,
        "application": around.apps.get(post.app_id) if post.app_id is not None else None,
    }
    if around.reader is not None:
        done = around.done.get(about, ())
        entity |= {kind: kind in done for kind in DONE}
        if post.account_id == around.reader:
            entity["pinned"] = post.pinned_at is not None
    return entity


def _content(post: PostView, around: _Around) -> str:
    return f"<p>{linked(post.text, around.handles, site=around.site)}</p>" if post.text else ""


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
