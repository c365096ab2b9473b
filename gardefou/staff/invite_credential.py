"""Invite a person to enrol a passkey, or say which subject at an identity provider they are."""

from sqlalchemy import insert

from gardefou.events import Actor
from gardefou.staff.bump_version import bump_version
from gardefou.staff.credentials import KINDS, OIDC
from gardefou.staff.errors import CredentialError
from gardefou.staff.queries import require_person
from gardefou.staff.tables import credential
from gardefou.storage import Tx


def invite_credential(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    kind: str,
    label: str,
    issuer: str = "",
    subject: str = "",
    order_id: int | None = None,
) -> int:
    """Let a person enrol one passkey; a subject at a provider is theirs at once.

    Args:
        tx: the open transaction.
        actor: who does it.
        now: the instant.
        person_id: whose it will be.
        kind: `passkey` or `oidc`.
        label: what the person calls it.
        issuer: the provider's, for `oidc`.
        subject: theirs there, for `oidc`.
        order_id: the order that says so; none before the house was founded.

    Returns:
        The credential's id.

    Raises:
        UnknownPersonError: nobody works here by that number.
        CredentialError: there is no such kind.
    """
    if kind not in KINDS:
        raise CredentialError(f"'{kind}' is not a way in; use one of {', '.join(KINDS)}")
    require_person(tx, person_id, lock=True)
    provided = kind == OIDC
    credential_id = tx.new_id(now)
    tx.execute(
        insert(credential).values(
            id=credential_id,
            person_id=person_id,
            kind=kind,
            label=label,
            issuer=issuer if provided else None,
            subject=subject if provided else None,
            invited_at=now,
            enrolled_at=now if provided else None,
            key_id=None,
            public_key=None,
            ended_at=None,
            order_id=order_id,
        )
    )
    bump_version(tx, person_id)
    return credential_id
