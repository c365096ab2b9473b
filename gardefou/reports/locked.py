"""A case with its row locked, and its account's row before it: everybody locks in this order."""

from sqlalchemy import select

from gardefou.accounts.queries import account as account_row
from gardefou.reports.case import Case, case_of
from gardefou.reports.errors import UnknownCaseError
from gardefou.reports.tables import cases
from gardefou.storage import Tx
from gardefou.words import gettext as _


def locked(tx: Tx, case_id: int) -> Case:
    """Return the case with its account's row locked first, then its own.

    Raises:
        UnknownCaseError: there is no such case.
    """
    account_id = tx.scalar(select(cases.c.account_id).where(cases.c.id == case_id))
    if account_id is None:
        raise UnknownCaseError(_("There is no such case."), case=str(case_id))
    account_row(tx, account_id, lock=True)
    row = tx.first(select(cases).where(cases.c.id == case_id).with_for_update())
    if row is None:  # pragma: no cover
        raise UnknownCaseError(_("There is no such case."), case=str(case_id))
    return case_of(row)
