"""What somebody holds now: the cases they give back before they leave."""

from dataclasses import dataclass

from sqlalchemy import select

from gardefou.accounts.tables import account
from gardefou.reports.case import Case, case_of
from gardefou.reports.leases import running
from gardefou.reports.tables import cases, lease
from gardefou.storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A case somebody holds, the account's handle, and when the hold ends by itself."""

    case: Case
    handle: str
    until: int


def held_by(tx: Tx, person_id: int, now: int) -> list[Held]:
    """Return the cases somebody holds, the one that ends first before the others."""
    rows = tx.all(
        select(cases, account.c.handle, lease.c.until)
        .join(lease, lease.c.case_id == cases.c.id)
        .join(account, account.c.id == cases.c.account_id)
        .where(lease.c.person_id == person_id, running(now))
        .order_by(lease.c.until, cases.c.id)
    )
    return [Held(case=case_of(row), handle=row["handle"], until=row["until"]) for row in rows]
