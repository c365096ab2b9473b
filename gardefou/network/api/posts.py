"""One post: write it, read it with what stands around it and what it read before, change it, take it back."""

import hashlib
import re
from typing import Any

from litestar import Request, delete, get, post, put
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.may import May
from gardefou.network.api.caller import Caller
from gardefou.network.api.entities.statuses import history, statuses
from gardefou.network.api.errors import ParameterError
from gardefou.network.api.given import Given, id_in_path
from gardefou.network.conversation import conversation
from gardefou.network.delete_post import delete_post
from gardefou.network.edit_post import edit_post
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.post import Writing
from gardefou.network.post import post as post_verb
from gardefou.network.queries import PostView, any_account, one_shown_post, shown_posts
from gardefou.network.visibility import Visibility
from gardefou.storage import Database, Tx
from gardefou.storage.limits import Family
from gardefou.words import gettext as _

AnyRequest = Request[Any, Any, Any]
_LONGEST_KEY = 500
#: A language tag as clients send it: `fr`, `pt-BR`.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@post(
    "/statuses",
    may=May.CLIENT,
    needs="write:statuses",
    rate=Family.STATUSES,
    status_code=200,
    sync_to_thread=True,
)
def post_status(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    neighbours: Neighbours,
    caller: Caller,
    given: Given,
    site: str,
) -> dict[str, Any]:
    """Publish a post; with an Idempotency-Key that was sent before, answer with what it posted then."""
    _refuse_what_is_not_done(given)
    with db.transaction() as tx:
        account = any_account(tx, caller.member_id)
        if account is None:
            raise NoSuchPageError
        post_id = post_verb(
            tx,
            neighbours,
            actor=caller.actor,
            now=clock.now(),
            text=given.text("status"),
            locale=_language(given) or account["locale"],
            writing=Writing(
                visibility=visibility_in(given, default=account["posts_visibility"]),
                spoiler=given.text("spoiler_text"),
                sensitive=given.flag("sensitive", default=bool(account["posts_sensitive"])),
                reply_to_id=given.id("in_reply_to_id"),
                media_ids=tuple(dict.fromkeys(given.ids("media_ids"))),
                app_id=caller.app_id,
                once=_once(request),
            ),
        )
        return rendered(tx, post_id, caller, site)


@get("/statuses", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def show_statuses(db: Database, caller: Caller, given: Given, site: str) -> list[dict[str, Any]]:
    """Return the posts of some ids, in their order; what this reader may not see is left out."""
    asked = list(dict.fromkeys(given.ids("id")))
    with db.reading() as tx:
        shown = {one.id: one for one in shown_posts(tx, post_ids=asked, reader=caller.account_id)}
        posts = [shown[one] for one in asked if one in shown]
        return statuses(tx, posts, reader=caller.account_id, site=site)


@get("/statuses/{number:str}", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def show_status(db: Database, caller: Caller, site: str, number: str) -> dict[str, Any]:
    """Return one post."""
    with db.reading() as tx:
        return rendered(tx, id_in_path(number), caller, site)


@put("/statuses/{number:str}", may=May.CLIENT, needs="write:statuses", rate=Family.STATUSES, sync_to_thread=True)
def edit_status(db: Database, clock: Clock, caller: Caller, given: Given, site: str, number: str) -> dict[str, Any]:
    """Change one's own post."""
    _refuse_what_is_not_done(given)
    post_id = id_in_path(number)
    with db.transaction() as tx:
        before = _own(tx, post_id, caller)
        edit_post(
            tx,
            actor=caller.actor,
            now=clock.now(),
            post_id=post_id,
            text=given.text("status", before.text),
            spoiler=given.text("spoiler_text", "" if given.has("status") else before.spoiler),
            sensitive=given.flag("sensitive", default=before.sensitive and not given.has("status")),
            locale=_language(given),
            media_ids=tuple(given.ids("media_ids")) if given.has("media_ids") else None,
        )
        return rendered(tx, post_id, caller, site)


@delete(
    "/statuses/{number:str}",
    may=May.CLIENT,
    needs="write:statuses",
    rate=Family.DEEDS,
    status_code=200,
    sync_to_thread=True,
)
def delete_status(
    db: Database, clock: Clock, neighbours: Neighbours, caller: Caller, site: str, number: str
) -> dict[str, Any]:
    """Take back one's own post; the answer has its text, so that it can be written anew."""
    post_id = id_in_path(number)
    with db.transaction() as tx:
        gone = _own(tx, post_id, caller)
        said = rendered(tx, post_id, caller, site) | {"text": gone.text}
        delete_post(tx, neighbours, actor=caller.actor, now=clock.now(), post_id=post_id)
    return said


@get("/statuses/{number:str}/context", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def show_context(db: Database, clock: Clock, caller: Caller, site: str, number: str) -> dict[str, Any]:
    """Return what a post answers and what answers it."""
    reader = caller.account_id
    with db.reading() as tx:
        around = conversation(
            tx, one_shown_post(tx, post_id=id_in_path(number), reader=reader), reader=reader, now=clock.now()
        )
        both = {"ancestors": around.ancestors, "descendants": around.descendants}
        return {name: statuses(tx, posts, reader=reader, site=site) for name, posts in both.items()}


@get("/statuses/{number:str}/history", may=May.ANYONE, needs="read:statuses", sync_to_thread=True)
def show_history(db: Database, caller: Caller, site: str, number: str) -> list[dict[str, Any]]:
    """Return what a post has read, the oldest first, as it reads now last."""
    with db.reading() as tx:
        shown = one_shown_post(tx, post_id=id_in_path(number), reader=caller.account_id)
        return history(tx, shown, reader=caller.account_id, site=site)


@get("/statuses/{number:str}/source", may=May.CLIENT, needs="read:statuses", sync_to_thread=True)
def show_source(db: Database, caller: Caller, number: str) -> dict[str, Any]:
    """Return the plain text of one's own post, to change it."""
    with db.reading() as tx:
        own = _own(tx, id_in_path(number), caller)
    return {"id": str(own.id), "text": own.text, "spoiler_text": own.spoiler}


def rendered(tx: Tx, post_id: int, caller: Caller, site: str) -> dict[str, Any]:
    """Return one post as its reader gets it.

    Raises:
        NoSuchPageError: there is none that this reader may see.
    """
    shown = one_shown_post(tx, post_id=post_id, reader=caller.account_id)
    [entity] = statuses(tx, [shown], reader=caller.account_id, site=site)
    return entity


def visibility_in(given: Given, *, default: str) -> Visibility:
    """Return for whom something is written.

    Raises:
        ParameterError: it is no visibility.
    """
    word = given.text("visibility") or default
    if word not in set(Visibility):
        raise ParameterError(_("visibility is one of: %(words)s", words=", ".join(Visibility)), name="visibility")
    return Visibility(word)


def _own(tx: Tx, post_id: int, caller: Caller) -> PostView:
    shown = one_shown_post(tx, post_id=post_id, reader=caller.member_id)
    if shown.account_id != caller.member_id:
        raise NoSuchPageError
    return shown


def _refuse_what_is_not_done(given: Given) -> None:
    if given.has("poll") or given.inside("poll").values:
        raise ParameterError(_("There are no polls here: nothing was posted"), name="poll")
    if given.text("scheduled_at"):
        raise ParameterError(_("Nothing is posted later here: nothing was posted"), name="scheduled_at")


def _language(given: Given) -> str | None:
    tag = given.text("language").strip()
    if not tag or tag.lower() in {"none", "null"}:
        return None
    if not _LANGUAGE.fullmatch(tag):
        raise ParameterError(_("%(name)s is not what it must be", name="language"), name="language")
    return tag


def _once(request: AnyRequest) -> bytes | None:
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > _LONGEST_KEY:
        raise ParameterError(_("%(name)s is not what it must be", name="Idempotency-Key"), name="Idempotency-Key")
    return hashlib.sha256(key.encode()).digest() if key else None


HANDLERS: list[ControllerRouterHandler] = [
    post_status,
    show_status,
    show_statuses,
    edit_status,
    delete_status,
    show_context,
    show_history,
    show_source,
]
