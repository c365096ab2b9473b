"""What becomes of what a member asked for: done, and led back; or refused, with the reason in words."""

from collections.abc import Callable
from inspect import signature
from typing import Any

from litestar import Response
from litestar.response import Redirect

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.network import sentences
from gardefou.network.errors import FieldError, OwnerCannotActError
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member
from gardefou.network.web.common import page
from gardefou.network.web.composing import EMPTY, Draft, home_page
from gardefou.storage import Database, Tx

Act = Callable[[Tx, Actor, int], object]
Verb = Callable[..., object]


def call(verb: Verb, tx: Tx, **given: Any) -> None:
    """Call a verb with those of these things that it asks for."""
    verb(tx, **{name: given[name] for name in signature(verb).parameters if name in given})


def done(db: Database, clock: Clock, neighbours: Neighbours, member: Member, act: Act, *, then: str) -> Response[Any]:
    """Do what a member asked of a post or an account, and lead them on; or say why nothing has changed."""
    try:
        with db.transaction() as tx:
            act(tx, Actor.member(member.id), clock.now())
    except OwnerCannotActError:
        return cannot_act(db, clock, neighbours, member)
    except FieldError as error:
        return not_done(member, sentences.of(error), back=then)
    return Redirect(then, status_code=303)


def cannot_act(
    db: Database, clock: Clock, neighbours: Neighbours, member: Member, *, draft: Draft = EMPTY
) -> Response[Any]:
    """Return a silenced owner's home, which says why, with what they wrote."""
    with db.reading() as tx:
        response: Response[Any] = home_page(tx, neighbours, member, now=clock.now(), status=403, draft=draft)
    return response


def not_done(member: Member, why: str, *, back: str) -> Response[Any]:
    """Return the page that says why nothing has changed, and leads back."""
    response: Response[Any] = page("not_done", member=member, status=400, why=why, back=back)
    return response
