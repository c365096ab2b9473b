"""What a passkey signs when a person says yes or no: this verb, to this order, by this person, and nothing else. Pure.

Upholds promise 3. The digest alone could not tell a yes from a no, nor one person's place from another's.
"""

from hashlib import sha256
from typing import Literal

#: The first bytes under every challenge. A treaty: a new form gets a new number.
TAG = b"gardefou signature v1\x00"

Verb = Literal["propose", "approve", "veto"]


def challenge_of(*, verb: Verb, digest: bytes, person_id: int) -> bytes:
    """Return the challenge: SHA-256 of the tag, the verb, a zero, the order's digest, and the person in decimal.

    Args:
        verb: what the person does.
        digest: the order's digest, 32 bytes.
        person_id: who they are.
    """
    return sha256(TAG + verb.encode() + b"\x00" + digest + str(person_id).encode()).digest()
