"""The two visible switches: language and theme. Each keeps a cookie and goes back where it was pressed."""

from typing import Any

from litestar import Response, post
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.change_language import change_language
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member
from gardefou.network.web.common import LANGUAGE_COOKIE, THEME_COOKIE, AnyRequest, field, kept, same_site
from gardefou.storage import Database
from gardefou.words import LANGUAGES

A_YEAR = 365 * 24 * 3600
#: `auto` follows the machine, by keeping nothing.
THEMES = ("auto", "light", "dark")


@post("/language", may=May.ANYONE, gives=(303,), asks=("language", "next"), sync_to_thread=True)
def language(
    request: AnyRequest, db: Database, clock: Clock, neighbours: Neighbours, member: Member | None, form: FormMultiDict
) -> Response[Any]:
    """Speak another language from now on, in mails to a member too."""
    chosen = field(form, "language")
    if chosen not in LANGUAGES:
        raise NoSuchPageError
    if member is not None and member.locale != chosen:
        with db.transaction() as tx:
            change_language(tx, neighbours, actor=Actor.member(member.id), now=clock.now(), locale=chosen)
    response = Redirect(same_site(field(form, "next")), status_code=303)
    response.set_cookie(kept(request, LANGUAGE_COOKIE, chosen, lasts=A_YEAR))
    return response


@post("/theme", may=May.ANYONE, gives=(303,), asks=("theme", "next"), sync_to_thread=False)
def theme(request: AnyRequest, form: FormMultiDict) -> Response[Any]:
    """Wear another theme from now on."""
    chosen = field(form, "theme")
    if chosen not in THEMES:
        raise NoSuchPageError
    response = Redirect(same_site(field(form, "next")), status_code=303)
    value, lasts = ("", 0) if chosen == "auto" else (chosen, A_YEAR)
    response.set_cookie(kept(request, THEME_COOKIE, value, lasts=lasts))
    return response
