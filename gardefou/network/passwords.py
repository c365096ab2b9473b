"""Passwords: argon2id, and an answer that takes as long for an unknown address as for a known one.

Hashing takes tens of milliseconds: call it before a writing transaction is open, never inside one.
"""

from functools import cache
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from gardefou.network.errors import PasswordLengthError
from gardefou.network.tables import net_account
from gardefou.storage import Tx

SHORTEST = 10
LONGEST = 200

PasswordHash = NewType("PasswordHash", str)

# OWASP's first choice of argon2id: 19 MiB, so that thirty at once do not fill a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> PasswordHash:
    """Return the hash to keep.

    Raises:
        PasswordLengthError: the password cannot be used.
    """
    check_length(password)
    return PasswordHash(_hasher.hash(password))


def check_length(password: str) -> None:
    """See that a password can be used.

    Raises:
        PasswordLengthError: it is too short, or too long to hash in reasonable time.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordLengthError


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password, hashed so that an unknown address costs the same")


def owner_of(tx: Tx, *, email: str, password: str) -> int | None:
    """Return the id of the account that this e-mail address and password open, or None.

    One answer for a wrong address and a wrong password, in the same time. Reads only.
    """
    row = tx.first(select(net_account.c.id, net_account.c.password_hash).where(net_account.c.email == email_key(email)))
    kept = row["password_hash"] if row is not None else None
    matches = _verify(kept or _nobodys(), password[:LONGEST])
    return int(row["id"]) if row is not None and kept and matches else None


def email_key(email: str) -> str:
    """Return an e-mail address as it is kept: without spaces around it, in lower case."""
    return email.strip().lower()


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
