"""The door for platforms that bring reports by the thousand: a line for each, and a line of answer for each.

All of an upload is one transaction: answered, every report in it is there; broken off, none is. Sent again under the
same key it is answered as it was, and nothing is filed twice.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post

from gardefou.app.api import Report, no_category
from gardefou.app.errors import UploadError
from gardefou.clock import Clock
from gardefou.errors import GardefouError
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.errors import CategoryMissingError, FieldError, NoSuchPageError, NotProcessedError
from gardefou.network.ports import Neighbours
from gardefou.network.report import Asked, Taken, asked, report_all
from gardefou.redress.measures import not_taken
from gardefou.reports.errors import UnknownReportedError
from gardefou.reports.misuse.standing_of import in_force, suspension_among
from gardefou.reports.uploads import begin_upload, end_upload, note_brought
from gardefou.staff.scopes import Scope
from gardefou.staff.tokens import Bearer
from gardefou.storage import Database, Tx
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _
from gardefou.words.numbers import number
from gardefou.words.plain import storable

_MEGABYTE = 1024 * 1024
MOST_LINES = 10_000
MOST_BYTES = 12 * _MEGABYTE
LONGEST_KEY = 100
LINES = "application/x-ndjson"
_WORTH = hashlib.sha256


class Line(Report, forbid_unknown_fields=True, kw_only=True):
    """A report as a platform brings it: what any machine says of one, and who its reporter is, in its own words."""

    reporter: Annotated[str, msgspec.Meta(max_length=100)] = ""


_LINE = msgspec.json.Decoder(Line)


def at_most() -> str:
    """Return how much an upload takes, for whoever sent more."""
    return _(
        "An upload has at most %(megabytes)s MB and %(lines)s lines. Nothing was taken: send it in several, each under "
        "a key of its own.",
        megabytes=number(MOST_BYTES // _MEGABYTE),
        lines=number(MOST_LINES),
    )


@post(
    "/intake/reports",
    may=May.TOKEN,
    scope=Scope.REPORTS,
    exclude_from_csrf=True,
    request_max_body_size=MOST_BYTES,
    takes=at_most,
    status_code=200,
)
async def upload(
    request: Request[Any, Any, Any], db: Database, clock: Clock, neighbours: Neighbours, contact: str, bearer: Bearer
) -> Response[bytes]:
    """Take in up to 10,000 reports, JSON with a line for each; once they are answered they cannot be lost.

    Raises:
        UploadError: there is no key, nothing in it, or too much.
        KeyUsedError: other reports were sent under its key.
    """
    key, body = request.headers.get("idempotency-key", ""), await request.body()
    answers = await asyncio.to_thread(take_upload, db, clock, neighbours, bearer, key, body, contact)
    return Response(answers.encode(), media_type=LINES, status_code=200)


def take_upload(
    db: Database, clock: Clock, neighbours: Neighbours, bearer: Bearer, key: str, body: bytes, contact: str
) -> str:
    """Take in an upload, and return the answers, a line for each of its own.

    Args:
        db: where to.
        clock: what time it is.
        neighbours: who takes reports in.
        bearer: the platform's machine.
        key: by which the upload is known again.
        body: its lines.
        contact: the address that answers reporters who contest.

    Raises:
        UploadError: there is no key, nothing in it, or too much.
        KeyUsedError: other reports were sent under its key.
    """
    name = _key_of(bearer, key)
    lines = _lines(body)
    wanted = [_read(neighbours, bearer, line) for line in lines]
    if not any(isinstance(one, Asked) for one in wanted):
        # Nothing is taken, so nothing has to be known again: the key is still good for what was meant.
        return "".join(_answer(number, one) for number, one in enumerate(wanted, start=1) if isinstance(one, Exception))
    with db.transaction() as tx:
        now = clock.now()
        before = begin_upload(tx, actor=bearer.actor, now=now, key=name, digest=_WORTH(body).digest())
        if before is not None:
            return before
        taken = iter(report_all(tx, neighbours, now=now, wanted=[one for one in wanted if isinstance(one, Asked)]))
        note_brought(tx, actor=bearer.actor, reporters=[one.actor for one in wanted if isinstance(one, Asked)])
        became = [next(taken) if isinstance(one, Asked) else one for one in wanted]
        said = _not_taken(tx, now, wanted, became, contact)
        answers = "".join(_answer(number, one, said.get(number)) for number, one in enumerate(became, start=1))
        end_upload(tx, key=name, answers=answers)
    return answers


def _key_of(bearer: Bearer, key: str) -> bytes:
    if not key or len(key) > LONGEST_KEY:
        raise UploadError(
            _(
                "Send an Idempotency-Key with each upload, at most 100 characters and another for each: with it an "
                "upload that broke off can be sent again, and nothing is filed twice."
            )
        )
    return _WORTH(f"gardefou upload v1\n{bearer.token_id}\n{key}".encode("utf-8", "replace")).digest()


def _lines(body: bytes) -> Sequence[bytes]:
    lines = body.removesuffix(b"\n").split(b"\n")
    if not body.strip() or len(lines) > MOST_LINES:
        raise UploadError(
            _(
                "An upload has between 1 and 10,000 lines, each a report as JSON; this one has %(count)s. Nothing was "
                "taken.",
                count=len(lines) if body.strip() else 0,
            )
        )
    return lines


def _read(neighbours: Neighbours, bearer: Bearer, line: bytes) -> Asked | Exception:
    """Return the report in a line, or why there is none."""
    try:
        one = _LINE.decode(line)
        posts = [int(number) for number in one.posts]
        if any(number > BIGGEST for number in posts):
            return NoSuchPageError()
        return asked(
            neighbours,
            actor=reporter_of(bearer, one.reporter),
            account=storable(one.account).removeprefix("@"),
            category=one.category,
            comment=storable(one.comment),
            post_ids=posts,
            locale=one.language,
        )
    except CategoryMissingError:
        return no_category(neighbours, one.category)
    except (msgspec.DecodeError, UnicodeError, FieldError) as problem:
        return problem


def reporter_of(bearer: Bearer, name: str) -> Actor:
    """Return a platform's reporter: known again by us, and to nobody else; the machine itself where it names none."""
    if not name:
        return bearer.actor
    told = f"gardefou platform's reporter v1\n{bearer.token_id}\n{name}"
    return Actor.visitor(_WORTH(told.encode("utf-8", "replace")).hexdigest()[:32])


def _not_taken(
    tx: Tx, now: int, wanted: Sequence[Asked | Exception], became: Sequence[Taken | Exception], contact: str
) -> dict[int, str]:
    """Return by line why a reporter's reports are not processed: the network's own words lead to a page of members."""
    refused = {
        number: str(one.actor)
        for number, (one, now_is) in enumerate(zip(wanted, became, strict=True), start=1)
        if isinstance(one, Asked) and isinstance(now_is, NotProcessedError)
    }
    standing = in_force(tx, now=now, reporters=set(refused.values())) if refused else {}
    found = {whose: suspension_among(measures) for whose, measures in standing.items()}
    return {
        number: not_taken(one, contest=contact)
        for number, whose in refused.items()
        if (one := found.get(whose)) is not None
    }


def _answer(number: int, became: Taken | Exception, said: str | None = None) -> str:
    if isinstance(became, Taken):
        told: dict[str, Any] = {"line": number, "report": str(became.receipt)}
    else:
        told = {"line": number, "error": said or _why(became), "code": _code(became)}
    return msgspec.json.encode(told).decode() + "\n"


def _code(problem: Exception) -> str:
    if isinstance(problem, NoSuchPageError):
        return UnknownReportedError.code
    return str(getattr(problem, "code", "unreadable"))


def _why(problem: Exception) -> str:
    match problem:
        case FieldError():
            return sentences.of(problem)
        case NoSuchPageError():
            return _("There is no such account or post to report.")
        case GardefouError():
            return problem.message
        case _:
            return _("This is no report: %(why)s", why=str(problem)[:200])


HANDLERS = [upload]
