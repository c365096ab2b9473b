"""What a member does about an account: follow, mute, block, and take each back."""

from typing import Any

from litestar import Response, post
from litestar.datastructures import FormMultiDict
from litestar.types import ControllerRouterHandler

from gardefou.clock import Clock
from gardefou.events import Actor
from gardefou.may import May
from gardefou.network.block import block
from gardefou.network.follow import follow
from gardefou.network.mute import mute
from gardefou.network.ports import Neighbours
from gardefou.network.queries import Member, shown_account
from gardefou.network.unblock import unblock
from gardefou.network.unfollow import unfollow
from gardefou.network.unmute import unmute
from gardefou.network.web.common import field, handle_in, same_site
from gardefou.network.web.doing import Verb, call, done
from gardefou.storage import Database, Tx


def _tie(verb: Verb) -> ControllerRouterHandler:
    """Return the handler of a button on an account's page."""

    def do(
        db: Database, clock: Clock, neighbours: Neighbours, member: Member, name: str, form: FormMultiDict
    ) -> Response[Any]:
        handle = handle_in(name)

        def act(tx: Tx, actor: Actor, now: int) -> None:
            account_id = int(shown_account(tx, handle)["id"])
            call(verb, tx, neighbours=neighbours, actor=actor, now=now, handle=handle, account_id=account_id)

        # Back to where the button was pressed, or to the account's page.
        return done(db, clock, neighbours, member, act, then=same_site(field(form, "next") or f"/@{handle}"))

    do.__name__, do.__doc__ = f"{verb.__name__}_account", (verb.__doc__ or "").partition("\n")[0]
    path = f"/{{name:str}}/{verb.__name__}"
    return post(path, may=May.MEMBER, gives=(303,), asks=("next",), sync_to_thread=True)(do)


VERBS: tuple[Verb, ...] = (follow, unfollow, mute, unmute, block, unblock)
HANDLERS: list[ControllerRouterHandler] = [_tie(verb) for verb in VERBS]
