"""Destroy what opens a person's commitments: salt and content, for good (promise 15).

Every entry, hash, proof and checkpoint stays as it is; a commitment without its salt says nothing. The row stays as a
stub, so that the record still knows that two entries name the same somebody, and never makes a second commitment for
them. The database lets this be done in the transaction of an order to erase that very person, and in no other.
"""

from sqlalchemy import or_, update

from gardefou.events import Actor
from gardefou.ledger.tables import opening
from gardefou.storage import Tx


def erase(tx: Tx, *, actor: Actor, now: int, person_id: int) -> int:  # noqa: ARG001  # every write names its actor
    """Destroy every opening that holds a person's words or tells of them, and return how many there were."""
    theirs = or_(opening.c.written_by == person_id, opening.c.about_person == person_id)
    done = tx.execute(update(opening).where(theirs, opening.c.salt != b"").values(salt=b"", content=""))
    return int(done.rowcount)
