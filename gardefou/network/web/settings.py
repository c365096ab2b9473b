"""The rest of a member's settings: their password, and whom they mute and block."""

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
from gardefou.network.change_password import change_password
from gardefou.network.errors import OwnerCannotActError, PasswordLengthError
from gardefou.network.passwords import hashed, owner_of
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member
from gardefou.network.ties import Listed, blocked_by, muted_by
from gardefou.network.web.common import SESSION_COOKIE, AnyRequest, field, host_of, page
from gardefou.network.web.doing import cannot_act
from gardefou.network.web.profile import accounts_in
from gardefou.storage import Database
from gardefou.storage.limits import Entry, count_login
from gardefou.words import gettext as _


@get("/settings/password", may=May.MEMBER, sync_to_thread=False)
def password_page(member: Member, saved: str = "") -> Template:
    """Ask for the old password and a new one."""
    return page("password_change", member=member, errors={}, saved=bool(saved))


@post(
    "/settings/password",
    may=May.MEMBER,
    counted=False,
    gives=(303,),
    asks=("old", "password"),
    sync_to_thread=True,
)
def set_own_password(
    request: AnyRequest, db: Database, clock: Clock, neighbours: Neighbours, member: Member, form: FormMultiDict
) -> Response[Any]:
    """Set a new password; whoever does not know the old one has as many tries as anybody at the door."""
    now, actor = clock.now(), Actor.member(member.id)
    with db.reading() as tx:
        email = reread(tx, member.id)["email"] or ""
    with db.transaction() as tx:
        count_login(tx, now=now, entry=Entry.MEMBER_SIGN_IN, host=host_of(request), login=email)
    with db.reading() as tx:
        known = owner_of(tx, email=email, password=field(form, "old")) == member.id
    if not known:
        return _again(member, {"old": _("This is not your password. Nothing has changed.")})
    try:
        kept = hashed(field(form, "password"))
        with db.transaction() as tx:
            mine = request.cookies.get(SESSION_COOKIE, "")
            change_password(tx, actor=actor, now=now, password_hash=kept, but=mine)
    except PasswordLengthError as fault:
        return _again(member, {"password": sentences.of(fault)})
    except OwnerCannotActError:
        return cannot_act(db, clock, neighbours, member)
    return Redirect("/settings/password?saved=1", status_code=303)


def _again(member: Member, errors: dict[str, str]) -> Template:
    return page("password_change", member=member, status=400, errors=errors, saved=False)


@get("/settings/mutes", may=May.MEMBER, sync_to_thread=True)
def mutes_page(db: Database, clock: Clock, member: Member, before: str | None = None) -> Template:
    """Show a member whom they mute, each with the way back."""
    return _kept_away(db, member, muted_by(member.id, clock.now()), before, which="mutes")


@get("/settings/blocks", may=May.MEMBER, sync_to_thread=True)
def blocks_page(db: Database, member: Member, before: str | None = None) -> Template:
    """Show a member whom they block, each with the way back."""
    return _kept_away(db, member, blocked_by(member.id), before, which="blocks")


def _kept_away(db: Database, member: Member, listed: Listed, before: str | None, *, which: str) -> Template:
    with db.reading() as tx:
        people, older = accounts_in(tx, listed, before)
    return page("kept_away", member=member, which=which, people=people, before=older, first=not before)


HANDLERS: list[ControllerRouterHandler] = [password_page, set_own_password, mutes_page, blocks_page]
