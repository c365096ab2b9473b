"""Erase a person: what names them in the staff's own tables, and the keys that spoke for them (promise 15).

What they did stays, under a number; the openings of the record are `ledger.erase`'s, their words under orders
`orders.erase_words`'s.
"""

from sqlalchemy import RowMapping, delete, select, update

from gardefou.events import Actor
from gardefou.staff.credentials import of_person
from gardefou.staff.erased import MARK, placeholder
from gardefou.staff.queries import require_person
from gardefou.staff.tables import credential, enrolment_link, heard_role, person, session, sign_in_link
from gardefou.storage import Tx


def erase_person(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    order_id: int,
) -> None:
    """Replace name, address and language, empty every key, end what is still in force, and take links away.

    Raises:
        UnknownPersonError: nobody ever worked here by that number.
    """
    require_person(tx, person_id, lock=True)
    for row in of_person(tx, person_id):
        _empty(tx, row, now, order_id)
    nobody = placeholder(person_id)
    tx.execute(
        update(person).where(person.c.id == person_id).values(name=nobody, email=nobody, email_key=nobody, locale="en")
    )
    tx.execute(update(session).where(session.c.person_id == person_id).values(label=""))
    live = (session.c.person_id == person_id) & session.c.revoked_at.is_(None)
    tx.execute(update(session).where(live).values(revoked_at=now))
    tx.execute(delete(sign_in_link).where(sign_in_link.c.person_id == person_id))
    tx.execute(delete(heard_role).where(heard_role.c.person_id == person_id))
    theirs = select(credential.c.id).where(credential.c.person_id == person_id)
    tx.execute(delete(enrolment_link).where(enrolment_link.c.credential_id.in_(theirs)))


def _empty(tx: Tx, row: RowMapping, now: int, order_id: int) -> None:
    """Empty one credential: it has its number, what it was and when, and nothing by which somebody is known."""
    values = {"label": MARK, "order_id": order_id}
    ended = row["ended_at"] if row["ended_at"] is not None else now
    if row["public_key"] is not None:
        values |= {"key_id": f"{MARK} {row['id']}".encode(), "public_key": b""}
    if row["issuer"] is not None:
        values |= {"issuer": MARK, "subject": MARK}
    tx.execute(update(credential).where(credential.c.id == row["id"]).values(**values, ended_at=ended))
