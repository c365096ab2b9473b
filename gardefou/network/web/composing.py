"""A member's home with the form to write in, and what the form brings: words, images, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from litestar.datastructures import FormMultiDict
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.network.acting import reread
from gardefou.network.describe_media import LONGEST_DESCRIPTION, describe_media
from gardefou.network.errors import FieldError
from gardefou.network.home import home_timeline
from gardefou.network.media import MOST_ON_A_POST
from gardefou.network.media_folder import MediaFolder
from gardefou.network.pictures import LARGEST
from gardefou.network.ports import Neighbours
from gardefou.network.post import LONGEST
from gardefou.network.queries import Member, PostView, shown_posts
from gardefou.network.visibility import SILENCED
from gardefou.network.web.common import before_in, field, id_in, page
from gardefou.network.web.sent_image import sent_image
from gardefou.network.web.showing import once_each, shown
from gardefou.storage import Database, Tx

#: So many images as one form may bring, and what stands around them.
BODY = MOST_ON_A_POST * LARGEST + 64 * 1024
PLACES = range(1, MOST_ON_A_POST + 1)
ASKS = (
    "text", "spoiler", "visibility", "sensitive", "reply_to",
    *(f"{name}_{place}" for place in PLACES for name in ("image", "alt", "kept", "without")),
)  # fmt: skip
#: What stands in a field of its own on the form; all else is about the images.
_IN_WORDS = frozenset({"text", "spoiler", "visibility"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptImage:
    """An image that was sent with a form and waits to be posted."""

    id: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a member has typed, and sent of images, and not yet posted."""

    text: str = ""
    spoiler: str = ""
    visibility: str = ""
    reply_to: str = ""
    sensitive: bool = False
    images: tuple[KeptImage, ...] = ()


EMPTY = Draft()


def words_in(form: FormMultiDict) -> Draft:
    """Return what a form says in words."""
    return Draft(
        text=field(form, "text"),
        spoiler=field(form, "spoiler"),
        visibility=field(form, "visibility"),
        reply_to=field(form, "reply_to"),
        sensitive=bool(field(form, "sensitive")),
    )


def with_images(
    form: FormMultiDict, draft: Draft, *, db: Database, clock: Clock, folder: MediaFolder, member: Member
) -> tuple[Draft, FieldError | None]:
    """Return a draft with its images, each kept as soon as it is read: what is wrong with one loses no other.

    Returns:
        The draft, and the first thing that is wrong with an image, if anything is.

    Raises:
        OwnerCannotActError: the member is frozen or hidden.
    """
    actor, wrong = Actor.member(member.id), None
    for place in PLACES:
        described = field(form, f"alt_{place}")
        try:
            media_id = _image(form, place, db=db, clock=clock, folder=folder, actor=actor)
            if media_id is None:
                continue
            draft = replace(draft, images=(*draft.images, KeptImage(id=media_id, description=described)))
            with db.transaction() as tx:
                describe_media(tx, actor=actor, media_id=media_id, description=described, focus=None)
        except FieldError as problem:
            wrong = wrong or problem
    return draft, wrong


def _image(
    form: FormMultiDict, place: int, *, db: Database, clock: Clock, folder: MediaFolder, actor: Actor
) -> int | None:
    """Return the image at a place of the form: one that was kept before, or one that comes with it."""
    kept = field(form, f"kept_{place}")
    if kept:
        return None if field(form, f"without_{place}") else id_in(kept)
    return sent_image(form, f"image_{place}", db=db, clock=clock, folder=folder, actor=actor)


def home_page(
    tx: Tx,
    neighbours: Neighbours,
    member: Member,
    *,
    now: int,
    before: str | None = None,
    status: int = 200,
    draft: Draft = EMPTY,
    errors: Mapping[str, str] | None = None,
) -> Template:
    """Return a member's home; an owner who cannot act reads why instead of finding the form."""
    found = home_timeline(tx, member.id, now=now, before=before_in(before))
    silenced = member.standing in SILENCED
    answered = shown_posts(tx, post_ids=[id_in(draft.reply_to)], reader=member.id) if draft.reply_to else []
    account = reread(tx, member.id)
    said = errors or {}
    return page(
        "home",
        member=member,
        status=status,
        posts=once_each(shown(tx, found.posts, reader=member.id)),
        before=found.before,
        first=not before,
        silenced=silenced,
        why=neighbours.explain_standing(tx, account_id=member.id) if silenced else None,
        draft=draft,
        chosen=draft.visibility or account["posts_visibility"],
        sensitive=draft.sensitive or (draft == EMPTY and bool(account["posts_sensitive"])),
        answered=shown(tx, answered, reader=member.id),
        errors=said,
        about_images=next((sentence for name, sentence in said.items() if name not in _IN_WORDS), ""),
        places=PLACES,
        longest=LONGEST,
        longest_description=LONGEST_DESCRIPTION,
    )


def named(answered: PostView, member: Member) -> str:
    """Return how an answer begins: with whom it answers."""
    return "" if answered.account_id == member.id else f"@{answered.handle} "
