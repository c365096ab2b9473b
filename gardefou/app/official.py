"""The network's own official account, through which published statements are also said."""

from dataclasses import dataclass

from sqlalchemy import select

from gardefou.events import Actor
from gardefou.network.import_account import ImportedAccount, import_account
from gardefou.network.ports import Neighbours
from gardefou.network.post import post
from gardefou.network.tables import net_account
from gardefou.storage import Tx

HANDLE = "gardefou"


def open_official_account(tx: Tx, neighbours: Neighbours, *, actor: Actor, now: int) -> int:
    """Open it, or find it. Nobody can sign in to it."""
    account = ImportedAccount(
        handle=HANDLE,
        display_name="Garde-fou",
        note="What this network says about itself. / Ce que ce réseau dit de lui-même.",
        imported_id="official",
        created_at=now,
        official=True,
    )
    return import_account(tx, neighbours, actor=actor, now=now, account=account)


@dataclass(frozen=True, slots=True)
class OfficialAnnouncer:
    """Posts statements in the house's own name."""

    neighbours: Neighbours

    def announce(self, tx: Tx, *, now: int, text: str, locale: str) -> None:
        """Post a text on the official account."""
        account_id = tx.scalar(select(net_account.c.id).where(net_account.c.official == 1).order_by(net_account.c.id))
        if account_id is None:
            account_id = open_official_account(tx, self.neighbours, actor=Actor.machine("announcer"), now=now)
        post(tx, self.neighbours, actor=Actor.member(int(account_id)), now=now, text=text, locale=locale)
