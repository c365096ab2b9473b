"""An account has become protected while a case on it is open: reviewers decide that case from now on.

Intake sees to that where a report comes; this is for when none does. Whoever keeps the tier that an account has reached
calls it in the same transaction, so that nobody decides alone in between.
"""

from sqlalchemy import select, update

from gardefou.accounts.queries import account as account_row
from gardefou.accounts.tiers import Tier
from gardefou.events import Actor, record
from gardefou.reports.case import case_of
from gardefou.reports.tables import cases
from gardefou.storage import Tx


def become_protected(tx: Tx, *, actor: Actor, now: int, account_id: int) -> bool:
    """Let reviewers decide the open case of an account whose tier has risen; a duty manager is told of it, once.

    What was proposed under it was about a less protected account, and answers it no more.

    Args:
        tx: the open transaction.
        actor: whoever kept the tier.
        now: the instant, microseconds.
        account_id: the account.

    Returns:
        Whether there was such a case.
    """
    if account_row(tx, account_id, lock=True)["reached_tier"] == Tier.ORDINARY:
        return False
    open_one = (cases.c.account_id == account_id) & (cases.c.state == "open") & (cases.c.protected == 0)
    row = tx.first(select(cases).where(open_one).with_for_update())
    if row is None:
        return False
    case = case_of(row)
    changed = {"protected": 1, "tell_at": now, "order_id": None, "version": case.version + 1, "updated_at": now}
    tx.execute(update(cases).where(cases.c.id == case.id).values(**changed))
    record(tx, now=now, kind="case.protected", subject=case.subject, body={"by": str(actor)})
    return True
