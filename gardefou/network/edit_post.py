"""A member changes what they said. What it read before is kept, and shown with it."""

from sqlalchemy import func, insert, select, update

from gardefou.events import Actor
from gardefou.network import told
from gardefou.network.acting import acting_member, locked, locked_posts
from gardefou.network.errors import EditedOftenError, MediaError, NoSuchPageError
from gardefou.network.names import tell_named, write_names
from gardefou.network.notify import Notice, forget, notify
from gardefou.network.post import readable
from gardefou.network.tables import net_media, net_post, net_post_version
from gardefou.network.visibility import post_shown
from gardefou.storage import Tx
from gardefou.words.plain import one_line

#: How often a post may change: its whole history is read at once, by anybody.
MOST_VERSIONS = 50
#: So many of those who passed a post on are told of a change: an edit costs no more, however far the post has gone.
MOST_TOLD = 100


def edit_post(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    post_id: int,
    text: str,
    spoiler: str,
    sensitive: bool,
    locale: str | None = None,
    media_ids: tuple[int, ...] | None = None,
) -> None:
    """Change one's own post and keep what it read before.

    Args:
        tx: the open transaction.
        actor: the member.
        now: the instant, microseconds.
        post_id: which.
        text: what it reads from here on.
        spoiler: what is read first.
        sensitive: whether images are shown only when asked for.
        locale: the language it is written in; None leaves it.
        media_ids: its images, those that it has; None leaves them.

    Raises:
        PostEmptyError, PostTooLongError, TooManyNamedError, MediaError: what was written cannot be used.
        EditedOftenError: it has changed as often as it may.
        NoSuchPageError: there is no such post of this member's, or it is hidden.
        OwnerCannotActError: the author is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    locked_posts(tx, post_id)
    locked(tx, account_id)
    mine = (net_post.c.id == post_id) & (net_post.c.account_id == account_id) & net_post.c.boost_of_id.is_(None)
    row = tx.first(select(net_post).where(mine, post_shown(net_post.c.id)))
    if row is None:
        raise NoSuchPageError
    images = [one["id"] for one in tx.all(select(net_media.c.id).where(net_media.c.post_id == post_id))]
    if media_ids is not None and sorted(media_ids) != sorted(images):
        raise MediaError
    first = one_line(spoiler)
    after = {
        "text": readable(text, beside=len(first), alone=not images),
        "spoiler": first,
        "sensitive": int(sensitive or bool(first)),
        "locale": locale or row["locale"],
    }
    if all(row[name] == value for name, value in after.items()):
        return
    count = select(func.count()).select_from(net_post_version).where(net_post_version.c.post_id == post_id)
    if tx.scalar(count) >= MOST_VERSIONS:
        raise EditedOftenError(limit=MOST_VERSIONS)
    written_at = row["edited_at"] or row["created_at"]
    version = {"post_id": post_id, "written_at": written_at}
    tx.execute(
        insert(net_post_version).values(version | {name: row[name] for name in ("text", "spoiler", "sensitive")})
    )
    # Later than what it read before, so that no two versions are of the same instant.
    after["edited_at"] = max(now, written_at + 1)
    tx.execute(update(net_post).where(net_post.c.id == post_id).values(after))
    write_names(tx, post_id=post_id, text=str(after["text"]))
    if row["order_id"] is None:
        tell_named(tx, actor=actor, now=now, post_id=post_id)
        _tell_boosters(tx, actor=actor, now=now, post_id=post_id)
    told.edited(tx, now=now, post_id=post_id, account_id=account_id)


def _tell_boosters(tx: Tx, *, actor: Actor, now: int, post_id: int) -> None:
    """Tell those who passed a post on, the latest of them, that it reads otherwise: of each change anew."""
    forget(tx, post_id=post_id, kind=Notice.UPDATE)
    boosters = select(net_post.c.account_id).where(net_post.c.boost_of_id == post_id)
    for row in tx.all(boosters.order_by(net_post.c.id.desc()).limit(MOST_TOLD)):
        notify(tx, actor=actor, now=now, account_id=int(row["account_id"]), kind=Notice.UPDATE, post_id=post_id)
