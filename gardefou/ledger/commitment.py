"""What the record says instead of a name or a text: SHA-256 of a salt, a tag and the content. Pure.

Upholds promise 15: without its salt a commitment says nothing; with it, it can stand for nothing else. The salt is 32
random bytes, so even "yes" cannot be guessed.
"""

from hashlib import sha256

from gardefou.ledger.errors import EntryError

SALT_BYTES = 32
TEXT = "text"


def commitment(*, salt: bytes, tag: str, content: str) -> str:
    """Return the commitment as 64 hexadecimal digits.

    Args:
        salt: 32 random bytes.
        tag: what it is: a recurring thing's key (`person:12`), so that it cannot be laid at another's door, or `text`.
            It ends with a zero byte in the hash, so that no tag and content can be read as another tag and content.
        content: what it stands for.

    Raises:
        EntryError: the salt has another length, or the tag is empty or has a zero in it.
    """
    if len(salt) != SALT_BYTES:
        raise EntryError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    if not tag or "\0" in tag:
        raise EntryError("a commitment's tag is a short word")
    return sha256(salt + tag.encode() + b"\0" + content.encode()).hexdigest()


def tag_of(key: str | None) -> str:
    """Return the tag of a recurring thing, which is its key, or of a text, which has none."""
    return TEXT if key is None else key
