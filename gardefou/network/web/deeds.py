"""What a member does with a post at the press of a button: pass it on, like it, keep it, pin it; and takes back."""

from typing import Any

from litestar import Response, post
from litestar.datastructures import FormMultiDict
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.bookmark import bookmark, unbookmark
from gardefou.network.boost import boost, unboost
from gardefou.network.favourite import favourite, unfavourite
from gardefou.network.pin import pin, unpin
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member
from gardefou.network.web.common import field, id_in, same_site
from gardefou.network.web.doing import Verb, call, done
from gardefou.storage import Database, Tx


def _deed(verb: Verb) -> ControllerRouterHandler:
    """Return the handler of a button."""

    def do(
        db: Database, clock: Clock, neighbours: Neighbours, member: Member, number: str, form: FormMultiDict
    ) -> Response[Any]:
        def act(tx: Tx, actor: Actor, now: int) -> None:
            call(verb, tx, neighbours=neighbours, actor=actor, now=now, post_id=id_in(number))

        return done(db, clock, neighbours, member, act, then=same_site(field(form, "next") or "/home"))

    do.__name__, do.__doc__ = f"{verb.__name__}_post", (verb.__doc__ or "").partition("\n")[0]
    path = f"/posts/{{number:str}}/{verb.__name__}"
    return post(path, may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)(do)


VERBS: tuple[Verb, ...] = (boost, unboost, favourite, unfavourite, bookmark, unbookmark, pin, unpin)
HANDLERS: list[ControllerRouterHandler] = [_deed(verb) for verb in VERBS]
