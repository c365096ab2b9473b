"""What an id token must say before anybody comes in by it (OpenID Connect Core, section 3.1.3.7). Pure.

joserfc checks the signature, by a key of the provider's own set and an algorithm with a public key: never `none`, and
never one that would take a public key for a shared secret. Each claim is held against what we asked, exactly.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gardefou.app.oidc.errors import IdTokenError
from gardefou.clock import MINUTE, SECOND

#: Algorithms with a public key. A closed list: whatever a token's own header says beyond it is refused.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"}
)
_PUBLIC_KEYS = frozenset({"RSA", "EC", "OKP"})
#: How far the provider's clock may be ahead of ours, and how old its word may be.
AHEAD, OLDEST = 30 * SECOND, 10 * MINUTE
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What we asked, and when."""

    issuer: str
    client_id: str
    nonce: str
    now: int


def read(token: str, keys: Mapping[str, Any], expected: Expected) -> dict[str, Any]:
    """Return the claims of an id token that is for us, for this round, and in force.

    Steps:
        (1) It is signed by a key of the provider's, with an algorithm that has a public key.
        (2) It is by this issuer, for this client alone, and answers this round.
        (3) It is in force now, and fresh.
        (4) It says who.

    Args:
        token: as the provider sent it.
        keys: its key set, as it publishes it.
        expected: what we asked.

    Raises:
        IdTokenError: it is not; the message says in which point.
    """
    # (1) The signature.
    try:
        own = [key for key in keys["keys"] if key.get("kty") in _PUBLIC_KEYS and key.get("use", "sig") == "sig"]
        claims = jwt.decode(token, KeySet.import_key_set({"keys": own}), algorithms=sorted(ALGORITHMS)).claims
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise IdTokenError(f"signature: {type(problem).__name__}") from problem
    # (2) By whom, for whom, in answer to what.
    _insist(claims.get("iss") == expected.issuer, "issuer")
    _insist(claims.get("aud") in (expected.client_id, [expected.client_id]), "audience")
    _insist(claims.get("azp", expected.client_id) == expected.client_id, "authorized party")
    nonce = claims.get("nonce")
    _insist(isinstance(nonce, str) and hmac.compare_digest(nonce.encode(), expected.nonce.encode()), "nonce")
    # (3) When.
    now = expected.now
    _insist(_instant(claims, "exp") > now, "expired")
    _insist(now - OLDEST < _instant(claims, "iat") <= now + AHEAD, "issued at")
    _insist("nbf" not in claims or _instant(claims, "nbf") <= now + AHEAD, "not before")
    # (4) Who.
    subject = claims.get("sub")
    _insist(isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT, "subject")
    return claims


def groups_in(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the groups that a claim lists; none when it is not there, or no list of names."""
    said = claims.get(name)
    listed = [said] if isinstance(said, str) else said
    return frozenset(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else frozenset()


def _instant(claims: Mapping[str, Any], name: str) -> int:
    seconds = claims.get(name)
    _insist(isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds < 2**40, name)
    return int(float(str(seconds)) * SECOND)


def _insist(holds: bool, what: str) -> None:  # noqa: FBT001  # one short sentence for each claim
    if not holds:
        raise IdTokenError(what)
