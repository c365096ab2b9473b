"""A member's own profile, changed by their client."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import patch

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.credential import credential_account
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given
from gardefou.network.keep_media import keep_media
from gardefou.network.media_folder import MediaFolder
from gardefou.network.pictures import LARGEST, Picture
from gardefou.network.ports import Neighbours
from gardefou.network.update_profile import Profile, update_profile
from gardefou.storage import Database
from gardefou.storage.limits import Family
from gardefou.words import gettext as _

#: Two images and what stands around them.
BODY = 2 * LARGEST + 64 * 1024
_IMAGES = ("avatar", "header")
_MOST_INDEXES = 10


@patch(
    "/accounts/update_credentials",
    may=May.CLIENT,
    needs="write:accounts",
    rate=Family.DEEDS,
    request_max_body_size=BODY,
    sync_to_thread=True,
)
def update(
    db: Database,
    clock: Clock,
    neighbours: Neighbours,
    media_folder: MediaFolder,
    caller: Caller,
    given: Given,
    site: str,
) -> dict[str, Any]:
    """Change what is given, and return the account as its owner reads it.

    Raises:
        ParameterError: something cannot be used.
    """
    if given.flag("locked"):
        raise ParameterError(_("locked: whoever is not blocked can follow an account here"), name="locked")
    profile, now = _profile(given), clock.now()
    images: dict[str, tuple[Picture, str]] = {}
    for name in _IMAGES:
        sent = given.file(name)
        if sent is not None:
            images[name] = media_folder.take(sent.file)
    with db.transaction() as tx:
        ids = {
            name: keep_media(tx, actor=caller.actor, now=now, picture=made, digest=digest)
            for name, (made, digest) in images.items()
        }
        profile = replace(profile, avatar_id=ids.get("avatar"), header_id=ids.get("header"))
        update_profile(tx, neighbours, actor=caller.actor, now=now, profile=profile)
        return credential_account(tx, caller.member_id, site)


def _profile(given: Given) -> Profile:
    source = given.inside("source")
    return Profile(
        display_name=_text(given, "display_name"),
        note=_text(given, "note"),
        fields=_fields(given),
        bot=_flag(given, "bot"),
        discoverable=_flag(given, "discoverable"),
        posts_visibility=_text(source, "privacy") or None,
        posts_sensitive=_flag(source, "sensitive"),
        locale=_text(source, "language") or None,
    )


def _text(given: Given, name: str) -> str | None:
    return given.text(name) if given.has(name) else None


def _flag(given: Given, name: str) -> bool | None:
    return given.flag(name) if given.has(name) else None


def _fields(given: Given) -> list[tuple[str, str]] | None:
    """Return the pairs, given as a list or under numbers; None where nothing was said of them."""
    listed = given.values.get("fields_attributes", [])
    if listed and all(isinstance(one, Mapping) and "name" in one for one in listed):
        pairs = [Given({name: [value] for name, value in one.items()}) for one in listed]
    else:
        numbered = given.inside("fields_attributes")
        names = sorted({name.partition("[")[0] for name in numbered.values})
        if not names:
            return None
        pairs = [numbered.inside(name) for name in names[:_MOST_INDEXES]]
    return [(one.text("name"), one.text("value")) for one in pairs]


HANDLERS = [update]
