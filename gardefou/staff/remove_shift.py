"""Take a person off duty: a shift that has not begun goes, one that runs ends now."""

from sqlalchemy import delete, update

from gardefou.events import Actor
from gardefou.staff.queries import require_person
from gardefou.staff.tables import shift
from gardefou.storage import Tx


def remove_shift(tx: Tx, *, actor: Actor, now: int, person_id: int, starts: int) -> bool:  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    """End the person's shift that begins, or began, at `starts`.

    Returns:
        Whether there was one that had not ended.

    Raises:
        UnknownPersonError: nobody works here by that number.
    """
    require_person(tx, person_id, lock=True)
    mine = (shift.c.person_id == person_id) & (shift.c.starts == starts) & (shift.c.ends > now)
    if starts >= now:
        return tx.execute(delete(shift).where(mine)).rowcount > 0
    return tx.execute(update(shift).where(mine).values(ends=now)).rowcount > 0
