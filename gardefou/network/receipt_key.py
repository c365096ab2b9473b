"""What opens a visitor's receipt on any device: whoever has the address reads what became of that one report.

It is made of the report's number with a secret of the house's, so nothing has to be kept, and nobody guesses it.
"""

import hashlib
import hmac

#: Hexadecimal digits: 128 bits.
_DIGITS = 32


def receipt_key(secret: bytes, number: int) -> str:
    """Return what opens the receipt of a report."""
    said = f"gardefou report's receipt v1\n{number}"
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def opens(secret: bytes, number: int, shown: str) -> bool:
    """Return whether what somebody shows opens that receipt; telling takes as long whatever they show."""
    return hmac.compare_digest(receipt_key(secret, number).encode(), shown.encode("utf-8", "replace"))
