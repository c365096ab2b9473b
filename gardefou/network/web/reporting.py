"""The report form, for an account or a post, signed in or not. The receipt is shown only once the report is durable."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.response import Template

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.errors import FieldError, NotProcessedError
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member, PostView, shown_account, shown_post
from gardefou.network.receipt_key import receipt_key
from gardefou.network.report import LONGEST_COMMENT, Intake, asked
from gardefou.network.timelines import page_of_account
from gardefou.network.web import common
from gardefou.network.web.common import AnyRequest, handle_in, id_in, page
from gardefou.network.web.showing import shown
from gardefou.storage import Database, Tx
from gardefou.storage.errors import TooManyTriesError, TooManyWaitError
from gardefou.words import current
from gardefou.words import gettext as _

VISITOR_COOKIE = "gf_visitor"
TWO_YEARS = 2 * 365 * 24 * 3600
RECENT = 10
ASKS = ("category", "comment", "posts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a reporter has filled in so far."""

    category: str = ""
    comment: str = ""
    posts: frozenset[int] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)


@get("/{name:str}/report", may=May.ANYONE, sync_to_thread=True)
def report_account_page(
    request: AnyRequest, db: Database, clock: Clock, neighbours: Neighbours, member: Member | None, name: str
) -> Template:
    """Show the form for an account."""
    with db.reading() as tx:
        told = _told(tx, clock, neighbours, request, member)
        return _form(tx, neighbours, member, handle_in(name), None, Typed(), told=told)


@get("/{name:str}/{number:str}/report", may=May.ANYONE, sync_to_thread=True)
def report_post_page(
    request: AnyRequest,
    db: Database,
    clock: Clock,
    neighbours: Neighbours,
    member: Member | None,
    name: str,
    number: str,
) -> Template:
    """Show the form for a post, which is chosen already."""
    post_id = id_in(number)
    with db.reading() as tx:
        told = _told(tx, clock, neighbours, request, member)
        return _form(tx, neighbours, member, handle_in(name), post_id, Typed(posts=frozenset({post_id})), told=told)


def _told(tx: Tx, clock: Clock, neighbours: Neighbours, request: AnyRequest, member: Member | None) -> Sequence[str]:
    """Return what the reader has to know before they report; nothing is looked up of whoever never did."""
    token = request.cookies.get(VISITOR_COOKIE)
    if member is None and not token:
        return ()
    reporter = Actor.member(member.id) if member else Actor.visitor(visitor_key(token or ""))
    return neighbours.told_reporter(tx, now=clock.now(), reporter=reporter)


@post("/{name:str}/report", may=May.ANYONE, gives=(201,), asks=ASKS, sync_to_thread=True)
def report_account(
    request: AnyRequest,
    db: Database,
    intake: Intake,
    neighbours: Neighbours,
    door_key: bytes,
    site: str,
    member: Member | None,
    name: str,
    form: FormMultiDict,
) -> Response[Any]:
    """Take in a report on an account."""
    about: dict[str, Any] = {"door_key": door_key, "site": site, "handle": handle_in(name), "post_id": None}
    return _file(request, db, intake, neighbours, member, form, **about)


@post("/{name:str}/{number:str}/report", may=May.ANYONE, gives=(201,), asks=ASKS, sync_to_thread=True)
def report_post(
    request: AnyRequest,
    db: Database,
    intake: Intake,
    neighbours: Neighbours,
    door_key: bytes,
    site: str,
    member: Member | None,
    name: str,
    number: str,
    form: FormMultiDict,
) -> Response[Any]:
    """Take in a report on a post."""
    about: dict[str, Any] = {"door_key": door_key, "site": site, "handle": handle_in(name), "post_id": id_in(number)}
    return _file(request, db, intake, neighbours, member, form, **about)


def _file(
    request: AnyRequest,
    db: Database,
    intake: Intake,
    neighbours: Neighbours,
    member: Member | None,
    form: FormMultiDict,
    *,
    door_key: bytes,
    site: str,
    handle: str,
    post_id: int | None,
) -> Response[Any]:
    token = request.cookies.get(VISITOR_COOKIE) or secrets.token_urlsafe(24)
    typed = Typed(
        category=common.field(form, "category"),
        comment=common.field(form, "comment"),
        posts=frozenset(id_in(value) for value in common.fields(form, "posts")),
    )
    try:
        wanted = asked(
            neighbours,
            actor=Actor.member(member.id) if member else Actor.visitor(visitor_key(token)),
            account=handle,
            category=typed.category,
            comment=typed.comment,
            post_ids=sorted(typed.posts),
            locale=current(),
            host=common.host_of(request),
        )
    except FieldError as error:
        wrong = Typed(
            category=typed.category,
            comment=typed.comment,
            posts=typed.posts,
            errors={error.field: sentences.in_form(error)},
        )
        with db.reading() as tx:
            return _form(tx, neighbours, member, handle, post_id, wrong, status=400)
    try:
        # Once there is a result its transaction is committed: from then on the report cannot be lost.
        taken = intake.put(wanted).result()
    except NotProcessedError as error:
        unread = replace(typed, errors={"reporter": sentences.of(error)})
        with db.reading() as tx:
            return _form(tx, neighbours, member, handle, post_id, unread, status=403)
    except (TooManyTriesError, TooManyWaitError) as error:
        kept, status = _("What you wrote stands below."), 503
        why = sentences.more_than_can_be_written()
        if isinstance(error, TooManyTriesError):
            why, status = sentences.too_many(error), 429
        untaken = replace(typed, errors={"limit": f"{why} {kept}"})
        with db.reading() as tx:
            form_again = _form(tx, neighbours, member, handle, post_id, untaken, status=status)
        form_again.set_header("Retry-After", str(error.wait))
        return form_again
    opened_by = "" if member else receipt_key(door_key, taken.receipt)
    kept_as = {"receipt": taken.receipt, "key": opened_by, "handle": handle, "site": site}
    response = page("reported", member=member, status=201, **kept_as)
    if member is None:
        response.set_cookie(common.kept(request, VISITOR_COOKIE, token, lasts=TWO_YEARS))
    return response


def visitor_key(token: str) -> str:
    """Return what is kept of a visitor: enough to know them again, not enough to pass for them.

    The token is random and long, so it is its own salt.
    """
    return hashlib.sha256(b"gardefou visitor v1\n" + token.encode()).hexdigest()[:32]


def _form(
    tx: Tx,
    neighbours: Neighbours,
    member: Member | None,
    handle: str,
    post_id: int | None,
    typed: Typed,
    *,
    status: int = 200,
    told: Sequence[str] = (),
) -> Template:
    account = shown_account(tx, handle)
    account_id = int(account["id"])
    reader = member.id if member else None
    chosen = None if post_id is None else shown_post(tx, account_id=account_id, post_id=post_id, reader=reader)
    recent = page_of_account(tx, account_id, reader, limit=RECENT).posts
    # What an account passed on was said by somebody else.
    posts = _to_choose_from(chosen, tuple(post for post in recent if post.boost_of_id is None))
    return page(
        "report",
        member=member,
        status=status,
        account=account,
        chosen=chosen,
        posts=shown(tx, posts, reader=reader),
        categories=neighbours.categories(),
        typed=typed,
        told=told,
        longest=LONGEST_COMMENT,
    )


def _to_choose_from(chosen: PostView | None, recent: tuple[PostView, ...]) -> list[PostView]:
    if chosen is None:
        return list(recent)
    return [chosen, *(post for post in recent if post.id != chosen.id)]
