"""A member chooses the language they are written to in.

Open to the owner of a frozen or hidden account too: what they are told must reach them in their language.
"""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.network.acting import reread
from gardefou.network.errors import NoSuchPageError
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account
from gardefou.storage import Tx
from gardefou.words import LANGUAGES


def change_language(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int, locale: str) -> None:
    """Keep a member's language.

    Raises:
        NoSuchPageError: the actor is not a member, or the language is not spoken here.
    """
    if actor.member_id is None or locale not in LANGUAGES:
        raise NoSuchPageError
    tx.execute(update(net_account).where(net_account.c.id == actor.member_id).values(locale=locale))
    neighbours.account_changed(tx, now=now, account=reread(tx, actor.member_id))
