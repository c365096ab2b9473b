"""What a person, or a program, reads when a request cannot be answered: never a traceback.

Problem details as RFC 9457 for programs, a page for browsers. The language is chosen again here, since a request may
fail before the hook that chooses it has run.
"""

import http
from typing import Any

import structlog
from litestar import MediaType, Request, Response
from litestar.config.csrf import CSRFConfig
from litestar.exceptions import HTTPException
from litestar.middleware.csrf import generate_csrf_token
from litestar.response import Template
from litestar.utils.scope.state import ScopeState

from gardefou.app.errors import ForeignFormError, OtherRolesError, UnknownHostError, UnreadableFormError
from gardefou.app.form_tokens import cookie_with
from gardefou.app.logs import write_bug
from gardefou.app.request import choose_language
from gardefou.errors import BadInputError, ConfigurationError, ConflictError, GardefouError, NotFoundError
from gardefou.network import sentences
from gardefou.network.api import problems as clients
from gardefou.storage.errors import TooBusyError, TooManyTriesError, TooManyWaitError
from gardefou.storage.outage import Outage, outage_of
from gardefou.words import gettext as _
from gardefou.words import roles

_log = structlog.get_logger(__name__)

AnyRequest = Request[Any, Any, Any]
#: When each of the database’s troubles may be over, seconds.
PASSES = {Outage.AWAY: 5, Outage.UNSURE: 5, Outage.FULL: 60, Outage.BUSY: TooManyWaitError.wait}


def handle(request: AnyRequest, problem: Exception) -> Response[Any]:
    """Answer a request that failed."""
    choose_language(request)
    outage = outage_of(problem)
    status = _status(problem) if outage is None else http.HTTPStatus.SERVICE_UNAVAILABLE
    title = http.HTTPStatus(status).phrase
    detail = _detail(request, problem, status) if outage is None else _outage(outage)
    if outage is not None:
        # Nobody's bug, and as often as somebody asks: a line, without its story.
        _log.warning("request.not_now", path=request.scope["path"], why=outage.value, problem=_said_by(problem))
    elif status >= http.HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(problem, TooManyWaitError):
        path = write_bug(problem, request.app.state.settings.folder)
        _log.error("request.failed", path=request.scope["path"], problem=type(problem).__name__, story=str(path))
    headers = dict(getattr(problem, "headers", None) or {})
    if isinstance(problem, TooManyTriesError | TooManyWaitError):
        headers["Retry-After"] = str(problem.wait)
    if outage is not None:
        headers["Retry-After"] = str(PASSES[outage])
    if clients.asked_by_a_client(request.scope["path"]):
        code = "" if outage is None else outage.value
        return clients.answer(problem, status=status, detail=detail, headers=headers, code=code)
    if _wants_page(request):
        return _page(request, status=status, title=_title(status), detail=detail, headers=headers)
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if isinstance(problem, GardefouError):
        body |= {"code": problem.code, **{key: str(value) for key, value in problem.fields.items()}}
    if outage is not None:
        body["code"] = outage.value
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def _page(request: AnyRequest, *, status: int, title: str, detail: str, headers: dict[str, str]) -> Response[Any]:
    config: CSRFConfig = request.app.state.form_tokens
    cookies = []
    state = ScopeState.from_scope(request.scope)
    if not isinstance(state.csrf_token, str):
        # No route was found, so no middleware has run; the page's forms still need their token.
        known = request.cookies.get(config.cookie_name)
        state.csrf_token = known or generate_csrf_token(secret=config.secret)
        if known is None:
            cookies.append(cookie_with(config, str(state.csrf_token)))
    response: Response[Any] = Template(
        "error.html",
        context={"code": status, "title": title, "detail": detail, "back": ""},
        status_code=status,
        media_type=MediaType.HTML,
        headers=headers,
        cookies=cookies,
    )
    return response


def _wants_page(request: AnyRequest) -> bool:
    if request.scope["path"].startswith(("/api/", "/health")):
        return False
    accept = request.headers.get("accept", "")
    return "text/html" in accept


def _status(problem: Exception) -> int:
    match problem:
        case HTTPException():
            return problem.status_code
        case TooManyTriesError():
            return http.HTTPStatus.TOO_MANY_REQUESTS
        case ForeignFormError():
            return http.HTTPStatus.FORBIDDEN
        case NotFoundError():
            return http.HTTPStatus.NOT_FOUND
        case OtherRolesError():
            return http.HTTPStatus.FORBIDDEN
        case ConflictError():
            return http.HTTPStatus.CONFLICT
        case BadInputError():
            return http.HTTPStatus.BAD_REQUEST
        case ConfigurationError():
            return http.HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            return http.HTTPStatus.INTERNAL_SERVER_ERROR


def _not_ours() -> str:
    return _(
        "The form was not from this browser, or too old. "
        "Nothing has changed: go back, reload the page and send it again."
    )


def _title(status: int) -> str:
    match status:
        case http.HTTPStatus.NOT_FOUND:
            return _("Sorry, that page doesn't exist!")
        case http.HTTPStatus.CONFLICT:
            return _("It has changed since you looked")
        case http.HTTPStatus.FORBIDDEN:
            return _("Not accepted")
        case http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return _("Too long")
        case http.HTTPStatus.TOO_MANY_REQUESTS:
            return _("Too many tries from here")
        case _ if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            return _("This page could not be made")
        case _:
            return _("This cannot be used")


def _detail(request: AnyRequest, problem: Exception, status: int) -> str:
    if isinstance(problem, GardefouError) and status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return _sentence(request, problem)
    if isinstance(problem, TooBusyError):
        return _outage(Outage.BUSY)
    if isinstance(problem, TooManyWaitError):
        return sentences.more_than_can_be_written()
    match status:
        case http.HTTPStatus.NOT_FOUND:
            return _("There is no page at %(path)s. Nothing has changed.", path=request.scope["path"])
        case http.HTTPStatus.METHOD_NOT_ALLOWED:
            return _("This address does not take that kind of request. Nothing has changed.")
        case http.HTTPStatus.FORBIDDEN if "CSRF" in str(problem):
            return _not_ours()
        case http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return _too_large(request)
        case _ if status < http.HTTPStatus.INTERNAL_SERVER_ERROR:
            return ": ".join([str(getattr(problem, "detail", "")) or http.HTTPStatus(status).phrase, *_fields(problem)])
        case http.HTTPStatus.SERVICE_UNAVAILABLE:
            return _("The database does not answer. Nothing has changed: try again in a moment.")
        case _:
            return _("Something is wrong on our side. It has been written down; nothing you sent was half done.")


def _too_large(request: AnyRequest) -> str:
    """Return what whoever sent too much reads; a door that says how much it takes says it itself."""
    opt = getattr(request.scope.get("route_handler"), "opt", None) or {}
    if "takes" in opt:
        return str(opt["takes"]())
    return _("What was sent is larger than this page takes. Nothing has changed: shorten it and send it again.")


def _fields(problem: Exception) -> list[str]:
    """Return what was wrong with which field, as the framework says it; nothing where it says nothing of any."""
    found = getattr(problem, "extra", None)
    told = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    names = [f"{one['key']}: {one['message']}" if one.get("key") else str(one.get("message", "")) for one in told]
    return ["; ".join(names)[:500]] if any(names) else []


def _said_by(problem: Exception) -> str:
    return str(getattr(problem, "orig", None) or problem).partition("\n")[0]


def _outage(outage: Outage) -> str:
    match outage:
        case Outage.AWAY:
            return _("The database does not answer. Nothing has changed: try again in a moment.")
        case Outage.UNSURE:
            return _(
                "The database went away just as this was to be kept, so nobody can tell yet whether it was. Look, in a "
                "moment, before you send it again; a report may be sent again, and is filed once."
            )
        case Outage.FULL:
            return _(
                "There is no room left to write anything down; what is there can be read. Nothing has changed: once "
                "whoever runs this has made room, send it again."
            )
        case Outage.BUSY:
            return _("Too much is under way at once. Nothing has changed: try again in a moment.")


def _sentence(request: AnyRequest, problem: GardefouError) -> str:
    """Return what a problem of ours says, in the language spoken now where it is the front door's own."""
    if isinstance(problem, UnknownHostError):
        return _(
            "This site does not answer to the name “%(host)s”. Open %(url)s instead; "
            "who runs the site sets that address with GARDEFOU_URL.",
            host=problem.fields["host"],
            url=request.app.state.settings.public_url,
        )
    if isinstance(problem, TooManyTriesError):
        return sentences.too_many(problem)
    if isinstance(problem, ForeignFormError):
        return _not_ours()
    if isinstance(problem, UnreadableFormError):
        return _("What was sent cannot be read, or did not come to its end. Nothing has changed: send it again.")
    if isinstance(problem, OtherRolesError):
        return _("This page is only for %(who)s. Nothing has changed.", who=roles.one_of(str(problem.fields["roles"])))
    return problem.message
