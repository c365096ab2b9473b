"""A new password for whoever cannot sign in."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.errors import LinkEndedError, PasswordLengthError
from gardefou.network.passwords import check_length, hashed
from gardefou.network.passwords_anew import ask_for_link, link_opens, set_password
from gardefou.network.queries import Member
from gardefou.network.sign_in import sign_in
from gardefou.network.web.common import AnyRequest, field, host_of, page
from gardefou.network.web.membership import with_session
from gardefou.storage import Database
from gardefou.storage.limits import Entry, count_login


@get("/password", may=May.ANYONE, sync_to_thread=False)
def lost_page(member: Member | None) -> Template:
    """Ask for the address."""
    return page("password_lost", member=member, asked=False)


@post("/password", may=May.ANYONE, limit=Entry.PASSWORD_LINK, asks=("email",), sync_to_thread=True)
def lost(request: AnyRequest, db: Database, clock: Clock, member: Member | None, form: FormMultiDict) -> Template:
    """Have a link sent; the answer and the work are the same whether or not there is such an account."""
    now, email = clock.now(), field(form, "email")
    with db.transaction() as tx:
        count_login(tx, now=now, entry=Entry.PASSWORD_LINK, host=host_of(request), login=email)
    with db.transaction() as tx:
        ask_for_link(tx, actor=Actor.visitor("password"), now=now, email=email)
    return page("password_lost", member=member, asked=True)


@get("/password/{token:str}", may=May.ANYONE, sync_to_thread=True)
def anew_page(db: Database, clock: Clock, member: Member | None, token: str) -> Template:
    """Ask for the new password; a link that has ended says so, and leads to a new one."""
    try:
        with db.reading() as tx:
            link_opens(tx, token, now=clock.now())
    except LinkEndedError:
        return page("password_new", member=member, status=404, ended=True, error=None)
    return page("password_new", member=member, ended=False, error=None)


@post(
    "/password/{token:str}",
    may=May.ANYONE,
    limit=Entry.PASSWORD_ANEW,
    gives=(303,),
    asks=("password",),
    sync_to_thread=True,
)
def anew(
    request: AnyRequest, db: Database, clock: Clock, member: Member | None, token: str, form: FormMultiDict
) -> Response[Any]:
    """Set it, and sign the owner in."""
    password, now = field(form, "password"), clock.now()
    try:
        check_length(password)
        with db.reading() as tx:
            link_opens(tx, token, now=now)
        kept = hashed(password)
        with db.transaction() as tx:
            account_id = set_password(tx, actor=Actor.visitor("password"), now=now, token=token, password_hash=kept)
            session = sign_in(tx, actor=Actor.member(account_id), now=now)
    except LinkEndedError:
        return page("password_new", member=member, status=404, ended=True, error=None)
    except PasswordLengthError as fault:
        return page("password_new", member=member, status=400, ended=False, error=sentences.of(fault))
    return with_session(request, Redirect("/home", status_code=303), session)
