"""End a token: it opens nothing from this very instant."""

from sqlalchemy import update

from gardefou.events import Actor
from gardefou.staff.tables import token
from gardefou.storage import Tx


def end_token(tx: Tx, *, actor: Actor, now: int, name: str, order_id: int) -> bool:  # noqa: ARG001  # the order records who
    """End the token of that name; the row stays.

    Returns:
        Whether there was one that had not ended.
    """
    living = (token.c.name == name) & (token.c.ends > now) & token.c.removed_at.is_(None)
    return tx.execute(update(token).where(living).values(removed_at=now, order_id=order_id)).rowcount > 0
