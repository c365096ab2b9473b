"""How far a member has read."""

from typing import Any

from litestar import get, post
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock, to_iso
from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.given import Given
from gardefou.network.mark_read import TIMELINES, mark_read, marks
from gardefou.storage import Database, Tx


@get("/markers", may=May.CLIENT, needs="read:statuses", sync_to_thread=True)
def show_markers(db: Database, caller: Caller, given: Given) -> dict[str, Any]:
    """Return the marks of the timelines that are asked for."""
    with db.reading() as tx:
        return _shown(tx, caller.member_id, given.texts("timeline"))


@post("/markers", may=May.CLIENT, needs="write:statuses", status_code=200, sync_to_thread=True)
def keep_markers(db: Database, clock: Clock, caller: Caller, given: Given) -> dict[str, Any]:
    """Keep marks, and return them."""
    found = {timeline: given.inside(timeline).id("last_read_id") for timeline in TIMELINES}
    read = {timeline: mark for timeline, mark in found.items() if mark is not None}
    with db.transaction() as tx:
        mark_read(tx, actor=caller.actor, now=clock.now(), read=read)
        return _shown(tx, caller.member_id, list(read))


def _shown(tx: Tx, account_id: int, timelines: list[str]) -> dict[str, Any]:
    return {
        row["timeline"]: {
            "last_read_id": str(row["last_read_id"]),
            "version": int(row["version"]),
            "updated_at": to_iso(row["updated_at"]),
        }
        for row in marks(tx, account_id)
        if row["timeline"] in timelines
    }


HANDLERS: list[ControllerRouterHandler] = [show_markers, keep_markers]
