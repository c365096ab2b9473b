"""What a page tells a browser to ask of a key: to come in, to say yes or no, or to make a new one.

The answer comes back in the field `said` of an ordinary form (static/passkeys.js).
"""

import json
from base64 import urlsafe_b64encode

from gardefou.orders.ports import Ports
from gardefou.staff import credentials
from gardefou.staff.signed_bytes import Verb, challenge_of
from gardefou.staff.site import Site
from gardefou.storage import Tx

#: How long a browser waits for its person, in milliseconds.
PATIENCE = 240_000


def text_of(data: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def to_ask(site: Site, challenge: bytes, keys: tuple[bytes, ...] = ()) -> str:
    """Return what a browser asks of a key (`PublicKeyCredentialRequestOptionsJSON`); any of ours if none is named."""
    return json.dumps(
        {
            "challenge": text_of(challenge),
            "rpId": site.id,
            "allowCredentials": [{"id": text_of(key), "type": "public-key"} for key in keys],
            "userVerification": "required",
            "timeout": PATIENCE,
        }
    )


def to_sign(tx: Tx, ports: Ports, *, verb: Verb, digest: bytes, person_id: int, now: int) -> str:
    """Return what a browser asks of somebody's keys for their yes or no; empty where something signs by itself."""
    if ports.authenticator is not None:
        return ""
    keys = tuple(
        bytes(row["key_id"])
        for row in credentials.of_person(tx, person_id)
        if credentials.can_sign(row, signed_at=now, now=now) == credentials.VALID
    )
    return to_ask(ports.site, challenge_of(verb=verb, digest=digest, person_id=person_id), keys)


def to_make(site: Site, challenge: bytes, *, person_id: int, name: str) -> str:
    """Return what a browser asks for a new key (`PublicKeyCredentialCreationOptionsJSON`); attestation none."""
    return json.dumps(
        {
            "rp": {"id": site.id, "name": "Garde-fou"},
            "user": {"id": text_of(str(person_id).encode()), "name": name, "displayName": name},
            "challenge": text_of(challenge),
            "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in (-7, -8, -257)],
            "timeout": PATIENCE,
            "attestation": "none",
            "authenticatorSelection": {"residentKey": "required", "userVerification": "required"},
        }
    )
