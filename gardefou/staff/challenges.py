"""What a browser is asked to sign to come in or to enrol: good once, for five minutes, here and for this alone.

Asking writes nothing, so that looking at a page costs no row: the challenge itself says until when it is good, under a
seal that only this house can make. What was answered is kept until it would have expired, so that it is answered once.
"""

import hmac
import secrets
from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from gardefou.clock import MINUTE
from gardefou.staff.errors import BadAssertionError
from gardefou.staff.tables import challenge
from gardefou.storage import Tx

LASTS: Final = 5 * MINUTE
SIGN_IN, ENROL, STEP_UP = "sign in", "enrol", "step up"
_NONCE, _UNTIL, _SEAL = 16, 8, 32


def ask(*, key: bytes, now: int, purpose: str) -> bytes:
    """Return a fresh challenge: 16 random bytes, 8 of the instant it is good until, and a seal of 32 (HMAC-SHA-256).

    Args:
        key: the house's own secret.
        now: the instant.
        purpose: `SIGN_IN`, `ENROL` or `STEP_UP`; an answer to one is none to another.
    """
    body = secrets.token_bytes(_NONCE) + (now + LASTS).to_bytes(_UNTIL, "big")
    return body + _seal(key, purpose, body)


def _seal(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, b"gardefou challenge v1\x00" + purpose.encode() + b"\x00" + body, "sha256")


def spend(tx: Tx, *, key: bytes, now: int, purpose: str, answered: bytes) -> None:
    """Use a challenge up; of two who answer it at once, one is heard.

    Raises:
        BadAssertionError: it was never asked here for this, has been answered, or has expired.
    """
    body, seal = answered[: _NONCE + _UNTIL], answered[_NONCE + _UNTIL :]
    until = int.from_bytes(body[_NONCE:], "big")
    if not hmac.compare_digest(seal, _seal(key, purpose, body)) or now >= until:
        raise BadAssertionError("challenge")
    # Somebody who answers it in this very instant writes the same key: whoever comes second waits, and writes nothing.
    insert = postgresql_insert if tx.dialect == "postgresql" else sqlite_insert
    fresh = insert(challenge).values(challenge=answered, until=until).on_conflict_do_nothing()
    if tx.execute(fresh.returning(challenge.c.until)).first() is None:
        raise BadAssertionError("challenge")
    tx.execute(delete(challenge).where(challenge.c.until <= now))
