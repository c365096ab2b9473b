"""A member lets a program in, or does not; and, on a page of their own, out again."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import scope_words
from gardefou.network.oauth import redirects
from gardefou.network.oauth.apps import let_in_by
from gardefou.network.oauth.server import READ, OAuth2Error, OAuthServer, asked_for
from gardefou.network.oauth.tokens import let_out
from gardefou.network.queries import Member
from gardefou.network.visibility import SILENCED
from gardefou.network.web.common import AnyRequest, field, id_in, page
from gardefou.storage import Database
from gardefou.words import gettext as _

_HERE = "/oauth/authorize"
#: Nothing that the page of consent is asked with is a secret of the program's.
_ASKED = tuple(name for name in READ if name not in {"client_secret", "code", "code_verifier", "password", "token"})


@get(_HERE, may=May.MEMBER, plain=400, sync_to_thread=True)
def consent_page(request: AnyRequest, db: Database, clock: Clock, member: Member, site: str) -> Response[Any]:
    """Ask a member whether they let a program in."""
    return _asked(request, db, clock, member, site, request.query_params, answer="")


@post(_HERE, may=May.MEMBER, gives=(200, 303), asks=(*_ASKED, "answer"), sync_to_thread=True)
def consent(
    request: AnyRequest, db: Database, clock: Clock, member: Member, site: str, form: FormMultiDict
) -> Response[Any]:
    """Take the member's yes or no, and lead the browser back with it."""
    return _asked(request, db, clock, member, site, form, answer=field(form, "answer") or "no")


def _asked(
    request: AnyRequest, db: Database, clock: Clock, member: Member, site: str, sent: Mapping[str, Any], *, answer: str
) -> Response[Any]:
    """Hold a program's question against what it registered; then show it, or take the answer."""
    if member.standing in SILENCED:  # They are told why before anything else.
        return Redirect("/home", status_code=303)
    given = {name: value for name in _ASKED if isinstance(value := sent.get(name, ""), str)}
    with db.transaction() if answer else db.reading() as tx:
        server = OAuthServer(tx, now=clock.now())
        try:
            asked = asked_for(request.method, f"{site}{_HERE}", given)
            grant = server.consent(asked)
        except OAuth2Error as problem:
            return _wrong(member, problem)
        if not answer:
            return _question(request, member, given, asked, grant.redirect_uri)
        found = server.said(asked, grant, yes_of=member.id if answer == "yes" else None)
    if grant.redirect_uri == redirects.OOB:
        return _copied(member, found.location)
    return Response(None, status_code=303, headers={"Location": found.location})


def _question(
    request: AnyRequest, member: Member, given: Mapping[str, str], asked: Any, redirect_uri: str
) -> Response[Any]:
    app, scopes = asked.client, asked.scope.split()
    # A browser follows the answer to a form only where the page's policy says so.
    request.state.form_action = redirects.origin_of(redirect_uri)
    back = f"{request.url.path}?{request.url.query}"
    response: Response[Any] = page(
        "let_in",
        member=member,
        app=app,
        sentences=scope_words.of(scopes),
        leads_to=redirects.shown(redirect_uri),
        given=given,
        back=back,
    )
    return response


def _copied(member: Member, location: str) -> Response[Any]:
    """Show the code that no browser can be led away with; or that none was given."""
    told = redirects.answer_in(location)
    if "code" in told:
        response: Response[Any] = page("code", member=member, secret=told["code"])
        return response
    return _said(member, _("Nothing was let in"), _("The program got nothing. You can close this page."))


def _wrong(member: Member, problem: OAuth2Error) -> Response[Any]:
    """Tell the member. No browser is led anywhere unasked: anybody can register a program, and any address with it."""
    why = _("The program asked in a way that cannot be answered (%(code)s). Nothing was let in.", code=problem.error)
    return _said(member, _("This program cannot be let in"), why, status=400)


def _said(member: Member, title: str, why: str, *, status: int = 200) -> Response[Any]:
    response: Response[Any] = page("let_in_not", member=member, status=status, heading=title, why=why)
    return response


@get("/settings/apps", may=May.MEMBER, sync_to_thread=True)
def apps_page(db: Database, member: Member) -> Template:
    """Show the programs that act in a member's name."""
    with db.reading() as tx:
        found = [(one, scope_words.of(one.scopes)) for one in let_in_by(tx, member.id)]
    return page("apps", member=member, found=found)


@post("/settings/apps/{number:str}/end", may=May.MEMBER, counted=False, gives=(303,), sync_to_thread=True)
def end_app(db: Database, clock: Clock, member: Member, number: str) -> Response[Any]:
    """Let a program out; one that is not in is out already."""
    with db.transaction() as tx:
        let_out(tx, actor=Actor.member(member.id), now=clock.now(), app_id=id_in(number))
    return Redirect("/settings/apps", status_code=303)


HANDLERS: list[ControllerRouterHandler] = [consent_page, consent, apps_page, end_app]
