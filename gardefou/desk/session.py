"""Who is signed in at this browser: the cookie, and the `me` that every staff page asks for.

The session is our own row, looked at on every request (staff/sessions.py); the cookie holds nothing but its token.
"""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.response import Redirect

from gardefou.clock import Clock
from gardefou.desk.errors import SignedOutError
from gardefou.staff import sessions
from gardefou.staff.sessions import LONGEST_LABEL, SignedIn
from gardefou.storage import Database
from gardefou.words.plain import one_line

COOKIE = "desk"
SIGN_IN = "/desk/sign-in"
#: What tells browsers and systems apart; the first that is there counts, since most claim to be others too.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)

AnyRequest = Request[Any, Any, Any]


def token_of(request: AnyRequest) -> str:
    """Return the session's token this browser holds; empty when it holds none."""
    return request.cookies.get(COOKIE, "")


def cookie(request: AnyRequest, token: str, *, name: str = COOKIE, lasts: int | None = None) -> Cookie:
    """Return the cookie that signs a browser in; it dies with the browser, and the session by itself."""
    secure = request.url.scheme == "https"
    return Cookie(key=name, value=token, max_age=lasts, path="/", httponly=True, samesite="lax", secure=secure)


def label_of(request: AnyRequest) -> str:
    """Return what a browser says of itself, in a few words; nobody has checked it."""
    said = one_line(request.headers.get("user-agent", "")[:400])
    browser = next((name for sign, name in _BROWSERS if sign in said), "")
    system = next((name for sign, name in _SYSTEMS if sign in said), "")
    return " · ".join(filter(None, (browser, system))) or said[:LONGEST_LABEL]


def admit(request: AnyRequest, db: Database, clock: Clock) -> None:
    """Let in whoever is signed in, as they are at this instant, and remember them for this request.

    Raises:
        SignedOutError: nobody is, or the session or the engagement behind it has ended.
    """
    token, now = token_of(request), clock.now()
    request.state.house = (db, clock)  # For the page of whatever goes wrong after this.
    if not token:
        raise SignedOutError
    with db.reading() as tx:
        me = sessions.person_of(tx, token, now)
    if me is None:
        raise SignedOutError
    if me.renew:
        with db.transaction() as tx:
            sessions.stay(tx, now=now, token=token)
    request.state.me = me


async def signed_in(request: AnyRequest) -> SignedIn:
    """Return whom the door let in."""
    me: SignedIn = request.state.me
    return me


def to_sign_in(request: AnyRequest, problem: SignedOutError) -> Response[Any]:
    """Lead a browser to the door, and back to this page afterwards; a program gets 401 in words."""
    if "text/event-stream" in request.headers.get("accept", ""):
        # A browser would ask for its stream again for ever; this word tells it that the session is over.
        return Response(b"event: end\r\ndata: {}\r\n\r\n", media_type="text/event-stream")
    if not wants_json(request):
        came_for = request.url.path if request.method == "GET" else "/desk"
        return Redirect(f"{SIGN_IN}?next={quote(came_for)}", status_code=303)
    body = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": problem.message}
    return Response(body, status_code=401, media_type="application/problem+json")


def wants_json(request: AnyRequest) -> bool:
    """Return whether a program asks, rather than a browser."""
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


#: For `app`: every staff page of every room gets these.
DEPENDENCIES = {"me": Provide(signed_in)}
EXCEPTION_HANDLERS: dict[Any, Any] = {SignedOutError: to_sign_in}
