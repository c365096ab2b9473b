"""The ways in that hang on a person: which there are, and whether one can sign at an instant."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, RowMapping, bindparam, func, or_, select

from gardefou.clock import HOUR
from gardefou.staff.errors import UnknownCredentialError
from gardefou.staff.tables import credential
from gardefou.storage import Tx
from gardefou.storage.house import MADE_BY, remembered

PASSKEY: Final = "passkey"
OIDC: Final = "oidc"
KINDS: Final = (PASSKEY, OIDC)
#: A key enrolled more lately than this signs nothing protected (promise 2).
RIPE_AFTER: Final = 72 * HOUR

#: What signatures are worth that the demo's own authenticator made, and who made the databases where they are.
DEMO: Final = "demo"
VALID, TOO_NEW, ENDED, MISSING = "valid", "too-new", "ended", "missing"


def in_force(now: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return what holds of the credentials that open something at `now`."""
    enrolled = credential.c.enrolled_at.is_not(None) & (credential.c.enrolled_at <= now)
    return enrolled & or_(credential.c.ended_at.is_(None), credential.c.ended_at > now)


_BY_ID = select(credential).where(credential.c.id == bindparam("credential_id"))


def is_demo(tx: Tx) -> bool:
    """Return whether the demo made this database, so that its authenticator may sign for anybody."""
    return remembered(tx, MADE_BY) == DEMO


def of_person(tx: Tx, person_id: int) -> Sequence[RowMapping]:
    """Return everything that was ever enrolled or invited for a person, oldest first."""
    return tx.all(select(credential).where(credential.c.person_id == person_id).order_by(credential.c.id))


def first_signs_at(tx: Tx, now: int) -> int | None:
    """Return when the first key of anybody's here signs what is protected; None where one does, or where none is."""
    if is_demo(tx):
        return None
    first: int | None = tx.scalar(
        select(func.min(credential.c.enrolled_at)).where(credential.c.kind == PASSKEY, in_force(now))
    )
    return None if first is None or first + RIPE_AFTER <= now else first + RIPE_AFTER


def signs_at(tx: Tx, person_id: int, now: int) -> int | None:
    """Return when the first key of a person's signs what is protected, or has begun to; None where they have none."""
    mine = (credential.c.person_id == person_id) & in_force(now)
    first: int | None = tx.scalar(select(func.min(credential.c.enrolled_at)).where(credential.c.kind == PASSKEY, mine))
    return None if first is None else first + RIPE_AFTER


def by_id(tx: Tx, credential_id: int) -> RowMapping:
    """Return a credential.

    Raises:
        UnknownCredentialError: there is none by that number.
    """
    row = tx.first(_BY_ID, {"credential_id": credential_id})
    if row is None:
        raise UnknownCredentialError(f"there is no credential {credential_id}")
    return row


def by_key(tx: Tx, key_id: bytes) -> RowMapping | None:
    """Return the passkey of that id, whatever has become of it, or None."""
    return tx.first(select(credential).where(credential.c.key_id == key_id))


def by_subject(tx: Tx, *, issuer: str, subject: str, now: int) -> RowMapping | None:
    """Return the credential of a subject at an identity provider, or None."""
    wanted = select(credential).where(credential.c.issuer == issuer, credential.c.subject == subject, in_force(now))
    return tx.first(wanted.order_by(credential.c.id).limit(1))


def person_by_subject(tx: Tx, *, issuer: str, subject: str, now: int) -> int | None:
    """Return whom a subject at an identity provider is, or None."""
    row = by_subject(tx, issuer=issuer, subject=subject, now=now)
    return None if row is None else int(row["person_id"])


def can_sign(row: Mapping[Any, Any], *, signed_at: int, now: int) -> str:
    """Say what is known at `now` of what a credential signed, or would sign, at `signed_at`.

    Returns:
        `valid`, `too-new`, `ended` or `missing`.
    """
    if row["kind"] != PASSKEY or row["enrolled_at"] is None:
        return MISSING
    if row["ended_at"] is not None and row["ended_at"] <= now:
        return ENDED
    return VALID if row["enrolled_at"] + RIPE_AFTER <= signed_at else TOO_NEW
