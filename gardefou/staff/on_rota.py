"""What is on somebody's rota: shifts that nobody removed and that are not over, and the time they are engaged for."""

from sqlalchemy import select

from gardefou.staff.colleague import not_removed
from gardefou.staff.tables import engagement, shift
from gardefou.storage import Tx


def shifts_of(tx: Tx, person_id: int, now: int) -> list[tuple[int, int]]:
    """Return a person's shifts that run or are ahead at `now`, the next first."""
    mine = (shift.c.person_id == person_id) & (shift.c.ends > now) & not_removed(now)
    return [
        (int(row["starts"]), int(row["ends"])) for row in tx.all(select(shift).where(mine).order_by(shift.c.starts))
    ]


def bonds_of(tx: Tx, person_id: int) -> list[tuple[int, int | None]]:
    """Return when a person is engaged, the first time first."""
    mine = select(engagement).where(engagement.c.person_id == person_id).order_by(engagement.c.starts)
    return [(int(row["starts"]), row["ends"]) for row in tx.all(mine)]
