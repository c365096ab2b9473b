"""Enrol a passkey by an invitation: the one time that its key is written (WebAuthn level 2, section 7.1).

Attestation is not asked for: what matters is that the key stays the same, not who built it.
"""

import json
import secrets

from sqlalchemy import insert, select, update

from gardefou.clock import DAY
from gardefou.errors import BadInputError
from gardefou.events import Actor, record
from gardefou.ledger import store
from gardefou.ledger.entry import canonical
from gardefou.staff import challenges, credentials
from gardefou.staff.assertion import LONGEST, unpadded
from gardefou.staff.errors import BadAssertionError, CredentialError, LinkError, NotEngagedError
from gardefou.staff.queries import current_engagement, require_person
from gardefou.staff.sessions import digest_of
from gardefou.staff.site import Site
from gardefou.staff.tables import credential, credential_use, enrolment_link
from gardefou.storage import Tx
from gardefou.words import gettext as _

#: How long an invitation's link opens, once it has been sent.
LINK_LASTS = 3 * DAY
TOKEN_BYTES = 32
LABEL_LENGTH = 60


def make_link(tx: Tx, *, actor: Actor, now: int, credential_id: int) -> str:  # noqa: ARG001  # every write names its actor
    """Make the token of the link that enrols one passkey, once; those made before for it open nothing any more.

    Raises:
        UnknownCredentialError: there is no such invitation.
        LinkError: it has been used, or was ended.
    """
    row = credentials.by_id(tx, credential_id)
    if row["enrolled_at"] is not None or row["ended_at"] is not None:
        raise LinkError(_("This invitation has been used or was ended."))
    tx.execute(
        update(enrolment_link)
        .where(enrolment_link.c.credential_id == credential_id, enrolment_link.c.used_at.is_(None))
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    tx.execute(
        insert(enrolment_link).values(
            token_hash=digest_of(token),
            credential_id=credential_id,
            created_at=now,
            expires_at=now + LINK_LASTS,
            used_at=None,
        )
    )
    return token


def invited(tx: Tx, *, now: int, token: str) -> tuple[int, int]:
    """Return which credential a link enrols, and whose it will be; nothing is spent.

    Raises:
        LinkError: the link is unknown, used or expired, or its invitation has ended.
        NotEngagedError: the engagement has ended since.
    """
    row = tx.first(
        select(credential)
        .join(enrolment_link, enrolment_link.c.credential_id == credential.c.id)
        .where(
            enrolment_link.c.token_hash == digest_of(token),
            enrolment_link.c.used_at.is_(None),
            enrolment_link.c.expires_at > now,
            credential.c.enrolled_at.is_(None),
            credential.c.ended_at.is_(None),
        )
    )
    if row is None:
        raise LinkError(_("This link has been used or has expired. Ask for a new one."))
    if current_engagement(tx, int(row["person_id"]), now) is None:
        raise NotEngagedError(_("Your engagement has ended. Nobody can sign in with this link."))
    return int(row["id"]), int(row["person_id"])


def enrol_passkey(tx: Tx, *, site: Site, door_key: bytes, now: int, token: str, said: str, label: str = "") -> int:
    """Spend a link and write the key that a browser made.

    Args:
        tx: the open transaction.
        site: where.
        door_key: the house's own secret, under which the challenge was sealed.
        now: the instant.
        token: the link's.
        said: the browser's answer, as JSON (`PublicKeyCredential.toJSON`).
        label: what its owner calls it.

    Returns:
        The credential's id.

    Raises:
        LinkError, NotEngagedError: as `invited`.
        BadAssertionError: the answer is none, or none to what was asked here.
        CredentialError: this key is enrolled already.
    """
    credential_id, person_id = invited(tx, now=now, token=token)
    key_id, public_key, counter = _key(tx, site=site, door_key=door_key, now=now, said=said)
    known = credentials.by_key(tx, key_id)
    if known is not None:
        raise CredentialError(_("This key is enrolled already; each is one person’s, once."))
    spent = tx.execute(
        update(enrolment_link)
        .where(enrolment_link.c.token_hash == digest_of(token), enrolment_link.c.used_at.is_(None))
        .values(used_at=now)
    )
    if spent.rowcount != 1:
        raise LinkError(_("This link has been used or has expired. Ask for a new one."))
    write_key(
        tx,
        actor=Actor.person(person_id),
        now=now,
        credential_id=credential_id,
        key_id=key_id,
        public_key=public_key,
        site=site,
        counter=counter,
        label=label,
    )
    return credential_id


def _key(tx: Tx, *, site: Site, door_key: bytes, now: int, said: str) -> tuple[bytes, bytes, int]:
    """Return the id and the bytes of the key that a browser made, and how far it has counted."""
    from webauthn import verify_registration_response  # noqa: PLC0415  # as in `assertion`: slow to load
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        if len(said) > LONGEST:
            raise BadAssertionError("unreadable")
        answer = json.loads(said)
        asked = unpadded(json.loads(unpadded(answer["response"]["clientDataJSON"]))["challenge"])
        found = verify_registration_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except BadInputError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError, WebAuthnException) as problem:
        raise BadAssertionError("unreadable", _("The key could not be enrolled: try again on this page.")) from problem
    challenges.spend(tx, key=door_key, now=now, purpose=challenges.ENROL, answered=asked)
    return found.credential_id, found.credential_public_key, found.sign_count


def write_key(
    tx: Tx,
    *,
    actor: Actor,
    now: int,
    credential_id: int,
    key_id: bytes,
    public_key: bytes,
    site: Site,
    counter: int = 0,
    label: str = "",
) -> None:
    """Write an invited passkey's key, and what commits to it in the record: whose it is, and for which site."""
    row = credentials.by_id(tx, credential_id)
    name = " ".join(label.split())[:LABEL_LENGTH] or row["label"]
    values = {"key_id": key_id, "public_key": public_key, "site": site.id, "enrolled_at": now, "label": name}
    tx.execute(update(credential).where(credential.c.id == credential_id).values(**values))
    tx.execute(insert(credential_use).values(credential_id=credential_id, counter=counter, used_at=now))
    person = require_person(tx, int(row["person_id"]))
    key = key_text(person_id=int(row["person_id"]), public_key=public_key)
    body = {
        "credential": store.commit_to(tx, now=now, key=f"credential:{credential_id}", content=key),
        "who": store.commit_to(tx, now=now, key=f"person:{row['person_id']}", content=str(person["name"])),
        "site": site.id,
        "by": actor.kind.value,
    }
    store.append(tx, now=now, kind="credential.enrolled", order_id=row["order_id"], body=body, about=())
    record(tx, now=now, kind="credential.enrolled", subject=f"person:{row['person_id']}")


def key_text(*, person_id: int, public_key: bytes) -> str:
    """Return what the record commits to for a key: whose it is, and its bytes."""
    return canonical({"person": str(person_id), "public_key": public_key.hex()}).decode()
