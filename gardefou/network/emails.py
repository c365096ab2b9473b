"""E-mail addresses: one address, that a message can be sent to without reaching anybody else."""

from gardefou.network.errors import EmailMalformedError
from gardefou.network.passwords import email_key
from gardefou.words.plain import is_address


def checked_email(email: str) -> str:
    """Return an address as it is kept.

    Raises:
        EmailMalformedError: it is none, or more than one.
    """
    key = email_key(email)
    if not is_address(key) or "." not in key.rpartition("@")[2]:
        raise EmailMalformedError
    return key
