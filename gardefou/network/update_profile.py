"""A member changes what their page says of them, and what a client proposes for their posts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.network.acting import acting_member, locked, reread
from gardefou.network.errors import NameHeldError, NoteTooLongError, ProfileFieldsError, UnknownChoiceError
from gardefou.network.faults import short_name
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account
from gardefou.network.visibility import Visibility
from gardefou.storage import Tx
from gardefou.words import LANGUAGES
from gardefou.words.plain import one_line, paragraphs

LONGEST_NOTE = 500
MOST_FIELDS, LONGEST_FIELD = 4, 255
IMAGES = frozenset({"avatar_id", "header_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is to change; what is None stays.

    Attributes:
        display_name: the name in full.
        note: what the owner says of themselves.
        fields: pairs of a name and a value; pairs of nothing are left out.
        bot: whether a machine writes here.
        discoverable: whether the owner wants to be proposed to others.
        posts_visibility: what a client proposes for the next post.
        posts_sensitive: the same.
        locale: the language the owner reads and writes.
        avatar_id: the image beside the name, kept before.
        header_id: the wide one above it.
        without: which of the two images go, by these names.
    """

    display_name: str | None = None
    note: str | None = None
    fields: Sequence[tuple[str, str]] | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    posts_visibility: str | None = None
    posts_sensitive: bool | None = None
    locale: str | None = None
    avatar_id: int | None = None
    header_id: int | None = None
    without: frozenset[str] = frozenset()


def update_profile(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, profile: Profile) -> None:
    """Change one's own profile.

    Raises:
        FieldError: something cannot be used; its class says which and why.
        NameHeldError: the name cannot change at present (promise 3).
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    row = locked(tx, account_id)[account_id]
    changes = _checked(profile)
    if changes.get("display_name", row["display_name"]) != row["display_name"] and not neighbours.may_rename(
        tx, account_id=account_id
    ):
        raise NameHeldError
    if changes:
        tx.execute(update(net_account).where(net_account.c.id == account_id).values(**changes))
        neighbours.account_changed(tx, now=now, account=reread(tx, account_id))


def _checked(profile: Profile) -> dict[str, str | int | None]:
    """Return the columns that change, each as it is kept."""
    found: dict[str, str | int | None] = {
        "bot": None if profile.bot is None else int(profile.bot),
        "discoverable": None if profile.discoverable is None else int(profile.discoverable),
        "posts_sensitive": None if profile.posts_sensitive is None else int(profile.posts_sensitive),
        "avatar_id": profile.avatar_id,
        "header_id": profile.header_id,
        "display_name": None if profile.display_name is None else short_name(profile.display_name),
        "note": None if profile.note is None else _note(profile.note),
        "fields": None if profile.fields is None else _fields(profile.fields),
        "posts_visibility": profile.posts_visibility,
        "locale": profile.locale,
    }
    if profile.posts_visibility not in {None, *Visibility} or profile.locale not in {None, *LANGUAGES}:
        raise UnknownChoiceError
    gone = dict.fromkeys(sorted(profile.without & IMAGES))
    return gone | {name: value for name, value in found.items() if value is not None}


def _note(text: str) -> str:
    clean = paragraphs(text)
    if len(clean) > LONGEST_NOTE:
        raise NoteTooLongError(limit=LONGEST_NOTE, length=len(clean))
    return clean


def _fields(pairs: Sequence[tuple[str, str]]) -> str:
    kept = [(one_line(name), one_line(value)) for name, value in pairs]
    kept = [pair for pair in kept if any(pair)]
    if len(kept) > MOST_FIELDS or any(len(text) > LONGEST_FIELD for pair in kept for text in pair):
        raise ProfileFieldsError
    return json.dumps(kept, ensure_ascii=False)
