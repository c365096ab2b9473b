"""End a credential: it opens nothing and signs nothing from now on, and what it had signed counts no more."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.staff.bump_version import bump_version
from gardefou.staff.credentials import by_id
from gardefou.staff.errors import UnknownCredentialError
from gardefou.staff.tables import credential, enrolment_link, session
from gardefou.storage import Tx


def end_credential(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    credential_id: int,
    order_id: int | None = None,
) -> None:
    """End it, with its link and with every session of its person: one of them may have been a thief's.

    Raises:
        UnknownCredentialError: there is none, or it has ended.
    """
    row = by_id(tx, credential_id)
    if row["ended_at"] is not None:
        raise UnknownCredentialError(f"credential {credential_id} has ended already")
    tx.execute(update(credential).where(credential.c.id == credential_id).values(ended_at=now, order_id=order_id))
    tx.execute(
        update(enrolment_link)
        .where(enrolment_link.c.credential_id == credential_id, enrolment_link.c.used_at.is_(None))
        .values(used_at=now)
    )
    mine = (session.c.person_id == row["person_id"]) & session.c.revoked_at.is_(None)
    tx.execute(update(session).where(mine).values(revoked_at=now))
    bump_version(tx, int(row["person_id"]))
