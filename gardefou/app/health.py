"""`/health`: does it answer, is the worker alive. For load balancers and for people with curl.

Mastodon's answer is the one word OK, and its clients know nothing else for a server that stands; so that is said, and
the whole of it to whoever asks for JSON.
"""

from typing import Any

from litestar import MediaType, Request, Response, get

from gardefou.app.house import House
from gardefou.clock import SECOND
from gardefou.may import May
from gardefou.storage.errors import TooBusyError
from gardefou.storage.house import last_beat

#: A worker beats every few seconds; silence longer than this is death.
ALIVE_WITHIN = 15 * SECOND
#: What is answered, as the OpenAPI document describes it.
TELLS = {
    "type": "object",
    "required": ["status", "worker", "clock_stepped", "settings_differ"],
    "properties": {
        "status": {"const": "ok"},
        "worker": {"enum": ["alive", "silent"]},
        "clock_stepped": {"type": "boolean"},
        "settings_differ": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}


@get("/health", may=May.ANYONE, tells=TELLS, media="text/plain", sync_to_thread=True, opt={"exclude_from_csrf": True})
def health(request: Request[Any, Any, Any], house: House) -> Response[Any]:
    """Say whether the house stands: 200 when it does, 503 when the database does not answer, or others have all of it.

    Raises:
        TooBusyError: every connection to the database is in use.
    """
    now = house.clock.now()
    with house.db.reading() as tx:
        last, stepped = last_beat(tx)
        if house.db.all_in_use:  # This one had luck; whoever comes now waits.
            raise TooBusyError
    vary = {"vary": "Accept"}
    if "json" not in request.headers.get("accept", ""):
        return Response("OK", media_type=MediaType.TEXT, headers=vary)
    return Response(
        {
            "status": "ok",
            "worker": "alive" if last is not None and now - last <= ALIVE_WITHIN else "silent",
            "clock_stepped": stepped,
            "settings_differ": house.settings_watch.look(),
        },
        headers=vary,
    )
