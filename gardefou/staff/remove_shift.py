"""Take a person off duty: a shift that runs ends now, one that is ahead never begins. The row stays."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.staff.queries import require_person
from gardefou.staff.tables import shift
from gardefou.storage import Tx


def remove_shift(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    starts: int,
    order_id: int | None = None,
) -> bool:
    """Remove the person's shift that begins, or began, at `starts`.

    Returns:
        Whether there was one that had not ended.

    Raises:
        UnknownPersonError: nobody works here by that number.
    """
    require_person(tx, person_id, lock=True)
    mine = (shift.c.person_id == person_id) & (shift.c.starts == starts)
    ahead = (shift.c.ends > now) & shift.c.removed_at.is_(None)
    removed = tx.execute(update(shift).where(mine, ahead).values(removed_at=now, order_id=order_id))
    return removed.rowcount > 0
