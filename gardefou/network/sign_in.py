"""A member comes in. Who they are was settled before, by `passwords.owner_of`.

The owner of a hidden or frozen account may come in: it is here that they are told why they cannot act.
"""

from sqlalchemy import delete, insert

from gardefou.events import Actor
from gardefou.network.errors import NoSuchPageError
from gardefou.network.sessions import LASTS, hash_of, new_token
from gardefou.network.tables import net_session
from gardefou.storage import Tx


def sign_in(tx: Tx, *, actor: Actor, now: int) -> str:
    """Open a session for a member, and drop those of theirs that have run out.

    Returns:
        The session's token, which only the browser keeps.

    Raises:
        NoSuchPageError: the actor is not a member.
    """
    if actor.member_id is None:
        raise NoSuchPageError
    tx.execute(delete(net_session).where(net_session.c.account_id == actor.member_id, net_session.c.expires_at <= now))
    token = new_token()
    tx.execute(
        insert(net_session).values(
            token_hash=hash_of(token), account_id=actor.member_id, created_at=now, expires_at=now + LASTS
        )
    )
    return token
