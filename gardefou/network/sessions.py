"""Members' sessions: a random token in the browser, its hash here."""

import hashlib
import secrets

from gardefou.clock import DAY

LASTS = 30 * DAY


def new_token() -> str:
    """Return a token nobody can guess."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
