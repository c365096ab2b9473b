"""Which protected accounts' cases the duty manager is to be told of, each once, and not with each report.

`tell_at` is set by intake when such a case opens, becomes protected or gets graver. Once told, it is due again after a
day, if the case is still open then.
"""

from collections.abc import Sequence

from sqlalchemy import RowMapping, bindparam, select, text, update

from gardefou.accounts.tables import account
from gardefou.clock import DAY
from gardefou.events import Actor, record
from gardefou.reports.tables import TOLD, cases
from gardefou.storage import Tx
from gardefou.storage.among import among
from gardefou.storage.metadata import Int64

#: Who was told of a case is told again after this, if it is still open.
AGAIN_AFTER = DAY
#: The most cases that are told of at once.
MOST = 1_000

_DUE = (text(TOLD), cases.c.tell_at <= bindparam("now", type_=Int64))
_WAITS = select(cases.c.id).where(*_DUE).limit(1)


def waits(tx: Tx, *, now: int) -> bool:
    """Return whether a duty manager is to be told of anything."""
    return tx.scalar(_WAITS, {"now": now}) is not None


def told(tx: Tx, *, actor: Actor, now: int) -> Sequence[RowMapping]:
    """Mark the cases that a duty manager is told of now; whoever calls writes to them in the same transaction.

    Args:
        tx: the open transaction.
        actor: who tells.
        now: the instant, microseconds.

    Returns:
        The cases' rows, the gravest first, with the account's `handle` and `followers`.
    """
    due = select(cases.c.id).where(*_DUE).order_by(cases.c.tell_at, cases.c.id).limit(MOST)
    ids = tx.ids(due.with_for_update(skip_locked=True), {"now": now})
    if not ids:
        return []
    here = among(cases.c.id, ids)
    tx.execute(update(cases).where(here).values(told_at=now, tell_at=now + AGAIN_AFTER))
    for case_id in ids:
        record(tx, now=now, kind="case.told", subject=f"case:{case_id}", body={"by": str(actor)})
    rows = select(cases, account.c.handle, account.c.followers).join(account, account.c.id == cases.c.account_id)
    return tx.all(rows.where(here).order_by(cases.c.severity, cases.c.due_at, cases.c.id))
