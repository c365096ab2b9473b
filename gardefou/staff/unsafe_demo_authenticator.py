"""An authenticator in software whose keys anybody can work out: for demonstrations, which let anybody be anybody.

DANGER: it says yes for everyone, and its keys are no secret. It is plugged in only where the database was made by the
demo, or is thrown away when a replay ends; what it signed verifies as *demo*, never as a signature.
"""

import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from gardefou.staff.site import Site
from gardefou.storage import Tx

_SEED = b"gardefou unsafe demo authenticator v1\x00"
_PRESENT_AND_VERIFIED = 0b101


def padless(data: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class UnsafeDemoAuthenticator:
    """Signs for anybody, with a key that follows from their number."""

    def says(self, tx: Tx, *, person_id: int, site: Site, challenge: bytes) -> str:  # noqa: ARG002  # the port's shape
        """Return an assertion by the person's made-up key."""
        return assertion_by(_private_key(person_id), key_id=_key_id(person_id), site=site, challenge=challenge)

    def public_key(self, tx: Tx, *, person_id: int) -> bytes | None:  # noqa: ARG002  # the port's shape
        """Return the person's made-up public key."""
        return demo_public_key(person_id)


def assertion_by(
    private_key: ec.EllipticCurvePrivateKey, *, key_id: bytes, site: Site, challenge: bytes, counter: int = 0
) -> str:
    """Return what a P-256 key says to a challenge, as a browser would send it."""
    client = json.dumps(
        {"type": "webauthn.get", "challenge": padless(challenge), "origin": site.origin, "crossOrigin": False},
        separators=(",", ":"),
    ).encode()
    head = sha256(site.id.encode()).digest() + bytes([_PRESENT_AND_VERIFIED]) + counter.to_bytes(4, "big")
    signed = private_key.sign(head + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
    return json.dumps(
        {
            "id": padless(key_id),
            "rawId": padless(key_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": padless(client),
                "authenticatorData": padless(head),
                "signature": padless(signed),
            },
        },
        separators=(",", ":"),
    )


@lru_cache(maxsize=256)
def _private_key(person_id: int) -> ec.EllipticCurvePrivateKey:
    scalar = int.from_bytes(sha256(_SEED + str(person_id).encode()).digest(), "big")
    return ec.derive_private_key(scalar % (2**255), ec.SECP256R1())


def _key_id(person_id: int) -> bytes:
    return sha256(b"key id" + _SEED + str(person_id).encode()).digest()[:16]


@lru_cache(maxsize=256)
def demo_public_key(person_id: int) -> bytes:
    """Return a person's made-up public key, as COSE bytes (RFC 9053, section 2.1 and 7.1.1)."""
    return cose_key(_private_key(person_id).public_key())


def cose_key(public_key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a P-256 public key as COSE bytes: a map of kty 2, alg -7, crv 1, x and y."""
    point = public_key.public_numbers()
    x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y
