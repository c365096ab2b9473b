"""Join a person into another: they were one human all along (promise 2)."""

from sqlalchemy import insert, select

from gardefou.events import Actor, record
from gardefou.staff.bump_version import bump_version
from gardefou.staff.end_credential import end_credential
from gardefou.staff.end_engagement import end_engagement
from gardefou.staff.queries import engagement_to_end, engagements_ahead, require_person
from gardefou.staff.tables import credential, person_joined
from gardefou.storage import Tx


def join_person(tx: Tx, *, actor: Actor, now: int, person_id: int, into: int, order_id: int | None = None) -> None:
    """Let one of two persons go: their engagements, sessions and credentials end; who stays gains nothing by it.

    What both had signed on open orders counts once from now on, as that of the one who stays.

    Raises:
        UnknownPersonError: nobody works here by one of these numbers.
    """
    for one in sorted((person_id, into)):
        require_person(tx, one, lock=True)
    tx.execute(insert(person_joined).values(person_id=person_id, joined_to=into, at=now, order_id=order_id))
    open_ones = select(credential.c.id).where(credential.c.person_id == person_id, credential.c.ended_at.is_(None))
    for row in tx.all(open_ones):
        end_credential(tx, actor=actor, now=now, credential_id=int(row["id"]), order_id=order_id)
    if engagement_to_end(tx, person_id, now) is not None or engagements_ahead(tx, person_id, now):
        end_engagement(tx, actor=actor, now=now, person_id=person_id, order_id=order_id)
    for one in (person_id, into):
        bump_version(tx, one)
    record(tx, now=now, kind="person.joined", subject=f"person:{into}", body={"joined": str(person_id)})
