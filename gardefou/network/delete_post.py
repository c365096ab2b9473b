"""A member takes back what they said."""

from sqlalchemy import ColumnElement, Select, delete, insert, select, update

from gardefou.events import Actor
from gardefou.network import told
from gardefou.network.acting import acting_member, locked_posts, reread
from gardefou.network.errors import NoSuchPageError
from gardefou.network.notify import forget
from gardefou.network.ports import Neighbours
from gardefou.network.post import count_reply
from gardefou.network.tables import (
    net_account,
    net_bookmark,
    net_favourite,
    net_media,
    net_mention,
    net_post,
    net_post_version,
    net_posted_once,
    net_tag,
)
from gardefou.network.visibility import Visibility, post_shown
from gardefou.storage import Tx

#: What hangs on a post and goes with it.
_HANGING = (net_mention, net_tag, net_favourite, net_bookmark, net_post_version, net_posted_once)


def delete_post(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, post_id: int) -> None:
    """Delete one's own post and keep the counters.

    A hidden post is not its owner's to delete: what an order stands on stays until the order is reversed.

    Raises:
        NoSuchPageError: there is no such post of this member's.
        OwnerCannotActError: the author is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    mine = (net_post.c.id == post_id) & (net_post.c.account_id == account_id) & post_shown(net_post.c.id)
    if not drop(tx, neighbours, now=now, account_id=account_id, which=mine):
        raise NoSuchPageError


def drop(tx: Tx, neighbours: Neighbours, *, now: int, account_id: int, which: ColumnElement[bool]) -> bool:
    """Delete one post of an account, all that hangs on it and whatever passed it on, and keep every counter.

    Returns:
        Whether there was one. Its answers stay, and so do its images, with no post to stand in.
    """
    columns = (net_post.c.id, net_post.c.boost_of_id, net_post.c.reply_to_id, net_post.c.visibility)
    row = tx.first(select(*columns).where(which))
    if row is None:
        return False
    post_id = int(row["id"])
    around = [one for one in (row["boost_of_id"], row["reply_to_id"]) if one is not None]
    if post_id not in locked_posts(tx, post_id, *around):
        return False
    boosts = {int(one["id"]): int(one["account_id"]) for one in tx.all(_boosts_of(post_id))}
    of_boosts = select(net_post.c.account_id).where(net_post.c.boost_of_id == post_id)
    those = (net_account.c.id == account_id) | net_account.c.id.in_(of_boosts)
    tx.execute(select(net_account.c.id).where(those).order_by(net_account.c.id).with_for_update())
    for table in _HANGING:
        tx.execute(delete(table).where(table.c.post_id == post_id))
    forget(tx, post_id=post_id)
    _keep_images(tx, now=now, post_id=post_id)
    if row["visibility"] != Visibility.DIRECT:
        tx.execute(update(net_account).where(those).values(posts=net_account.c.posts - 1))
    if account_id in boosts.values():  # Who passes on what they said themselves loses two.
        mine = net_account.c.id == account_id
        tx.execute(update(net_account).where(mine).values(posts=net_account.c.posts - 1))
    tx.execute(delete(net_post).where((net_post.c.id == post_id) | (net_post.c.boost_of_id == post_id)))
    if row["boost_of_id"] is not None:
        passed_on = net_post.c.id == row["boost_of_id"]
        tx.execute(update(net_post).where(passed_on).values(reposts=net_post.c.reposts - 1))
    if row["reply_to_id"] is not None:
        count_reply(tx, int(row["reply_to_id"]), Visibility(row["visibility"]), by=-1)
    for one in sorted({account_id, *boosts.values()}):
        neighbours.account_changed(tx, now=now, account=reread(tx, one))
    for gone, author in ((post_id, account_id), *boosts.items()):
        told.deleted(tx, now=now, post_id=gone, account_id=author)
    return True


def _keep_images(tx: Tx, *, now: int, post_id: int) -> None:
    """Let go of a post's images, which may be posted anew, and note where they hung.

    One that hung on a deleted post before stays noted there too: posting it anew and deleting that takes nothing away
    from whoever decides about the first.
    """
    here = net_media.c.post_id == post_id
    for row in tx.all(select(net_media).where(here, net_media.c.was_on.is_not(None), net_media.c.was_on != post_id)):
        tx.execute(insert(net_media).values({**row, "id": tx.new_id(now), "post_id": row["was_on"]}))
    tx.execute(update(net_media).where(here).values(post_id=None, was_on=post_id))


def _boosts_of(post_id: int) -> Select[tuple[int, int]]:
    return select(net_post.c.id, net_post.c.account_id).where(net_post.c.boost_of_id == post_id)
