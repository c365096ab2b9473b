"""Out to the identity provider, and back. Whoever comes back without having gone comes in nowhere.

A round begins with a form of our own page: what another site makes a browser ask for, a picture or a link, begins none
and uses up nobody's tries. The way back counts only what fails, so that failing keeps nobody out who did go.
"""

from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlencode

import structlog
from litestar import get, post
from litestar.params import Parameter
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler

from gardefou.app.callers import host_of
from gardefou.app.house import House
from gardefou.app.oidc import provider
from gardefou.app.oidc.config import BACK, Config
from gardefou.app.oidc.errors import IdTokenError, ProviderError
from gardefou.app.oidc.id_token import Expected, groups_in, read
from gardefou.clock import SECOND
from gardefou.desk.session import AnyRequest, cookie, label_of, token_of
from gardefou.desk.sign_in import Form, depart, inside, no_way_in
from gardefou.errors import GardefouError, NotFoundError
from gardefou.events import Actor
from gardefou.may import May
from gardefou.staff import credentials
from gardefou.staff.errors import NotEngagedError, RoundOverError
from gardefou.staff.heard_roles import hear_roles
from gardefou.staff.methods import Method
from gardefou.staff.oidc_rounds import LASTS, Round, begin_round, end_round
from gardefou.staff.refuse_sign_in import NotLetIn, refuse_sign_in
from gardefou.staff.roles import Role
from gardefou.staff.sessions import open_session
from gardefou.storage import Tx
from gardefou.storage.limits import Entry, count
from gardefou.words import gettext as _

#: The secret of the round that this browser began, and where it was going.
COOKIE, NEXT = "desk_oidc", "desk_oidc_next"
STRANGER = Actor.visitor("oidc")

_Answer = TypeVar("_Answer", Redirect, Template)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What an id token says that we accept."""

    subject: str
    groups: frozenset[str]


@get("/desk/oidc", may=May.ANYONE, plain=404, sync_to_thread=False)
def before(oidc: Config | None, next: str = "/desk") -> Redirect:  # noqa: A002  # the name in the address
    """Lead whoever has the address to the page whose form begins a round."""
    _there(oidc)
    return Redirect(f"/desk/sign-in?{urlencode({'next': inside(next)})}", status_code=303)


@post("/desk/oidc", may=May.ANYONE, limit=Entry.OIDC, sync_to_thread=True)
def out(request: AnyRequest, house: House, oidc: Config | None, data: Form) -> Template:
    """Send a browser to the provider, with a round of its own.

    By a page and not a redirect: our own policy lets the answer to a form lead to no other site.
    """
    config = _there(oidc)
    try:
        said = provider.discover(config)
    except ProviderError as problem:
        return _unreachable(problem)
    with house.db.transaction() as tx:
        begun = begin_round(tx, now=house.clock.now())
    kept = [
        cookie(request, begun.secret, name=COOKIE, lasts=LASTS // SECOND),
        cookie(request, inside(data.get("next", "")), name=NEXT, lasts=LASTS // SECOND),
    ]
    away = provider.way_there(config, said, begun)
    return Template("desk/oidc_away.html", context={"away": away}, status_code=200, cookies=kept)


@get(BACK, may=May.ANYONE, counts=Entry.OIDC_BACK, plain=404, sync_to_thread=True)
def back(
    request: AnyRequest,
    house: House,
    oidc: Config | None,
    code: str = "",
    error: str = "",
    answers: Annotated[str, Parameter(query="state")] = "",
    issuer: Annotated[str, Parameter(query="iss")] = "",
) -> Redirect | Template:
    """Take a browser back that we sent, and sign in whom the provider says it is, if an order says who that is here."""
    config, now = _there(oidc), house.clock.now()
    try:
        with house.db.transaction() as tx:
            begun = end_round(tx, now=now, held=request.cookies.get(COOKIE, ""), state=answers)
    except RoundOverError:
        with house.db.transaction() as tx:
            count(tx, now=now, entry=Entry.OIDC_BACK, host=host_of(request.scope))
        # The cookies stay: another site may have sent this browser here while it is at the provider.
        return no_way_in(_("This browser did not begin this sign-in, or it took too long. Begin again."))
    try:
        if error or not code or issuer not in ("", config.issuer):
            return _page(_("The identity provider did not sign you in. Nothing has changed."))
        told = _told(config, begun, code, now)
    except ProviderError as problem:
        return _unreachable(problem)
    except IdTokenError as problem:
        _log.warning("oidc.refused", problem=problem.message)
        with house.db.transaction() as tx:
            refuse_sign_in(tx, actor=STRANGER, now=now, method=Method.OIDC, because=NotLetIn.BAD_TOKEN)
        return _page(_("What the identity provider said could not be accepted. Nothing has changed."))
    return _let_in(request, house, config, told, now)


def _told(config: Config, begun: Round, code: str, now: int) -> _Said:
    """Exchange a code, and return what the id token says. In no transaction: the provider may be slow."""
    said = provider.discover(config)
    token = provider.exchange(config, said, code=code, begun=begun)
    expected = Expected(issuer=config.issuer, client_id=config.client_id, nonce=begun.nonce, now=now)
    claims = read(token, provider.keys(said), expected)
    return _Said(subject=claims["sub"], groups=groups_in(claims, config.groups_claim))


def _let_in(request: AnyRequest, house: House, config: Config, told: _Said, now: int) -> Redirect | Template:
    """Sign in whoever this is here; who is nobody here leaves a line in the record, and nothing else."""
    try:
        with house.db.transaction() as tx:
            fresh = _opened(tx, request, config, told, now)
    except (NotEngagedError, NotFoundError) as problem:
        with house.db.transaction() as tx:
            _refused(tx, config, told, now)
        return _page(problem.message)
    leads = inside(request.cookies.get(NEXT, ""))
    response = Redirect(leads, status_code=303, cookies=[cookie(request, fresh)])
    return _forgotten(response)


def _opened(tx: Tx, request: AnyRequest, config: Config, told: _Said, now: int) -> str:
    row = credentials.by_subject(tx, issuer=config.issuer, subject=told.subject, now=now)
    if row is None:
        raise NotFoundError(
            _("The identity provider knows you, but nobody here has been told who you are. Ask an administrator.")
        )
    person_id = int(row["person_id"])
    me, old = Actor.person(person_id), token_of(request)
    depart(tx, now=now, token=old)
    fresh = open_session(
        tx,
        actor=me,
        now=now,
        person_id=person_id,
        method=Method.OIDC,
        label=label_of(request),
        old_token=old,
        credential_id=int(row["id"]),
    )
    if config.roles:
        left = frozenset[Role]().union(*(config.roles.get(group, frozenset()) for group in told.groups))
        hear_roles(tx, actor=me, now=now, person_id=person_id, roles=left)
    return fresh


def _refused(tx: Tx, config: Config, told: _Said, now: int) -> None:
    person_id = credentials.person_by_subject(tx, issuer=config.issuer, subject=told.subject, now=now)
    because = NotLetIn.UNKNOWN_SUBJECT if person_id is None else NotLetIn.NOT_ENGAGED
    said = f"{config.issuer} {told.subject}"
    refuse_sign_in(tx, actor=STRANGER, now=now, method=Method.OIDC, because=because, person_id=person_id, said=said)


def _there(oidc: Config | None) -> Config:
    if oidc is None:
        raise NotFoundError(_("No identity provider is set up here."))
    return oidc


def _unreachable(problem: GardefouError) -> Template:
    _log.warning("oidc.provider", problem=problem.message)
    words = _("The identity provider does not answer as it should. Nothing has changed; try again, or use a link.")
    return _page(words, status=503)


def _page(words: str, *, status: int = 403) -> Template:
    return _forgotten(no_way_in(words, status=status))


def _forgotten(response: _Answer) -> _Answer:
    for name in (COOKIE, NEXT):
        response.delete_cookie(name, path="/")
    return response


HANDLERS: list[ControllerRouterHandler] = [before, out, back]
