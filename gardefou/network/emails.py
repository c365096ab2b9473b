"""E-mail addresses: one address, that a message can be sent to without reaching anybody else."""

import re

from gardefou.network.errors import EmailMalformedError
from gardefou.network.passwords import email_key

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s,;<>\x00-\x1f]+@[^@\s,;<>\x00-\x1f]+\.[^@\s,;<>.\x00-\x1f]+")


def checked_email(email: str) -> str:
    """Return an address as it is kept.

    Raises:
        EmailMalformedError: it is none, or more than one.
    """
    key = email_key(email)
    if len(key) > LONGEST_EMAIL or not _EMAIL.fullmatch(key):
        raise EmailMalformedError
    return key
