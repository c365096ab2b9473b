"""A passkey in software for everybody: real keys in real rows, so that every signature is really verified."""

from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from gardefou.events import Actor
from gardefou.events.actor import SETUP
from gardefou.staff.credentials import PASSKEY
from gardefou.staff.enrol_passkey import write_key
from gardefou.staff.invite_credential import invite_credential
from gardefou.staff.site import Site, site_at
from gardefou.staff.tables import credential
from gardefou.staff.unsafe_demo_authenticator import assertion_by, cose_key
from gardefou.storage import Tx

SITE = site_at("http://localhost:8000")


@lru_cache(maxsize=512)
def key_of(key_id: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key of an id."""
    return ec.derive_private_key(int.from_bytes(sha256(key_id).digest(), "big") >> 1, ec.SECP256R1())


@lru_cache(maxsize=512)
def public_key_of(key_id: bytes) -> bytes:
    """Return the public key of an id, as COSE bytes."""
    return cose_key(key_of(key_id).public_key())


def enrol_key(tx: Tx, *, now: int, person_id: int, credential_id: int | None = None) -> bytes:
    """Give somebody a passkey, by an invitation or, before the founding, by setting one up; return the key's id."""
    invitation = credential_id or invite_credential(
        tx, actor=SETUP, now=now, person_id=person_id, kind=PASSKEY, label="a key"
    )
    key_id = sha256(f"key {invitation}".encode()).digest()
    write_key(
        tx,
        actor=Actor.person(person_id),
        now=now,
        credential_id=invitation,
        key_id=key_id,
        public_key=public_key_of(key_id),
        site=SITE,
    )
    return key_id


class SoftwareAuthenticator:
    """Answers with the newest key that somebody has, whatever has become of it."""

    def says(self, tx: Tx, *, person_id: int, site: Site, challenge: bytes) -> str:
        """Return the assertion; empty where they have no key."""
        mine = select(credential.c.key_id).where(credential.c.person_id == person_id, credential.c.key_id.is_not(None))
        key_id = tx.scalar(mine.order_by(credential.c.id.desc()))
        if key_id is None:
            return ""
        return assertion_by(key_of(bytes(key_id)), key_id=bytes(key_id), site=site, challenge=challenge)

    def public_key(self, tx: Tx, *, person_id: int) -> bytes | None:  # noqa: ARG002  # the port's shape
        """Return nothing: the key is in its row."""
        return None
