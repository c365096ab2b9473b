"""Say a published statement on the network, as its own official account."""

from dataclasses import dataclass

from sqlalchemy import select

from gardefou.events import Actor
from gardefou.network.post import post
from gardefou.network.ports import Neighbours
from gardefou.network.tables import net_account
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True)
class EmbeddedAnnouncer:
    """Posts as the official account; a network without one says nothing, and the statement's page still does."""

    neighbours: Neighbours

    def announce(self, tx: Tx, *, now: int, text: str, locale: str) -> None:
        """Post a text on the network's own official account."""
        account_id = tx.scalar(select(net_account.c.id).where(net_account.c.official == 1).limit(1))
        if account_id is not None:
            post(tx, self.neighbours, actor=Actor.member(int(account_id)), now=now, text=text, locale=locale)
