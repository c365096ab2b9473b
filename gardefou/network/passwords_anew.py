"""A member who cannot sign in sets a new password, by a link to their address that works once.

The link is made when it is sent, and only its hash is kept: no table ever holds what opens an account.
"""

import secrets

from sqlalchemy import delete, insert, select, update

from gardefou.clock import DAY, MINUTE
from gardefou.events import Actor, outbox
from gardefou.network.errors import LinkEndedError
from gardefou.network.oauth.tokens import end_tokens_of
from gardefou.network.passwords import PasswordHash, email_key
from gardefou.network.sessions import hash_of
from gardefou.network.tables import net_account, net_password_link, net_session
from gardefou.storage import Tx

#: The outbox's word for it.
TOPIC = "password"
#: A letter that leaves to nobody.
NOBODY = "nobody"
LASTS = DAY
#: One link a while: whoever asks over and over fills nobody's inbox.
ONCE_IN = 5 * MINUTE


def ask_for_link(tx: Tx, *, actor: Actor, now: int, email: str) -> None:  # noqa: ARG001  # every write names its actor
    """Have a link sent to the owner of this address; nothing tells whoever asks whether there is one.

    Neither does the time it takes: where nobody has the address, a letter to nobody is put down, and taken up at once.
    """
    row = tx.first(select(net_account).where(net_account.c.email == email_key(email)))
    about = hash_of(email_key(email)).hex()[:16] if row is None else row["id"]
    found = row or {"id": "", "email": "", "handle": "", "locale": ""}
    body = {"to": found["email"], "account": str(found["id"]), "handle": found["handle"], "locale": found["locale"]}
    topic = NOBODY if row is None else TOPIC
    outbox.enqueue(tx, now=now, topic=topic, key=f"password:{about}:{now // ONCE_IN}", body=body, settled=row is None)


def make_link(tx: Tx, *, actor: Actor, now: int, account_id: int) -> str:  # noqa: ARG001  # every write names its actor
    """Return a new link's token; those made before it open nothing any more."""
    tx.execute(delete(net_password_link).where(net_password_link.c.account_id == account_id))
    token = secrets.token_urlsafe(32)
    tx.execute(
        insert(net_password_link).values(
            token_hash=hash_of(token), account_id=account_id, created_at=now, expires_at=now + LASTS
        )
    )
    return token


def link_opens(tx: Tx, token: str, *, now: int) -> int:
    """Return the account that a link's token stands for.

    Raises:
        LinkEndedError: it has been used, or has run out.
    """
    row = tx.first(select(net_password_link).where(net_password_link.c.token_hash == hash_of(token)))
    if row is None or int(row["expires_at"]) <= now:
        raise LinkEndedError
    return int(row["account_id"])


def set_password(tx: Tx, *, actor: Actor, now: int, token: str, password_hash: PasswordHash) -> int:
    """Use up a link: the new password opens the account, and every session and every program's token is over.

    Returns:
        The account's id.

    Raises:
        LinkEndedError: the link has been used, or has run out; of two who race with one, one comes through.
    """
    account_id = link_opens(tx, token, now=now)
    used = tx.execute(delete(net_password_link).where(net_password_link.c.token_hash == hash_of(token)))
    if used.rowcount != 1:
        raise LinkEndedError
    tx.execute(update(net_account).where(net_account.c.id == account_id).values(password_hash=password_hash))
    tx.execute(delete(net_session).where(net_session.c.account_id == account_id))
    end_tokens_of(tx, actor=actor, account_id=account_id)
    return account_id
