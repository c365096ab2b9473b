"""What is blurred until a colleague asks for it: their own setting, in this browser, and the list of words.

Blurring is for the eyes of whoever works for hours. The text is the same, and so is every decision.
"""

from collections.abc import Callable
from typing import Any

from litestar import get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template

from gardefou.clock import Clock
from gardefou.desk.forms import Fields
from gardefou.desk.frame import frame
from gardefou.desk.session import AnyRequest
from gardefou.may import May
from gardefou.reports.blur import LONGEST, MOST, blurred_words, keep_words, pieces
from gardefou.staff.roles import Role
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database, Tx

PAGE = "/desk/blur"
COOKIE, SHOWN = "desk_blur", "off"
_YEAR = 365 * 24 * 3600
_DOTS = "•••"


def blur_of(tx: Tx, request: AnyRequest) -> dict[str, Any]:
    """Return what a page needs to blur: how a text falls into pieces, how it reads without them, whether images are."""
    words = blurred_words(tx) if _blurs(request) else []

    def falls(text: str) -> list[tuple[str, bool]]:
        return list(pieces(text, words))

    return {"falls": falls, "masked": _masked(falls), "blurs": bool(words), "covers": _blurs(request)}


def _masked(falls: Callable[[str], list[tuple[str, bool]]]) -> Callable[[str], str]:
    """Return a text for where nothing can be blurred, dots in the place of words."""
    return lambda text: "".join(_DOTS if hidden else piece for piece, hidden in falls(text))


def _blurs(request: AnyRequest) -> bool:
    return request.cookies.get(COOKIE, "") != SHOWN


@get(PAGE, may=May.STAFF, sync_to_thread=True)
def show(request: AnyRequest, db: Database, clock: Clock, me: SignedIn) -> Template:
    """Show one's own setting and the list."""
    with db.reading() as tx:
        context = frame(tx, me, clock.now()) | {"words": blurred_words(tx), "blurs": _blurs(request)}
    context |= {"keeps": Role.ADMINISTRATOR in me.roles, "most": MOST, "longest": LONGEST}
    return Template("desk/blur.html", context=context)


@post(PAGE, may=May.STAFF, asks=("words",), sync_to_thread=True)
def keep(db: Database, clock: Clock, me: SignedIn, fields: Fields) -> Redirect:
    """Put another list in the place of the one there is: a word or phrase a line."""
    with db.transaction() as tx:
        keep_words(tx, actor=me.actor, now=clock.now(), words=fields.text("words").splitlines())
    return Redirect(PAGE, status_code=303)


@post(PAGE + "/mine", may=May.STAFF, asks=("blur",), sync_to_thread=True)
def mine(request: AnyRequest, me: SignedIn, fields: Fields) -> Redirect:  # noqa: ARG001  # whoever is signed in, in their own browser
    """Blur in this browser, or show everything at once."""
    shown = fields.text("blur") == SHOWN
    secure = request.url.scheme == "https"
    said = Cookie(
        key=COOKIE,
        value=SHOWN if shown else "on",
        max_age=_YEAR,
        path="/desk",
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    return Redirect(PAGE, status_code=303, cookies=[said])
