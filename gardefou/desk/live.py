"""The live stream of one signed-in browser.

What happens within a moment is one small message: the words of it that the page listens for, how many reports the cases
it shows have by now, and how many cases are new. It carries the id of the last event in it, so that a browser that lost
the line says where it was; one that is too far behind is told to look at everything again. A storm is so no more
messages than a busy day.

The session is looked at again all the time, whoever ends it and in whichever process, and whether or not anybody does:
an engagement also ends by its own date. Once it is over the stream ends within a second (promise 6), with a word that
says so, since a browser would otherwise try again for ever.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, get
from litestar.exceptions import HTTPException
from litestar.response import ServerSentEvent, ServerSentEventMessage
from sqlalchemy.exc import SQLAlchemyError

from gardefou.clock import Clock
from gardefou.desk.looking import Looking
from gardefou.desk.session import token_of
from gardefou.desk.still_in import FRESH, StillIn
from gardefou.events.stream import FILED, Event, Fanout, Group
from gardefou.may import May
from gardefou.staff.sessions import SignedIn
from gardefou.storage import Database
from gardefou.storage.errors import TooManyWaitError
from gardefou.storage.ids import BIGGEST
from gardefou.words import gettext as _

#: How long a stream goes without looking whether its session still holds, seconds, and how often it asks itself that:
#: a look is at most one and the other apart from the last, however much or little happens meanwhile.
LOOK_EVERY, TICK = 0.4, 0.2
#: What ends a session of somebody, and is looked into at once.
_ENDS = frozenset({"person.engagement_ended"})
KEEP_ALIVE = 15.0
#: The shortest time between two messages, seconds: what happens meanwhile is one.
APART = 0.05
#: Whoever is so many events behind looks at everything again: that is quicker than hearing them all.
REACH = 2_000
#: So many pages of one session follow what happens, in one process: more than anybody has open.
MOST_STREAMS = 60
#: What members of the network say to each other stirs nothing here.
_ELSEWHERE = "network."
#: What puts a case into somebody's queue.
QUEUED = frozenset({"case.opened", "case.reopened", "case.handed", "case.came_back", "case.protected"})
#: Of so many cases a stream remembers that it has called them new.
_REMEMBERED = 10_000

_log = structlog.get_logger(__name__)


@get("/desk/stream", may=May.STAFF, kept=True)
async def stream(
    request: Request[Any, Any, Any],
    db: Database,
    clock: Clock,
    fanout: Fanout,
    still_in: StillIn,
    me: SignedIn,
    after: int | None = None,
    case: int | None = None,
    hears: str = "",
) -> ServerSentEvent:
    """Send what happens, from the last event this browser has seen; while it lasts, the page's case is looked at.

    `hears`: the words the page listens for, between spaces; it hears everything when it names none.

    Raises:
        HTTPException: the session has more streams than anybody has pages, 429.
    """
    token = token_of(request)
    if still_in.streams(token) >= MOST_STREAMS:
        raise HTTPException(status_code=HTTPStatus.TOO_MANY_REQUESTS, detail=_("Too many pages of yours are open."))
    seen = _cursor(request.headers.get("last-event-id"), after, fanout.last)
    looking = None if case is None or not 0 < case <= BIGGEST else Looking(db, clock, me.actor, case)
    ears = Ears(frozenset(hears.split()) or None)
    return ServerSentEvent(messages(clock, fanout, still_in, token=token, after=seen, ears=ears, looking=looking))


def _cursor(header: str | None, after: int | None, newest: int) -> int:
    """The browser's own memory first, then the page's, then from now on."""
    if header is not None and header.isascii() and header.isdigit() and len(header) < 20:  # noqa: PLR2004  # digits of 2^63
        return int(header)
    return newest if after is None else max(0, after)


class Ears:
    """What one page listens for, and what it has been told is new."""

    def __init__(self, words: frozenset[str] | None = None) -> None:
        """Listen for some words: subjects, kinds, or the part of either before its mark; for everything without any."""
        self._words = words
        self._announced: set[str] = set()

    def message(self, group: Group) -> ServerSentEventMessage | None:
        """Return what a page is told of what happened together, if it is anything to it."""
        told: dict[str, Any] = {"much": True} if group.much else self._told(group)
        if not told:
            return None
        return ServerSentEventMessage(id=str(group.last), event="stir", data=json.dumps(told))

    def _told(self, group: Group) -> dict[str, Any]:
        words: set[str] = set()
        tally: dict[str, int] = {}
        new, at = 0, 0
        for event in group.events:
            if event.kind.startswith(_ELSEWHERE):
                continue
            said = set(_said(event))
            heard = said if self._words is None else said & self._words
            new += self._is_new(event)
            if heard:
                words |= heard
                at = at or event.at
            if event.kind == FILED and event.subject in heard:
                tally[event.subject] = event.body.get("counting", 0)
        if not words:
            return {}
        return {"words": sorted(words), "tally": tally, "new": new, "at": at}

    def _is_new(self, event: Event) -> bool:
        """Return whether an event brings a case into the queue that this page was not told of yet."""
        if event.kind not in QUEUED or event.subject in self._announced:
            return False
        if len(self._announced) >= _REMEMBERED:
            self._announced.clear()
        self._announced.add(event.subject)
        return True


def _said(event: Event) -> Iterator[str]:
    """Yield the words by which a page hears of an event."""
    for word in (event.kind, event.subject):
        yield word
        yield word.partition("." if word is event.kind else ":")[0]
    account = event.body.get("account")
    if isinstance(account, str):
        yield f"account:{account}"


async def messages(
    clock: Clock,
    fanout: Fanout,
    still_in: StillIn,
    *,
    token: str,
    after: int,
    ears: Ears | None = None,
    looking: Looking | None = None,
) -> AsyncGenerator[ServerSentEventMessage, None]:
    """Yield what one stream says, until its session or this process ends."""
    still_in.enter(token)
    try:
        async for message in _messages(clock, fanout, still_in, token, after, ears or Ears(), looking):
            yield message
    except (SQLAlchemyError, TooManyWaitError) as problem:
        # Nobody is told what could not be checked: the browser comes back, and asks for what it missed.
        _log.warning("desk.stream_ends", problem=type(problem).__name__)
    finally:
        still_in.leave(token)
        if looking is not None:
            looking.close()


async def _messages(
    clock: Clock, fanout: Fanout, still_in: StillIn, token: str, after: int, ears: Ears, looking: Looking | None
) -> AsyncIterator[ServerSentEventMessage]:
    steady = asyncio.get_running_loop().time
    looked = spoke = steady()
    if not await still_in.holds(token, since=looked - FRESH):
        yield _end()
        return
    # The first word opens the stream, and tells the browser how soon to come back when the line breaks.
    yield ServerSentEventMessage(event="beat", data=_beat(clock), retry=1000)
    async for group in fanout.follow_groups(after, tick=TICK, apart=APART, reach=REACH):
        ends = any(event.kind in _ENDS for event in group.events)
        if ends or steady() - looked >= LOOK_EVERY:
            if not await still_in.holds(token, since=steady() - (0 if ends else FRESH)):
                yield _end()
                return
            looked = steady()
        if looking is not None and looking.due(steady()):
            await asyncio.to_thread(looking.say)
        message = ears.message(group)
        if message is not None:
            spoke = looked
            yield message
        elif looked - spoke >= KEEP_ALIVE:
            spoke = looked
            yield ServerSentEventMessage(comment="still here", event="beat", data=_beat(clock), id=str(group.last))


def _beat(clock: Clock) -> str:
    return json.dumps({"at": clock.now()})


def _end() -> ServerSentEventMessage:
    return ServerSentEventMessage(event="end", data="{}")
