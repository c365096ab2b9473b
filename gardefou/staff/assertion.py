"""Read and check what a passkey says (WebAuthn level 2, section 7.2): the library checks it all, this names what fails.

The same check is made when it is given and, years later, by whoever verifies the record: it needs the bytes, the public
key and the site, and nothing else.
"""

import json
import struct
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from gardefou.staff.errors import BadAssertionError
from gardefou.staff.site import Site

#: No browser's answer comes near this.
LONGEST: Final = 16_000
_PRESENT, _VERIFIED = 1 << 0, 1 << 2
_HEAD = struct.Struct(">32sBI")


def unpadded(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    Raises:
        ValueError: it is not that.
    """
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a passkey says, read but not believed.

    Attributes:
        said: the browser's JSON (`PublicKeyCredential.toJSON`).
        key_id: the id of the key that is said to have made it.
        challenge: what it answers.
        origin: the site it was made on, as the browser says.
    """

    said: dict[str, Any]
    key_id: bytes
    challenge: bytes
    origin: str


def read(text: str) -> Assertion:
    """Read an assertion.

    Raises:
        BadAssertionError: it is none (`unreadable`).
    """
    try:
        if len(text) > LONGEST:
            raise BadAssertionError("unreadable")
        said = json.loads(text)
        client = json.loads(unpadded(said["response"]["clientDataJSON"]))
        _HEAD.unpack_from(unpadded(said["response"]["authenticatorData"]))
        return Assertion(
            said=said, key_id=unpadded(said["id"]), challenge=unpadded(client["challenge"]), origin=client["origin"]
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error) as problem:
        raise BadAssertionError("unreadable") from problem


def check(one: Assertion, *, challenge: bytes, site: Site, public_key: bytes, counter: int = 0) -> int:
    """Insist that a key said this, here, to this challenge, having seen its owner.

    Args:
        one: the assertion.
        challenge: what was asked.
        site: where.
        public_key: the key, as COSE bytes.
        counter: how far the key had counted when it was last used; 0 where that does not matter.

    Returns:
        How far the key has counted now; 0 for keys that do not count.

    Raises:
        BadAssertionError: `why` names it: challenge, origin, site, unverified, counter or forged.
    """
    # Most programs never see a passkey, and the library takes a third of a second to load.
    from webauthn import verify_authentication_response  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    site_hash, flags, counted = _HEAD.unpack_from(unpadded(one.said["response"]["authenticatorData"]))
    for fits, why in (
        (one.challenge == challenge, "challenge"),
        (one.origin == site.origin, "origin"),
        (site_hash == sha256(site.id.encode()).digest(), "site"),
        (flags & _PRESENT and flags & _VERIFIED, "unverified"),
        (counted > counter or (counted, counter) == (0, 0), "counter"),
    ):
        if not fits:
            raise BadAssertionError(why)
    try:
        return verify_authentication_response(
            credential=one.said,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=counter,
            require_user_verification=True,
        ).new_sign_count
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise BadAssertionError("forged") from problem
