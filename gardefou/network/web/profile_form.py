"""A member's own profile as a form: what their page says, their two images, and how they write."""

import json
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.acting import reread
from gardefou.network.errors import FieldError, OwnerCannotActError
from gardefou.network.initials import initials
from gardefou.network.media import own_unposted
from gardefou.network.media_folder import MediaFolder
from gardefou.network.pictures import LARGEST
from gardefou.network.ports import AccountRow, Neighbours
from gardefou.network.queries import Member
from gardefou.network.update_profile import LONGEST_NOTE, MOST_FIELDS, Profile, update_profile
from gardefou.network.web.common import LANGUAGE_COOKIE, AnyRequest, field, id_in, kept, page
from gardefou.network.web.doing import cannot_act
from gardefou.network.web.sent_image import sent_image
from gardefou.network.web.switches import A_YEAR
from gardefou.storage import Database

#: Two images and what stands around them.
BODY = 2 * LARGEST + 64 * 1024
IMAGES = ("avatar", "header")
_LINES = range(1, MOST_FIELDS + 1)
_WORDS = ("display_name", "note", "posts_visibility", "locale")
_YES = ("bot", "discoverable", "posts_sensitive")
ASKS = (
    *_WORDS,
    *_YES,
    *(f"field_{part}_{line}" for line in _LINES for part in ("name", "value")),
    *(f"{part}{image}" for image in IMAGES for part in ("", "kept_", "without_")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the form shows: what is in force, or what was typed and not taken.

    Attributes:
        words: by the names of their fields.
        lines: pairs of a name and a value.
        images: what is shown now or waits to be, by name; None where there is none.
        waiting: those of them that were sent with a form that was not taken.
    """

    words: dict[str, Any]
    lines: list[tuple[str, str]]
    images: dict[str, int | None]
    waiting: dict[str, int]


@get("/settings", may=May.MEMBER, sync_to_thread=True)
def settings_page(db: Database, member: Member, saved: str = "") -> Template:
    """Show a member what they have set."""
    with db.reading() as tx:
        account = reread(tx, member.id)
    return _form(member, _in_force(account), saved=bool(saved))


@post("/settings", may=May.MEMBER, gives=(303,), asks=ASKS, request_max_body_size=BODY, sync_to_thread=True)
def save_settings(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    neighbours: Neighbours,
    media_folder: MediaFolder,
    member: Member,
    form: FormMultiDict,
) -> Response[Any]:
    """Change what a member has set, all of it or nothing; an image that came with it is kept in any case."""
    actor = Actor.member(member.id)
    waiting: dict[str, int] = {}
    errors: dict[str, str] = {}
    try:
        for name in IMAGES:
            try:
                found = _image(form, name, db=db, clock=clock, folder=media_folder, actor=actor)
            except FieldError as problem:
                errors[name] = sentences.in_form(problem)
            else:
                waiting |= {} if found is None else {name: found}
        if not errors:
            with db.transaction() as tx:
                profile = _profile(form, waiting)
                update_profile(tx, neighbours, actor=actor, now=clock.now(), profile=profile)
    except OwnerCannotActError:
        return cannot_act(db, clock, neighbours, member)
    except FieldError as problem:
        errors[problem.field] = sentences.in_form(problem)
    if errors:
        with db.reading() as tx:
            account = reread(tx, member.id)
        return _form(member, _typed(form, account, waiting), errors=errors)
    response = Redirect("/settings?saved=1", status_code=303)
    chosen = field(form, "locale")
    if chosen != member.locale:  # Whoever leaves it as it is may well read these pages in another language.
        response.set_cookie(kept(request, LANGUAGE_COOKIE, chosen, lasts=A_YEAR))
    return response


def _image(
    form: FormMultiDict, name: str, *, db: Database, clock: Clock, folder: MediaFolder, actor: Actor
) -> int | None:
    """Return the image that a form brings, or has brought before and waits; None where it brings none."""
    sent, waits = sent_image(form, name, db=db, clock=clock, folder=folder, actor=actor), field(form, f"kept_{name}")
    if sent is not None or not waits:
        return sent
    with db.reading() as tx:
        return int(own_unposted(tx, account_id=actor.member_id or 0, media_id=id_in(waits))["id"])


def _profile(form: FormMultiDict, images: dict[str, int]) -> Profile:
    words = {name: field(form, name) for name in _WORDS}
    without = {f"{name}_id" for name in IMAGES if field(form, f"without_{name}") and name not in images}
    return Profile(
        display_name=words["display_name"],
        note=words["note"],
        fields=_lines(form),
        bot=bool(field(form, "bot")),
        discoverable=bool(field(form, "discoverable")),
        posts_visibility=words["posts_visibility"],
        posts_sensitive=bool(field(form, "posts_sensitive")),
        locale=words["locale"],
        avatar_id=images.get("avatar"),
        header_id=images.get("header"),
        without=frozenset(without),
    )


def _lines(form: FormMultiDict) -> list[tuple[str, str]]:
    return [(field(form, f"field_name_{line}"), field(form, f"field_value_{line}")) for line in _LINES]


def _in_force(account: AccountRow) -> Typed:
    return Typed(
        words={name: account[name] for name in (*_WORDS, *_YES)},
        lines=[(name, value) for name, value in json.loads(account["fields"])],
        images={name: account[f"{name}_id"] for name in IMAGES},
        waiting={},
    )


def _typed(form: FormMultiDict, account: AccountRow, waiting: dict[str, int]) -> Typed:
    return Typed(
        words={name: field(form, name) for name in _WORDS} | {name: bool(field(form, name)) for name in _YES},
        lines=_lines(form),
        images={name: waiting.get(name, account[f"{name}_id"]) for name in IMAGES},
        waiting=waiting,
    )


def _form(member: Member, typed: Typed, *, errors: dict[str, str] | None = None, saved: bool = False) -> Template:
    lines = [*typed.lines, *[("", "")] * MOST_FIELDS][:MOST_FIELDS]
    return page(
        "settings",
        member=member,
        status=400 if errors else 200,
        typed=typed,
        lines=lines,
        errors=errors or {},
        saved=saved,
        initials=initials(typed.words["display_name"]),
        longest=LONGEST_NOTE,
    )


HANDLERS: list[ControllerRouterHandler] = [settings_page, save_settings]
