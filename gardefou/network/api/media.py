"""Images: send one, describe it, delete it while it waits; and the images themselves, to whoever may see them."""

from typing import Any

from litestar import Response, delete, get, post, put

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network.api.caller import AnyRequest, Caller
from gardefou.network.api.entities.media import media
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given, id_in_path
from gardefou.network.describe_media import describe_media
from gardefou.network.drop_media import drop_media
from gardefou.network.errors import NoSuchPageError
from gardefou.network.keep_media import keep_media
from gardefou.network.media import own_unposted, shown_media
from gardefou.network.media_folder import ORIGINAL, PREVIEW, MediaFolder
from gardefou.network.pictures import LARGEST
from gardefou.network.scopes import covers
from gardefou.network.web.common import provide_member
from gardefou.storage import Database
from gardefou.words import gettext as _

Entity = dict[str, Any]
#: What stands around an image in a form: names, a description, a focus.
BODY = LARGEST + 64 * 1024


@post("/media", may=May.CLIENT, needs="write:media", status_code=200, request_max_body_size=BODY, sync_to_thread=True)
def send(db: Database, clock: Clock, media_folder: MediaFolder, caller: Caller, given: Given, site: str) -> Entity:
    """Take in an image, made anew."""
    return _sent(db, clock, media_folder, caller, given, site)


@post("/media", may=May.CLIENT, needs="write:media", status_code=200, request_max_body_size=BODY, sync_to_thread=True)
def send_v2(db: Database, clock: Clock, media_folder: MediaFolder, caller: Caller, given: Given, site: str) -> Entity:
    """Take in an image, made anew; it is ready at once, so that there is nothing to wait for."""
    return _sent(db, clock, media_folder, caller, given, site)


def _sent(db: Database, clock: Clock, media_folder: MediaFolder, caller: Caller, given: Given, site: str) -> Entity:
    sent = given.file("file")
    if sent is None:
        raise ParameterError(_("file: missing"), name="file")
    made, digest = media_folder.take(sent.file)
    more = {"description": given.text("description"), "focus": given.text("focus")}
    with db.transaction() as tx:
        media_id = keep_media(tx, actor=caller.actor, now=clock.now(), picture=made, digest=digest, **more)
        return media(own_unposted(tx, account_id=caller.member_id, media_id=media_id), site=site)


@get("/media/{media_id:str}", may=May.CLIENT, needs="write:media", sync_to_thread=True)
def show(db: Database, caller: Caller, site: str, media_id: str) -> Entity:
    """Return an image of one's own that waits to be posted."""
    with db.reading() as tx:
        return media(own_unposted(tx, account_id=caller.member_id, media_id=id_in_path(media_id)), site=site)


@put("/media/{media_id:str}", may=May.CLIENT, needs="write:media", sync_to_thread=True)
def describe(db: Database, caller: Caller, given: Given, site: str, media_id: str) -> Entity:
    """Say what an image shows, or which point of it matters most."""
    number = id_in_path(media_id)
    description = given.text("description") if given.has("description") else None
    focus = given.text("focus") if given.has("focus") else None
    with db.transaction() as tx:
        describe_media(tx, actor=caller.actor, media_id=number, description=description, focus=focus)
        return media(own_unposted(tx, account_id=caller.member_id, media_id=number), site=site)


@delete("/media/{media_id:str}", may=May.CLIENT, needs="write:media", status_code=200, sync_to_thread=True)
def drop(db: Database, media_folder: MediaFolder, caller: Caller, media_id: str) -> Entity:
    """Delete an image that waits to be posted."""
    with db.transaction() as tx:
        drop_media(tx, media_folder, actor=caller.actor, media_id=id_in_path(media_id))
    return {}


@get("/media/{media_id:str}/{size:str}", may=May.ANYONE, plain=404, sync_to_thread=True)
def image(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    media_folder: MediaFolder,
    caller: Caller,
    media_id: str,
    size: str,
) -> Response[bytes]:
    """Return an image, to whoever may see what it belongs to at this very instant: no cache keeps it without asking.

    Raises:
        NoSuchPageError: there is none that this reader may see.
    """
    if size not in {ORIGINAL, PREVIEW}:
        raise NoSuchPageError
    # A token that may not read posts sees what anybody sees.
    reader = caller.account_id if covers(caller.scopes, "read:statuses") else None
    if reader is None and (member := provide_member(request, db, clock)) is not None:
        reader = member.id
    with db.reading() as tx:
        row = shown_media(tx, id_in_path(media_id), reader=reader)
    tag = f'"{row["digest"][:32]}-{size}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=row["media_type"], headers=headers)
    content = media_folder.read(row["digest"], size)
    if content is None:
        raise NoSuchPageError
    return Response(content, media_type=row["media_type"], headers=headers)


#: Beneath `/api/v1`; `/api/v2` has `send_v2` alone.
HANDLERS = [describe, drop, send, show]
