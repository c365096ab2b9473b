"""Put a person on duty for some hours."""

from sqlalchemy import insert, select

from gardefou.clock import to_iso
from gardefou.events import Actor
from gardefou.staff.errors import PersonError
from gardefou.staff.queries import require_person
from gardefou.staff.tables import shift
from gardefou.storage import Tx


def add_shift(
    tx: Tx,
    *,
    actor: Actor,  # noqa: ARG001  # every write names its actor; the order that carries this one records it
    now: int,
    person_id: int,
    starts: int,
    ends: int,
    order_id: int | None = None,
) -> int:
    """Put a person on duty from `starts` up to, not including, `ends`. Saying the same twice changes nothing.

    Returns:
        The shift's id.

    Raises:
        UnknownPersonError: nobody works here by that number.
        PersonError: the shift ends before it begins.
    """
    if ends <= starts:
        raise PersonError(f"a shift cannot end at {to_iso(ends)}, before it begins at {to_iso(starts)}")
    require_person(tx, person_id, lock=True)
    same = (shift.c.person_id == person_id) & (shift.c.starts == starts) & (shift.c.ends == ends)
    known = tx.scalar(select(shift.c.id).where(same, shift.c.removed_at.is_(None)))
    if known is not None:
        return int(known)
    shift_id = tx.new_id(now)
    row = {"id": shift_id, "person_id": person_id, "starts": starts, "ends": ends, "order_id": order_id}
    tx.execute(insert(shift).values(row))
    return shift_id
