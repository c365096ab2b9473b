"""Staff end an account's ways of signing in."""

from sqlalchemy import delete, update

from gardefou.events import Actor
from gardefou.network.acting import locked
from gardefou.network.oauth.tokens import end_tokens_of
from gardefou.network.tables import net_account, net_password_link, net_session
from gardefou.storage import Tx


def end_ways_in(tx: Tx, *, actor: Actor, account_id: int, password: bool) -> None:
    """Sign an account out everywhere, programs too; with `password`, its password opens nothing any more either."""
    locked(tx, account_id)
    tx.execute(delete(net_session).where(net_session.c.account_id == account_id))
    end_tokens_of(tx, actor=actor, account_id=account_id)
    if password:
        tx.execute(update(net_account).where(net_account.c.id == account_id).values(password_hash=None))
        tx.execute(delete(net_password_link).where(net_password_link.c.account_id == account_id))
