"""A member says something."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from gardefou.events import Actor
from gardefou.network import told
from gardefou.network.acting import acting_member, locked, locked_posts, reread
from gardefou.network.conversation import thread_of
from gardefou.network.errors import NoSuchPageError, PostEmptyError, PostTooLongError
from gardefou.network.media import attach
from gardefou.network.names import tell_named, write_names
from gardefou.network.notify import Notice, notify
from gardefou.network.ports import Neighbours
from gardefou.network.queries import PostView, one_shown_post
from gardefou.network.tables import net_account, net_post, net_posted_once
from gardefou.network.visibility import FOR_ALL, Visibility
from gardefou.storage import Tx
from gardefou.words.plain import is_blank, one_line, paragraphs

LONGEST = 500
#: How long a client that sends the same again under the same key is answered with what it posted, microseconds.
ONCE_WITHIN = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What an author decides beside the text.

    Attributes:
        visibility: for whom.
        spoiler: what is read first, before the text is asked for.
        sensitive: whether images are shown only when asked for.
        reply_to_id: the post that it answers.
        media_ids: the author's own images, in their order.
        app_id: the program it was written with.
        once: a key of the client's: with the same one again, nothing is posted twice.
    """

    visibility: Visibility = Visibility.PUBLIC
    spoiler: str = ""
    sensitive: bool = False
    reply_to_id: int | None = None
    media_ids: tuple[int, ...] = ()
    app_id: int | None = None
    once: bytes | None = None


PLAIN = Writing()


def post(
    tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, text: str, locale: str, writing: Writing = PLAIN
) -> int:
    """Publish a post, keep the counters, and tell whom it names or answers.

    Args:
        tx: the open transaction.
        neighbours: who is told.
        actor: the member.
        now: the instant, microseconds.
        text: plain text, 500 characters at most, the spoiler's included.
        locale: the language it is written in.
        writing: what else its author decides.

    Returns:
        The post's id; of the one that was posted before under the same key, if any.

    Raises:
        PostEmptyError, PostTooLongError, TooManyNamedError, MediaError: what was written cannot be used.
        NoSuchPageError: what it answers is not there to be read.
        OwnerCannotActError: the author is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    spoiler = one_line(writing.spoiler)
    clean = readable(text, beside=len(spoiler), alone=not writing.media_ids)
    # A post's row is locked before its members' rows, everywhere, so that two verbs never wait in a circle.
    if writing.reply_to_id is not None:
        locked_posts(tx, writing.reply_to_id)
    locked(tx, account_id)
    if (before := _posted_before(tx, account_id, writing.once, now)) is not None:
        return before
    parent = None if writing.reply_to_id is None else _answered(tx, writing.reply_to_id, account_id)
    post_id = publish(
        tx,
        neighbours,
        now=now,
        account_id=account_id,
        text=clean,
        locale=locale,
        visibility=writing.visibility.value,
        spoiler=spoiler,
        sensitive=int(writing.sensitive or bool(spoiler)),
        app_id=writing.app_id,
        reply_to_id=None if parent is None else parent.id,
        reply_to_account_id=None if parent is None else parent.account_id,
        thread_id=None if parent is None else thread_of(tx, parent.id),
    )
    attach(tx, account_id=account_id, media_ids=writing.media_ids, post_id=post_id)
    tell_named(tx, actor=actor, now=now, post_id=post_id)
    if parent is not None:
        notify(tx, actor=actor, now=now, account_id=parent.account_id, kind=Notice.MENTION, post_id=post_id)
        count_reply(tx, parent.id, writing.visibility, by=1)
    if writing.once is not None:
        _remember(tx, account_id, writing.once, post_id, now)
    return post_id


def readable(text: str, *, beside: int = 0, alone: bool = True) -> str:
    """Return a post's text as it is kept.

    Args:
        text: as it was written.
        beside: how many of the characters allowed are used up beside it.
        alone: whether the text is all there is; without one there must be something else.

    Raises:
        PostEmptyError, PostTooLongError: the text cannot be used.
    """
    clean = paragraphs(text)
    if alone and is_blank(clean):
        raise PostEmptyError
    if len(clean) + beside > LONGEST:
        raise PostTooLongError(limit=LONGEST, length=len(clean) + beside)
    return clean


def publish(
    tx: Tx,
    neighbours: Neighbours,
    *,
    now: int,
    account_id: int,
    text: str,
    locale: str,
    order_id: int | None = None,
    **more: str | int | None,
) -> int:
    """Write a post and whom it names, and keep its author's counter.

    Args:
        tx: the open transaction.
        neighbours: who is told.
        now: the instant, microseconds.
        account_id: whose post.
        text: its text, `readable`.
        locale: the language it is written in.
        order_id: in whose name staff wrote it, if they did.
        more: what else stands in its row.

    Raises:
        TooManyNamedError: it names too many.
    """
    locked(tx, account_id)
    post_id = tx.new_id(now)
    given = {"id": post_id, "account_id": account_id, "text": text, "locale": locale, "order_id": order_id, **more}
    tx.execute(insert(net_post).values(reposts=0, likes=0, created_at=now, **given))
    write_names(tx, post_id=post_id, text=text)
    if more.get("visibility") != Visibility.DIRECT:  # Nobody else is to see that something was said between few.
        counted = {"posts": net_account.c.posts + 1, "last_post_at": now}
        tx.execute(update(net_account).where(net_account.c.id == account_id).values(counted))
        neighbours.account_changed(tx, now=now, account=reread(tx, account_id))
    told.published(tx, now=now, post_id=post_id, account_id=account_id)
    return post_id


def count_reply(tx: Tx, post_id: int, visibility: Visibility, *, by: int) -> None:
    """Move the counter of answers, of those that everybody may read."""
    if visibility in FOR_ALL:
        tx.execute(update(net_post).where(net_post.c.id == post_id).values(replies=net_post.c.replies + by))


def _answered(tx: Tx, post_id: int, reader: int) -> PostView:
    """Return what is answered: of something passed on, what was passed on."""
    found = one_shown_post(tx, post_id=post_id, reader=reader)
    if found.boost_of_id is not None:
        raise NoSuchPageError
    return found


def _posted_before(tx: Tx, account_id: int, key: bytes | None, now: int) -> int | None:
    if key is None:
        return None
    once = net_posted_once.c
    mine = (once.account_id == account_id) & (once.key_hash == key) & (once.created_at > now - ONCE_WITHIN)
    found = tx.scalar(select(once.post_id).where(mine))
    return None if found is None else int(found)


def _remember(tx: Tx, account_id: int, key: bytes, post_id: int, now: int) -> None:
    once = net_posted_once.c
    tx.execute(delete(net_posted_once).where(once.account_id == account_id, once.created_at <= now - ONCE_WITHIN))
    tx.execute(insert(net_posted_once).values(account_id=account_id, key_hash=key, post_id=post_id, created_at=now))
