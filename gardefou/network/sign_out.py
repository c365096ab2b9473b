"""A member leaves."""

from sqlalchemy import delete

from gardefou.events import Actor
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_session
from gardefou.storage import Tx


def sign_out(tx: Tx, *, actor: Actor, now: int, token: str) -> None:  # noqa: ARG001  # every verb says when
    """End the session that a token opened, if it is this member's."""
    tx.execute(
        delete(net_session).where(
            net_session.c.token_hash == hash_of(token), net_session.c.account_id == actor.member_id
        )
    )
