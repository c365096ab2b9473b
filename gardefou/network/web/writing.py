"""What members do: post, delete, follow, unfollow. Each ends in a redirect, or in the page with the reason in place."""

from collections.abc import Callable
from typing import Any

from litestar import Response, post
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network import sentences
from gardefou.network.delete_post import delete_post
from gardefou.network.errors import FieldError, NoSuchPageError, OwnerCannotActError
from gardefou.network.follow import follow
from gardefou.network.ports import Neighbours
from gardefou.network.post import Writing
from gardefou.network.post import post as post_verb
from gardefou.network.queries import Member
from gardefou.network.unfollow import unfollow
from gardefou.network.visibility import Visibility
from gardefou.network.web.common import field, handle_in, id_in, same_site
from gardefou.network.web.reading import EMPTY, Draft, home_page
from gardefou.storage import Database, Tx
from gardefou.words import current

Act = Callable[[Tx, Actor, int], object]


@post(
    "/posts",
    may=May.MEMBER,
    gives=(303,),
    asks=("text", "spoiler", "visibility", "reply_to"),
    sync_to_thread=True,
)
def publish(db: Database, clock: Clock, neighbours: Neighbours, member: Member, form: FormMultiDict) -> Response[Any]:
    """Publish a post."""
    draft = Draft(**{name: field(form, name) for name in ("text", "spoiler", "visibility", "reply_to")})
    if draft.visibility not in {"", *Visibility}:
        raise NoSuchPageError
    writing = Writing(
        visibility=Visibility(draft.visibility or Visibility.PUBLIC),
        spoiler=draft.spoiler,
        reply_to_id=id_in(draft.reply_to) if draft.reply_to else None,
    )

    def act(tx: Tx, actor: Actor, now: int) -> None:
        post_verb(tx, neighbours, actor=actor, now=now, text=draft.text, locale=current(), writing=writing)

    return _done(db, clock, neighbours, member, act, then="/home", draft=draft)


@post("/posts/{number:str}/delete", may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)
def delete_own(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, number: str, form: FormMultiDict
) -> Response[Any]:
    """Delete one's own post."""

    def act(tx: Tx, actor: Actor, now: int) -> None:
        delete_post(tx, neighbours, actor=actor, now=now, post_id=id_in(number))

    return _done(db, clock, neighbours, member, act, then=same_site(field(form, "next") or "/home"))


@post("/{name:str}/follow", may=May.MEMBER, gives=(303,), sync_to_thread=True)
def follow_account(db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str) -> Response[Any]:
    """Follow an account."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, now: int) -> None:
        follow(tx, neighbours, actor=actor, now=now, handle=handle)

    return _done(db, clock, neighbours, member, act, then=same_site(f"/@{handle}"))


@post("/{name:str}/unfollow", may=May.MEMBER, gives=(303,), sync_to_thread=True)
def unfollow_account(db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str) -> Response[Any]:
    """Stop following an account."""
    handle = handle_in(name)

    def act(tx: Tx, actor: Actor, now: int) -> None:
        unfollow(tx, neighbours, actor=actor, now=now, handle=handle)

    return _done(db, clock, neighbours, member, act, then=same_site(f"/@{handle}"))


def _done(
    db: Database,
    clock: Clock,
    neighbours: Neighbours,
    member: Member,
    act: Act,
    *,
    then: str,
    draft: Draft = EMPTY,
) -> Response[Any]:
    """Do what a member asked, or say on their home why it was not done, with what they typed."""
    try:
        with db.transaction() as tx:
            act(tx, Actor.member(member.id), clock.now())
    except OwnerCannotActError:
        with db.reading() as tx:
            return home_page(tx, neighbours, member, now=clock.now(), status=403, draft=draft)
    except FieldError as error:
        with db.reading() as tx:
            return home_page(
                tx, neighbours, member, now=clock.now(), status=400, draft=draft, error=sentences.of(error)
            )
    return Redirect(then, status_code=303)
