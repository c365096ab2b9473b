"""Set what may be seen of an account or a post, in the name of an executed order. One row changes (promise 8).

This verb decides nothing: the database's own triggers refuse the row unless the order is executed, unspent and for this
very subject (promise 10).
"""

from sqlalchemy import insert, update

from gardefou.events import Actor
from gardefou.network.tables import post_standing
from gardefou.network.tables import standing as account_standing
from gardefou.network.visibility import Standing
from gardefou.storage import Tx


def set_standing(tx: Tx, *, actor: Actor, subject_kind: str, subject_id: int, standing: str, order_id: int) -> None:  # noqa: ARG001  # the order names who; the verb says through whom
    """Set a standing.

    Args:
        tx: the open transaction, the order's own.
        actor: the part of the house that carries the order out.
        subject_kind: `account` or `post`.
        subject_id: the account or post.
        standing: one of `Standing`.
        order_id: the order in whose name it changes.

    Raises:
        KeyError: there is no such kind of subject.
        ValueError: there is no such standing.
    """
    table, key = {
        "account": (account_standing, account_standing.c.account_id),
        "post": (post_standing, post_standing.c.post_id),
    }[subject_kind]
    values = {"standing": Standing(standing).value, "order_id": order_id}
    changed = tx.execute(update(table).where(key == subject_id).values(**values))
    if changed.rowcount == 0:
        tx.execute(insert(table).values({key.name: subject_id, **values}))
