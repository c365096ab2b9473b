"""Signing in by a link that works once, and signing out.

Opening the link shows a button and spends nothing: programs that look into mails open links, and would burn it.
"""

from typing import Annotated, Any

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.desk.asking import to_ask
from gardefou.desk.session import COOKIE, AnyRequest, cookie, label_of, token_of
from gardefou.errors import BadInputError
from gardefou.events import Actor
from gardefou.may import May
from gardefou.orders.ports import Ports
from gardefou.reports.leases import return_all
from gardefou.staff import challenges, sessions
from gardefou.staff.errors import NotEngagedError
from gardefou.staff.methods import Method
from gardefou.staff.refuse_sign_in import NotLetIn, refuse_sign_in
from gardefou.storage import Database, Tx
from gardefou.storage.limits import Entry
from gardefou.words import gettext as _

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def inside(path: str) -> str:
    """Return a path of the desk to go to; anything that leads elsewhere is the desk itself."""
    return path if path == "/desk" or (path.startswith("/desk/") and "\\" not in path) else "/desk"


@get("/desk/sign-in", may=May.ANYONE, past="/desk", sync_to_thread=True)
def door(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    ports: Ports,
    door_key: bytes,
    next: str = "/desk",  # noqa: A002  # the name in the address
) -> Template | Redirect:
    """Say how one gets in; whoever is in already goes through."""
    with db.reading() as tx:
        if sessions.person_of(tx, token_of(request), clock.now()) is not None:
            return Redirect(inside(next), status_code=303)
        over = sessions.why_over(tx, token_of(request), clock.now())
    challenge = challenges.ask(key=door_key, now=clock.now(), purpose=challenges.SIGN_IN)
    context = {
        "next": inside(next),
        "token": "",
        "problem": "",
        "options": to_ask(ports.site, challenge),
        "over": _over(over),
    }
    return Template("desk/sign_in.html", context=context)


def _over(why: str) -> str:
    """Return why the session that this browser holds is over, in words; empty when it holds none."""
    said = {
        "ended": _("Your session was ended: you signed out, or it was ended from another browser of yours."),
        "idle": _("Your session ended by itself: an hour went by without use, or twelve in all."),
        "engagement": _("Your session ended with your engagement."),
    }
    return said.get(why, "")


@get("/desk/sign-in/{token:str}", may=May.ANYONE)
async def threshold(token: str, next: str = "/desk") -> Template:  # noqa: A002  # the name in the address
    """Show the button that spends the link."""
    return Template("desk/sign_in.html", context={"next": inside(next), "token": token, "problem": ""})


@post("/desk/sign-in/{token:str}", may=May.ANYONE, limit=Entry.STAFF_LINK, sync_to_thread=True)
def enter(request: AnyRequest, db: Database, clock: Clock, token: str, data: Form) -> Redirect | Template:
    """Spend the link and sign this browser in; whoever was signed in here before is not any more."""
    now, old = clock.now(), token_of(request)
    try:
        with db.transaction() as tx:
            depart(tx, now=now, token=old)
            fresh = sessions.sign_in(tx, now=now, token=token, label=label_of(request), old_token=old)
    except BadInputError as problem:
        with db.transaction() as tx:
            _not_let_in(tx, now, token, problem)
        return no_way_in(problem.message, here=who_is_in(request, db, now))
    return Redirect(inside(data.get("next", "/desk")), status_code=303, cookies=[cookie(request, fresh)])


def who_is_in(request: AnyRequest, db: Database, now: int) -> str:
    """Return the name of whoever is signed in at this browser; empty when nobody is."""
    with db.reading() as tx:
        me = sessions.person_of(tx, token_of(request), now)
    return "" if me is None else me.name


def no_way_in(problem: str, *, status: int = 403, here: str = "") -> Template:
    """Return the door with why it stayed shut; whoever is in already reads that nothing has been taken from them."""
    context: dict[str, Any] = {"next": "/desk", "token": "", "problem": problem, "options": "", "here": here}
    return Template("desk/sign_in.html", context=context, status_code=status)


def _not_let_in(tx: Tx, now: int, token: str, problem: BadInputError) -> None:
    """Write down that a link was tried which was somebody's once; one that never was leaves nothing."""
    person_id = sessions.whose_link(tx, token)
    if person_id is not None:
        because = NotLetIn.NOT_ENGAGED if isinstance(problem, NotEngagedError) else NotLetIn.LINK_OVER
        stranger = Actor.visitor("sign-in")
        refuse_sign_in(tx, actor=stranger, now=now, method=Method.LINK, because=because, person_id=person_id)


def depart(tx: Tx, *, now: int, token: str) -> None:
    """End a session and free every case its person holds: nobody waits ten minutes for someone who has left."""
    me = sessions.person_of(tx, token, now)
    if me is not None:
        return_all(tx, actor=me.actor, now=now)
    sessions.sign_out(tx, now=now, token=token)


@post("/desk/sign-out", may=May.ANYONE, sync_to_thread=True)
def leave(request: AnyRequest, db: Database, clock: Clock) -> Redirect:
    """Give every case back and revoke the session; its streams end with it."""
    with db.transaction() as tx:
        depart(tx, now=clock.now(), token=token_of(request))
    response: Redirect = Redirect("/desk/sign-in", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response
