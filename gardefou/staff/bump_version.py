"""Give a person a new version: what was signed about them is about somebody whose rights have changed since."""

from sqlalchemy import update

from gardefou.staff.tables import person
from gardefou.storage import Tx


def bump_version(tx: Tx, person_id: int) -> None:
    """Make open orders on the person stale (promise 3)."""
    tx.execute(update(person).where(person.c.id == person_id).values(version=person.c.version + 1))
