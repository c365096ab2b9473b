"""Live streams, as server-sent events: what a member reads at home and is told, what everybody says, a hashtag."""

from litestar import get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events.stream import Fanout
from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given
from gardefou.network.api.live.channels import Channel, Subscriber
from gardefou.network.api.live.hub import Hub, hub_of
from gardefou.network.text import tag_key
from gardefou.storage import Database
from gardefou.words import gettext as _


@get("/streaming/health", may=May.ANYONE, media="text/plain", media_type="text/plain", sync_to_thread=False)
def health() -> str:
    """Say that streams are to be had."""
    return "OK"


@get("/streaming/user", may=May.CLIENT, needs="read:statuses")
async def user(db: Database, clock: Clock, fanout: Fanout, site: str, caller: Caller) -> Stream:
    """Send what a member reads at home, and what they are told where their token is good for that."""
    return _stream(hub_of(db, clock, fanout, site), Subscriber(channel=Channel.USER, caller=caller))


@get("/streaming/user/notification", may=May.CLIENT, needs="read:notifications")
async def user_notification(db: Database, clock: Clock, fanout: Fanout, site: str, caller: Caller) -> Stream:
    """Send what a member is told."""
    return _stream(hub_of(db, clock, fanout, site), Subscriber(channel=Channel.NOTIFICATIONS, caller=caller))


@get("/streaming/public", may=May.CLIENT, needs="read:statuses", as_app=True)
async def public(db: Database, clock: Clock, fanout: Fanout, site: str, caller: Caller) -> Stream:
    """Send what everybody says to everybody."""
    return _stream(hub_of(db, clock, fanout, site), Subscriber(channel=Channel.PUBLIC, caller=caller))


@get("/streaming/public/local", may=May.CLIENT, needs="read:statuses", as_app=True)
async def public_local(db: Database, clock: Clock, fanout: Fanout, site: str, caller: Caller) -> Stream:
    """Send the same: nothing comes from elsewhere."""
    return _stream(hub_of(db, clock, fanout, site), Subscriber(channel=Channel.PUBLIC, caller=caller))


@get("/streaming/hashtag", may=May.CLIENT, needs="read:statuses", as_app=True)
async def hashtag(db: Database, clock: Clock, fanout: Fanout, site: str, caller: Caller, given: Given) -> Stream:
    """Send what everybody says under a hashtag."""
    return _tagged(hub_of(db, clock, fanout, site), caller, given)


@get("/streaming/hashtag/local", may=May.CLIENT, needs="read:statuses", as_app=True)
async def hashtag_local(db: Database, clock: Clock, fanout: Fanout, site: str, caller: Caller, given: Given) -> Stream:
    """Send the same: nothing comes from elsewhere."""
    return _tagged(hub_of(db, clock, fanout, site), caller, given)


def _tagged(hub: Hub, caller: Caller, given: Given) -> Stream:
    tag = tag_key(given.text("tag"))
    if not tag:
        raise ParameterError(_("%(name)s is not what it must be", name="tag"), name="tag")
    return _stream(hub, Subscriber(channel=Channel.HASHTAG, caller=caller, tag=tag))


def _stream(hub: Hub, subscriber: Subscriber) -> Stream:
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(hub.messages(subscriber), media_type="text/event-stream", headers=headers)


HANDLERS: list[ControllerRouterHandler] = [
    health,
    user,
    user_notification,
    public,
    public_local,
    hashtag,
    hashtag_local,
]
