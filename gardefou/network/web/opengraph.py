"""What other sites show of a page of ours when somebody links to it; only of what is written for everybody.

Addresses are whole, since they are read elsewhere; whoever asks for the image has to be somebody who may see it then.
"""

from dataclasses import dataclass

from gardefou.clock import to_iso
from gardefou.network.ports import AccountRow
from gardefou.network.visibility import FOR_ALL, Visibility
from gardefou.network.web.showing import ShownPost

#: What stands in for an image that an account has not.
NO_AVATAR = "/static/avatar.png"
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What stands in a page's head for others to read.

    Attributes:
        kind: `profile` or `article`.
        title: the page's title.
        description: what it says, cut short.
        address: where it is.
        feed: the account's feed; empty where the page is not an account's.
        image: the address of an image; empty without one.
        image_says: what the image shows.
        published: when, of a post; empty otherwise.
        handle: whose page it is.
        sought: whether search engines may list it.
    """

    kind: str
    title: str
    description: str
    address: str
    handle: str
    feed: str = ""
    image: str = ""
    image_says: str = ""
    published: str = ""
    sought: bool = True


def of_account(account: AccountRow, *, site: str) -> About:
    """Return what is said of an account that is shown."""
    handle, avatar = account["handle"], account["avatar_id"]
    return About(
        kind="profile",
        title=f"{account['display_name']} (@{handle})",
        description=short(account["note"]),
        address=f"{site}/@{handle}",
        handle=handle,
        feed=f"{site}/@{handle}/feed.atom",
        image=f"{site}{NO_AVATAR}" if avatar is None else f"{site}/media/{avatar}/original",
        sought=bool(account["discoverable"]),
    )


def of_post(item: ShownPost, account: AccountRow, *, site: str) -> About | None:
    """Return what is said of a post that is shown; nothing of one that is not for everybody.

    What stands behind a warning is not told, and neither are its images.
    """
    post = item.post
    if post.visibility not in FOR_ALL:
        return None
    whole = of_account(account, site=site)
    image = None if post.sensitive or post.spoiler or not item.images else item.images[0]
    return About(
        kind="article",
        title=whole.title,
        description=short(post.spoiler or post.text),
        address=f"{site}/@{post.handle}/{post.id}",
        handle=post.handle,
        image=whole.image if image is None else f"{site}/media/{image.id}/original",
        image_says="" if image is None else image.description,
        published=to_iso(post.created_at),
        sought=whole.sought and post.visibility is Visibility.PUBLIC,
    )


def short(text: str, longest: int = _LONGEST) -> str:
    """Return a text on one line, cut at a word where it is long."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    head, space, _tail = line[: longest - 1].rpartition(" ")
    return f"{head if space else line[: longest - 1]}…"
