"""One round to the identity provider and back: begun by one browser, ended by the same one, once, within minutes.

The browser keeps a secret in a cookie. What goes to the provider, the state, the nonce and the PKCE verifier, is made
from it and leads to no other; here only a hash of the state is kept, until it is spent. So whoever reads the database,
or the provider's log, or starts a round and gives another browser its end, comes in nowhere.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, update

from gardefou.clock import DAY, MINUTE
from gardefou.staff.errors import RoundOverError
from gardefou.staff.tables import oidc_round
from gardefou.storage import Tx

#: So long somebody may take at the provider.
LASTS = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Round:
    """One round, as the browser that holds its secret can tell it."""

    secret: str

    @property
    def state(self) -> str:
        """What the provider hands back, so that we know our own question."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the id token must say, so that it answers this question."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What the code is worth nothing without (RFC 7636)."""
        return self._made("verifier")

    def _made(self, what: str) -> str:
        digest = hashlib.sha256(f"gardefou oidc v1\n{what}\n{self.secret}".encode("utf-8", "replace")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin_round(tx: Tx, *, now: int) -> Round:
    """Begin a round; those that nobody ended are forgotten after a day."""
    begun = Round(secrets.token_urlsafe(32))
    tx.execute(delete(oidc_round).where(oidc_round.c.expires_at < now - DAY))
    tx.execute(insert(oidc_round).values(state_hash=_hash(begun.state), expires_at=now + LASTS, used_at=None))
    return begun


def end_round(tx: Tx, *, now: int, held: str, state: str) -> Round:
    """Spend a round that the browser which holds this secret began; of two who race, one comes through.

    Raises:
        RoundOverError: it began none, or another one, or it has been spent or taken too long.
    """
    begun = Round(held)
    if held and secrets.compare_digest(begun.state.encode(), state.encode("utf-8", "replace")):
        open_ = (oidc_round.c.state_hash == _hash(state)) & oidc_round.c.used_at.is_(None)
        spent = tx.execute(update(oidc_round).where(open_, oidc_round.c.expires_at > now).values(used_at=now))
        if spent.rowcount == 1:
            return begun
    raise RoundOverError


def _hash(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()
