"""What the network's handlers share: who is signed in, forms, addresses, and the page that does not exist."""

import asyncio
import re
from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie, FormMultiDict
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.network.errors import NoSuchPageError, StrangerError
from gardefou.network.notices import unread
from gardefou.network.queries import Member, member_of
from gardefou.storage import Database
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _
from gardefou.words import language
from gardefou.words.plain import storable

AnyRequest = Request[Any, Any, Any]

SESSION_COOKIE = "gf_member"
LANGUAGE_COOKIE = "gf_language"
THEME_COOKIE = "gf_theme"
#: Says of a page that all visitors read the same who read the same content.
ALIKE = "alike"
#: The head of a page counts no further, and says of so many that they are more than it says.
MOST_UNREAD = 100

_SAME_SITE = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def host_of(request: AnyRequest) -> str:
    """Return the address a request comes from."""
    return request.client.host if request.client else ""


def admit(request: AnyRequest, db: Database, clock: Clock) -> None:
    """Let in whoever is signed in.

    Raises:
        StrangerError: nobody is.
    """
    if member_told(request, db, clock) is None:
        raise StrangerError


def to_sign_in(request: AnyRequest, _problem: Exception) -> Response[Any]:
    """Lead a browser to the door, and afterwards back: to the page, or to the account that the form was about."""
    path = request.scope["path"]
    about = path.rpartition("/")[0] if path.startswith("/@") else "/home"
    if request.method == "GET":
        # A page that a program sent its owner to is nothing without what it asked there.
        query = request.scope.get("query_string", b"").decode("latin-1")
        about = quote(f"{path}?{query}", safe="/@") if query else path
    return Redirect(f"/sign-in?next={about}", status_code=303)


async def member_of_request(request: AnyRequest, db: Database, clock: Clock) -> Member | None:
    """Return whoever is signed in, without a thread where no database need be asked."""
    if "member" in request.state or not request.cookies.get(SESSION_COOKIE):
        return provide_member(request, db, clock)
    return await asyncio.to_thread(member_told, request, db, clock)


def member_told(request: AnyRequest, db: Database, clock: Clock) -> Member | None:
    """Return whoever is signed in, and note for the head of their page how much they have not read."""
    return provide_member(request, db, clock, counted=True)


def provide_member(request: AnyRequest, db: Database, clock: Clock, *, counted: bool = False) -> Member | None:
    """Return whoever is signed in; looked up once in a request.

    Args:
        request: what is asked.
        db: where sessions are kept.
        clock: they end.
        counted: whether a page of the network is made for them, which says how much they have not read.
    """
    if "member" in request.state:
        known: Member | None = request.state.member
        return known
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    with db.reading() as tx:
        now = clock.now()
        member = member_of(tx, token, now=now)
        if counted and member is not None:
            request.state.unread = unread(tx, member.id, now=now, most=MOST_UNREAD, house=True)
    request.state.member = member
    return member


async def provide_form(request: AnyRequest) -> FormMultiDict:
    """Return what was sent with a form; a field may come several times."""
    return await request.form()


def field(form: FormMultiDict, name: str) -> str:
    """Return a field's text; empty when it was not sent, or is not text."""
    value = form.get(name, "")
    return storable(value) if isinstance(value, str) else ""


def fields(form: FormMultiDict, name: str) -> list[str]:
    """Return every value of a field that comes several times."""
    return [storable(value) for value in form.getall(name, []) if isinstance(value, str)]


def page(name: str, *, member: Member | None, status: int = 200, **context: Any) -> Template:
    """Return one of the network's pages."""
    return Template(
        f"network/{name}.html", context={"member": member, **context}, status_code=status, media_type=MediaType.HTML
    )


def no_such_page(request: AnyRequest, _problem: Exception) -> Response[Any]:
    """Answer 404, the same for what never was, what was taken back and what is hidden."""
    # The request may have failed before the hook that chooses the language ran.
    language.set_language(language.choose(request.headers.get("accept-language"), request.cookies.get(LANGUAGE_COOKIE)))
    response: Response[Any] = Template(
        "error.html",
        context={
            "member": getattr(request.state, "member", None),
            "title": _("Sorry, that page doesn't exist!"),
            "detail": _("The address may be misspelt, or the page may have been taken down."),
            "code": 404,
        },
        status_code=404,
        media_type=MediaType.HTML,
    )
    return response


def handle_in(name: str) -> str:
    """Return the handle of an address `/@handle`.

    Raises:
        NoSuchPageError: it is not such an address.
    """
    if not name.startswith("@"):
        raise NoSuchPageError
    return name[1:]


def id_in(text: str) -> int:
    """Return the id an address or a form carries.

    Raises:
        NoSuchPageError: it is not one.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= BIGGEST):  # noqa: PLR2004  # digits of 2^63
        raise NoSuchPageError
    return int(text)


def before_in(text: str | None) -> int | None:
    """Return where a page of posts begins; None for the first.

    Raises:
        NoSuchPageError: it is not an id.
    """
    return id_in(text) if text else None


def same_site(path: str | None) -> str:
    """Return a path to go back to: of this site only, `/` for anything else."""
    return path if path and len(path) <= 4000 and _SAME_SITE.fullmatch(path) else "/"  # noqa: PLR2004  # no address of ours is longer


def kept(request: AnyRequest, name: str, value: str, *, lasts: int) -> Cookie:
    """Return a cookie that only we read and no other site sends.

    Args:
        request: the request, for whether it came over TLS.
        name: the cookie's name.
        value: its value; empty to take it back.
        lasts: seconds; 0 to take it back.
    """
    return Cookie(
        key=name,
        value=value,
        max_age=lasts,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
