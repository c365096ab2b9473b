"""The live stream of one signed-in browser.

Each message carries the event's id, so that a browser that lost the line says where it was. The session is looked at
again all the time, whoever ends it and in whichever process, and whether or not anybody does: an engagement also ends
by its own date. Once it is over the stream ends within a second (promise 6), with a word that says so, since a browser
would otherwise try again for ever.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import structlog
from litestar import Request, get
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.exc import SQLAlchemyError

from gardefou.clock import Clock
from gardefou.desk.looking import Looking
from gardefou.desk.session import token_of
from gardefou.events.stream import Event, Fanout
from gardefou.may import May
from gardefou.staff import sessions
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.storage.errors import TooManyWaitError
from gardefou.storage.ids import BIGGEST

#: How long a stream goes without looking whether its session still holds, seconds, and how often it asks itself that:
#: a look is at most one and the other apart from the last, however much or little happens meanwhile.
LOOK_EVERY, TICK = 0.4, 0.2
#: What ends a session of somebody, and is looked into at once.
_ENDS = frozenset({"person.engagement_ended"})
KEEP_ALIVE = 15.0
#: What members of the network say to each other stirs nothing here.
_ELSEWHERE = "network."
#: What puts a case into somebody's queue.
QUEUED = frozenset({"report.filed", "case.opened", "case.reopened", "case.handed"})

_log = structlog.get_logger(__name__)


@get("/desk/stream", may=May.STAFF, kept=True)
async def stream(
    request: Request[Any, Any, Any],
    db: Database,
    clock: Clock,
    fanout: Fanout,
    me: SignedIn,
    after: int | None = None,
    case: int | None = None,
) -> ServerSentEvent:
    """Send what happens, from the last event this browser has seen; while it lasts, the page's case is looked at."""
    token = token_of(request)
    seen = _cursor(request.headers.get("last-event-id"), after, fanout.last)
    looking = None if case is None or not 0 < case <= BIGGEST else Looking(db, clock, me.actor, case)
    return ServerSentEvent(messages(db, clock, fanout, token=token, after=seen, looking=looking))


def _cursor(header: str | None, after: int | None, newest: int) -> int:
    """The browser's own memory first, then the page's, then from now on."""
    if header is not None and header.isascii() and header.isdigit() and len(header) < 20:  # noqa: PLR2004  # digits of 2^63
        return int(header)
    return newest if after is None else max(0, after)


async def messages(
    db: Database, clock: Clock, fanout: Fanout, *, token: str, after: int, looking: Looking | None = None
) -> AsyncGenerator[ServerSentEventMessage, None]:
    """Yield what one stream says, until its session or this process ends."""
    try:
        async for message in _messages(db, clock, fanout, token=token, after=after, looking=looking):
            yield message
    except (SQLAlchemyError, TooManyWaitError) as problem:
        # Nobody is told what could not be checked: the browser comes back, and asks for what it missed.
        _log.warning("desk.stream_ends", problem=type(problem).__name__)
    finally:
        if looking is not None:
            looking.close()


async def _messages(
    db: Database, clock: Clock, fanout: Fanout, *, token: str, after: int, looking: Looking | None
) -> AsyncIterator[ServerSentEventMessage]:
    def still_in() -> bool:
        with db.reading() as tx:
            return sessions.person_of(tx, token, clock.now()) is not None

    steady = asyncio.get_running_loop().time
    looked = spoke = steady()
    announced: set[str] = set()
    if not await asyncio.to_thread(still_in):
        yield _end()
        return
    # The first word opens the stream, and tells the browser how soon to come back when the line breaks.
    yield ServerSentEventMessage(event="beat", data=_beat(clock), retry=1000)
    async for event in fanout.follow(after, tick=TICK):
        if steady() - looked >= LOOK_EVERY or (event is not None and event.kind in _ENDS):
            if not await asyncio.to_thread(still_in):
                yield _end()
                return
            looked = steady()
        if looking is not None and looking.due(steady()):
            await asyncio.to_thread(looking.say)
        if event is not None and not event.kind.startswith(_ELSEWHERE):
            spoke = looked
            yield _stir(event, announced)
        elif looked - spoke >= KEEP_ALIVE:
            spoke = looked
            yield ServerSentEventMessage(comment="still here", event="beat", data=_beat(clock))


def _stir(event: Event, announced: set[str]) -> ServerSentEventMessage:
    subjects = [event.subject]
    # A storm of reports on one account is one new line of the queue.
    if event.kind in QUEUED and event.subject not in announced:
        announced.add(event.subject)
        subjects.append("queue")
    account = event.body.get("account")
    if isinstance(account, str):
        subjects.append(f"account:{account}")
    content = {"kind": event.kind, "subject": event.subject, "subjects": subjects, "at": event.at}
    return ServerSentEventMessage(id=str(event.id), event="stir", data=json.dumps(content))


def _beat(clock: Clock) -> str:
    return json.dumps({"at": clock.now()})


def _end() -> ServerSentEventMessage:
    return ServerSentEventMessage(event="end", data="{}")
