"""A member says anew what the images on a post of theirs show.

It is no change of the post: nothing counts it and nobody is told. Whoever reads from here on finds the new words, in
what the post read before as well, since its images are what they were.
"""

from collections.abc import Mapping

from sqlalchemy import select, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked_posts
from gardefou.network.describe_media import described
from gardefou.network.errors import NoSuchPageError
from gardefou.network.tables import net_media, net_post
from gardefou.network.visibility import post_shown
from gardefou.storage import Tx


def describe_posted(tx: Tx, *, actor: Actor, post_id: int, descriptions: Mapping[int, str]) -> None:
    """Describe images on one's own post.

    Args:
        tx: the open transaction.
        actor: the member.
        post_id: the post.
        descriptions: what its images show, by image; those that are not named stay as they are.

    Raises:
        NoSuchPageError: there is no such post of this member's, it is hidden, or one of the images is not on it.
        DescriptionTooLongError: the words cannot be used.
        OwnerCannotActError: the author is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    locked_posts(tx, post_id)
    mine = (net_post.c.id == post_id) & (net_post.c.account_id == account_id)
    there = select(net_media.c.id).join(net_post, net_post.c.id == net_media.c.post_id)
    images = {int(row["id"]) for row in tx.all(there.where(mine, post_shown(net_post.c.id)))}
    if not images >= descriptions.keys():
        raise NoSuchPageError
    for media_id, description in descriptions.items():
        this = net_media.c.id == media_id
        tx.execute(update(net_media).where(this).values(description=described(description)))
