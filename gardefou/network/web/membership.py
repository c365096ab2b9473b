"""Coming in and going out."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import Parameter
from litestar.response import Redirect, Template

from gardefou.clock import SECOND, Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.errors import FieldError
from gardefou.network.faults import faults
from gardefou.network.passwords import hashed, owner_of
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member
from gardefou.network.sessions import LASTS
from gardefou.network.sign_in import sign_in
from gardefou.network.sign_out import sign_out
from gardefou.network.sign_up import NewMember, sign_up
from gardefou.network.visibility import owner_may_act
from gardefou.network.web.common import SESSION_COOKIE, AnyRequest, field, host_of, kept, page, same_site
from gardefou.storage import Database
from gardefou.storage.limits import Entry, count_login
from gardefou.words import current
from gardefou.words import gettext as _

#: Where an owner reads what the record says of them, and gets a proof of it.
RECEIPTS = "/ledger/receipts"
_KEPT_ON_ERROR = ("handle", "display_name", "email")


@get("/sign-up", may=May.ANYONE, sync_to_thread=False)
def sign_up_page(member: Member | None) -> Template:
    """Show the form for new members."""
    return page("sign_up", member=member, form=dict.fromkeys(_KEPT_ON_ERROR, ""), errors={})


@post(
    "/sign-up",
    may=May.ANYONE,
    limit=Entry.SIGN_UP,
    gives=(303,),
    asks=(*_KEPT_ON_ERROR, "password"),
    sync_to_thread=True,
)
def do_sign_up(
    request: AnyRequest, db: Database, clock: Clock, neighbours: Neighbours, member: Member | None, form: FormMultiDict
) -> Response[Any]:
    """Open an account and sign its owner in; everything that is wrong with the form is said at once."""
    typed = {name: field(form, name) for name in _KEPT_ON_ERROR}
    password = field(form, "password")
    with db.reading() as tx:
        found = faults(tx, **typed, password=password)
    if found:
        return _sign_up_again(member, typed, found)
    new = NewMember(
        handle=typed["handle"],
        display_name=typed["display_name"],
        email=typed["email"],
        password_hash=hashed(password),
        locale=current(),
    )
    try:
        with db.transaction() as tx:
            now = clock.now()
            account_id = sign_up(tx, neighbours, actor=Actor.visitor("new"), now=now, member=new)
            token = sign_in(tx, actor=Actor.member(account_id), now=now)
    except FieldError as fault:  # Somebody took the handle or the address meanwhile.
        return _sign_up_again(member, typed, [fault])
    return with_session(request, Redirect("/home", status_code=303), token)


def _sign_up_again(member: Member | None, typed: dict[str, str], found: list[FieldError]) -> Template:
    errors = {fault.field: sentences.of(fault) for fault in found}
    return page("sign_up", member=member, status=400, form=typed, errors=errors)


@get("/sign-in", may=May.ANYONE, sync_to_thread=False)
def sign_in_page(member: Member | None, back: Annotated[str, Parameter(query="next")] = "/home") -> Template:
    """Show the form for members."""
    return page("sign_in", member=member, email="", back=same_site(back), error=None)


@post(
    "/sign-in",
    may=May.ANYONE,
    limit=Entry.MEMBER_SIGN_IN,
    gives=(303,),
    asks=("email", "password", "next"),
    sync_to_thread=True,
)
def do_sign_in(
    request: AnyRequest, db: Database, clock: Clock, member: Member | None, form: FormMultiDict
) -> Response[Any]:
    """Let a member in; one answer for a wrong address and a wrong password, and one number of tries."""
    email, back = field(form, "email"), same_site(field(form, "next") or "/home")
    with db.transaction() as tx:
        count_login(tx, now=clock.now(), entry=Entry.MEMBER_SIGN_IN, host=host_of(request), login=email)
    with db.reading() as tx:
        account_id = owner_of(tx, email=email, password=field(form, "password"))
    if account_id is None:
        wrong = _("This e-mail address and this password do not open an account here. Nothing has changed.")
        return page("sign_in", member=member, status=400, email=email, back=back, error=wrong)
    with db.transaction() as tx:
        if member is not None:  # Whoever was signed in at this browser is not any more.
            old = request.cookies.get(SESSION_COOKIE, "")
            sign_out(tx, actor=Actor.member(member.id), now=clock.now(), token=old)
        token = sign_in(tx, actor=Actor.member(account_id), now=clock.now())
        # An owner who cannot act is told why before anything else, but for a receipt: its letter has told them.
        silenced = not owner_may_act(tx, account_id)
    led = "/home" if silenced and not back.startswith(RECEIPTS) else back
    return with_session(request, Redirect(led, status_code=303), token)


@post("/sign-out", may=May.ANYONE, gives=(303,), sync_to_thread=True)
def do_sign_out(request: AnyRequest, db: Database, clock: Clock, member: Member | None) -> Response[Any]:
    """Let a member out."""
    token = request.cookies.get(SESSION_COOKIE)
    if member is not None and token:
        with db.transaction() as tx:
            sign_out(tx, actor=Actor.member(member.id), now=clock.now(), token=token)
    response = Redirect("/", status_code=303)
    response.set_cookie(kept(request, SESSION_COOKIE, "", lasts=0))
    return response


def with_session(request: AnyRequest, response: Redirect, token: str) -> Redirect:
    """Return a redirect that signs the browser in."""
    response.set_cookie(kept(request, SESSION_COOKIE, token, lasts=LASTS // SECOND))
    return response
