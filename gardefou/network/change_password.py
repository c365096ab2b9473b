"""A member who knows their password sets another one."""

from sqlalchemy import delete, update

from gardefou.events import Actor
from gardefou.network.acting import acting_member
from gardefou.network.oauth.tokens import end_tokens_of
from gardefou.network.passwords import PasswordHash
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_account, net_session
from gardefou.storage import Tx


def change_password(tx: Tx, *, actor: Actor, now: int, password_hash: PasswordHash, but: str) -> None:  # noqa: ARG001  # every verb says when
    """Set a password that is known to be its owner's wish: every other session and every program's token is over.

    Args:
        tx: the open transaction.
        actor: the member, whose old password was compared before.
        now: the instant, microseconds.
        password_hash: of the new one.
        but: the token of the session that stays.

    Raises:
        NoSuchPageError: the actor is not a member.
        OwnerCannotActError: the member is frozen or hidden.
    """
    account_id = acting_member(tx, actor)
    tx.execute(update(net_account).where(net_account.c.id == account_id).values(password_hash=password_hash))
    others = (net_session.c.account_id == account_id) & (net_session.c.token_hash != hash_of(but))
    tx.execute(delete(net_session).where(others))
    end_tokens_of(tx, actor=actor, account_id=account_id)
